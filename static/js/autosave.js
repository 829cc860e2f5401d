// Saving as one answers: first on the device (localStorage), then on the server, question by
// question. An answer leaves the device only when the server has acknowledged it. Each save has
// a number; the server refuses one that is not newer than what it has, and gives that back.
const wait = ms => new Promise(done => setTimeout(done, ms));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// Whether the learner has changed what the server sent.
const touched = section => [...section.querySelectorAll('[name^="q."]')].some(field => {
  if (field.options) return field.selectedIndex !== Math.max(0, [...field.options].findIndex(option => option.defaultSelected));
  return field.value !== field.defaultValue && !/radio|checkbox/.test(field.type) || field.checked !== field.defaultChecked;
});

export function autosave(form, { delay = 600, timeout = 8000 } = {}) {
  const url = form.dataset.autosave, csrf = form.elements.csrf_token.value;
  const store = 'relire:' + form.dataset.attempt;
  const state = document.getElementById('state'), message = state.querySelector('[data-message]');
  const questions = new Map(); // id → { section, seqField, answer, sent }; sent: the last number used
  const pending = new Map(); // id → { answer, seq, held }; held: refused, kept for another day
  const channel = 'BroadcastChannel' in self ? new BroadcastChannel(store) : null;
  let working = null, closed = false;

  for (const section of form.querySelectorAll('[data-question]')) {
    const seqField = section.querySelector('[data-seq]');
    if (!seqField) continue; // settled: nothing to save
    const id = section.dataset.question;
    questions.set(id, { section, seqField, answer: read(section) });
  }

  function say(name, text = state.dataset[name]) {
    state.dataset.state = name;
    if (message.textContent !== text) message.textContent = text;
  }

  // The same three shapes as the server reads: a text, a list, a part for each field.
  function read(section) {
    const name = 'q.' + section.dataset.question, fields = new FormData(form);
    if (section.dataset.shape === 'list') return fields.getAll(name);
    if (section.dataset.shape === 'text') return fields.get(name) ?? '';
    const parts = {};
    for (const [key, value] of fields) if (key.startsWith(name + '.') && value) parts[key.slice(name.length + 1)] = value;
    return parts;
  }

  function write(section, answer) {
    const name = 'q.' + section.dataset.question;
    for (const field of section.querySelectorAll('input,select,textarea')) {
      if (field.name !== name && !field.name.startsWith(name + '.')) continue;
      const wanted = section.dataset.shape === 'map' ? answer?.[field.name.slice(name.length + 1)] ?? '' : answer ?? '';
      if (field.type === 'radio') field.checked = field.value === wanted;
      else if (field.type === 'checkbox') field.checked = (answer ?? []).includes(field.value);
      else field.value = wanted;
    }
    section.dispatchEvent(new CustomEvent('rewritten', { bubbles: true }));
  }

  const empty = answer => !answer || (typeof answer === 'object' && !Object.keys(answer).length) || (Array.isArray(answer) && !answer.length);

  function progress() {
    let count = document.querySelectorAll('[data-step][data-done]').length;
    for (const [id, { section }] of questions) {
      const step = document.querySelector(`[data-step="${id}"]`), done = !empty(read(section));
      step?.toggleAttribute('data-done', done);
      const spoken = step?.querySelector('[data-step-state]');
      if (spoken) spoken.textContent = done ? spoken.dataset.text : '';
    }
    count = document.querySelectorAll('[data-step][data-done]').length;
    const shown = document.querySelector('[data-count]');
    if (shown) shown.textContent = count;
  }

  const waiting = () => [...pending.values()].some(save => !save.held);

  function keep() {
    const kept = {};
    for (const [id, { answer, seq }] of pending) kept[id] = { answer, seq };
    try {
      if (pending.size) localStorage.setItem(store, JSON.stringify(kept));
      else localStorage.removeItem(store);
    } catch { /* private windows may have no storage; the server still has every save */ }
  }

  function changed(section) {
    const id = section.dataset.question, question = questions.get(id);
    if (!question || closed) return;
    const answer = read(section);
    if (same(answer, question.answer)) return;
    question.answer = answer;
    // Also newer than a save that is still on its way: it may arrive after this page is gone.
    pending.set(id, { answer, seq: Math.max(Number(question.seqField.value), question.sent ?? 0) + 1 });
    keep();
    progress();
    clearTimeout(question.timer);
    question.timer = setTimeout(flush, delay);
  }

  async function send(id, { answer, seq }) {
    const body = JSON.stringify({ answer, seq });
    return fetch(url + encodeURIComponent(id), {
      // Browsers let 64 KiB outlive a page, all requests together: a long essay goes without.
      method: 'PUT', keepalive: body.length < 8000, signal: AbortSignal.timeout(timeout), body,
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrf },
    });
  }

  function flush() {
    working ??= work().finally(() => { working = null; });
    return working;
  }

  async function work() {
    let pause = 1000;
    for (let next; !closed && (next = [...pending].find(([, save]) => !save.held));) {
      const [id, save] = next, question = questions.get(id);
      say('saving');
      question.sent = save.seq;
      let answer;
      try {
        answer = await send(id, save);
        if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
      } catch {
        say('offline', matchMedia('(max-width:61.99rem)').matches ? state.dataset.offlineLong : state.dataset.offline);
        state.title = state.dataset.offlineLong;
        await Promise.race([wait(pause), new Promise(back => addEventListener('online', back, { once: true }))]);
        pause = Math.min(pause * 2, 15000);
        continue;
      }
      pause = 1000;
      state.removeAttribute('title');
      const told = await answer.json().catch(() => ({}));
      const latest = pending.get(id);
      if (answer.ok || (answer.status === 409 && 'seq' in told && same(told.answer ?? null, normal(save.answer)))) {
        question.seqField.value = told.seq; // also when only the acknowledgement had been lost
        if (latest === save) pending.delete(id);
        else if (latest) latest.seq = Math.max(latest.seq, told.seq + 1);
        channel?.postMessage({ id, answer: save.answer, seq: told.seq });
        if (!waiting()) say('saved');
      } else if (answer.status === 409 && 'seq' in told) {
        pending.delete(id);
        conflict(id, told);
        say('conflict');
      } else if (answer.status === 409) { // submitted, settled, or too late
        pending.delete(id);
        closed = !questions.get(id)?.section.querySelector('.train');
        say('closed', told.message || undefined);
      } else { // this page is too old, or the answer too long: nothing is thrown away
        save.held = true;
        say('refused', told.message || undefined);
      }
      keep();
    }
  }

  const normal = answer => (empty(answer) ? null : typeof answer === 'string' ? answer.trim() : answer);

  // Two tabs, or two devices: both answers are there, and the learner says which one stays.
  function conflict(id, { answer, seq }) {
    const { section, seqField } = questions.get(id), mine = read(section);
    section.querySelector('.conflict')?.remove();
    const box = document.createElement('div');
    box.className = 'conflict';
    box.setAttribute('role', 'alert');
    const text = document.getElementById('conflict-text').content.cloneNode(true);
    box.append(text);
    const [keepMine, takeOther] = box.querySelectorAll('button');
    const close = () => { box.remove(); section.querySelector('input,select,textarea')?.focus(); };
    keepMine.addEventListener('click', () => {
      seqField.value = seq;
      questions.get(id).answer = undefined;
      close(); write(section, mine); changed(section);
    });
    takeOther.addEventListener('click', () => {
      seqField.value = seq;
      write(section, answer); questions.get(id).answer = read(section);
      close(); progress(); say('saved');
    });
    section.append(box);
  }

  // What another tab has saved appears here, unless this tab has something of its own to say.
  if (channel) channel.onmessage = ({ data: { id, answer, seq } }) => {
    const question = questions.get(id);
    if (!question || pending.has(id) || seq <= Number(question.seqField.value)) return;
    question.seqField.value = seq;
    write(question.section, answer);
    question.answer = read(question.section);
    progress();
  };

  form.addEventListener('input', event => { const section = event.target.closest('[data-question]'); if (section) changed(section); });
  form.addEventListener('change', event => { const section = event.target.closest('[data-question]'); if (section) changed(section); });
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') flush(); });
  addEventListener('pagehide', () => { for (const [id, save] of pending) send(id, save).catch(() => {}); });

  // A form is sent when nothing is on its way any more, so that it never meets its own saves.
  form.addEventListener('submit', async event => {
    if (!working && !waiting()) return;
    event.preventDefault();
    const button = event.submitter;
    await Promise.race([flush(), wait(timeout)]);
    if (!waiting()) form.requestSubmit(button ?? undefined);
  });

  // What was answered before this script arrived is no less an answer.
  for (const question of questions.values()) {
    if (!touched(question.section)) continue;
    question.answer = undefined;
    changed(question.section);
  }

  // What never reached the server (a crash, a closed tab, a dead network) comes back and is sent.
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(store) || '{}'); } catch { /* unreadable: nothing to bring back */ }
  for (const [id, { answer, seq }] of Object.entries(kept)) {
    const question = questions.get(id);
    if (!question || pending.has(id) || same(normal(answer), normal(question.answer))) continue;
    write(question.section, answer);
    question.answer = read(question.section);
    pending.set(id, { answer: question.answer, seq });
  }
  keep();
  progress();
  if (pending.size) flush();
  return { flush };
}
