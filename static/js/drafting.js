// Teachers' pages: files dropped on the page, answers checked on the spot, questions saved as
// they are written. Each works without this script, by the forms that it helps.
import './relire.js';
import './editing.js';
import { ordering } from './ordering.js';

for (const list of document.querySelectorAll('[data-ordering]')) ordering(list);

// Dropping files is choosing them.
for (const form of document.querySelectorAll('[data-drop]')) {
  const field = form.querySelector('[type=file]');
  const over = on => event => { event.preventDefault(); form.toggleAttribute('data-over', on); };
  form.addEventListener('dragover', over(true));
  form.addEventListener('dragleave', over(false));
  form.addEventListener('drop', event => {
    over(false)(event);
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

// An answer tried in a draft: only what is said of it comes back.
for (const form of document.querySelectorAll('[data-try]')) {
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const said = form.querySelector('[data-said]');
    try {
      const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { 'X-Fragment': '1' } });
      said.innerHTML = await answer.text();
    } catch { form.submit(); }
  });
}

// A form that is not saved yet is kept on this device, and found again after a closed tab.
for (const form of document.querySelectorAll('form[data-keep]')) {
  const store = 'relire:form:' + form.dataset.keep;
  const fields = () => [...form.elements].filter(field => field.name && !/^(csrf_token|seq)$/.test(field.name) && !/file|submit|button|hidden/.test(field.type));
  const read = () => JSON.stringify(fields().map(field => [field.name, /radio|checkbox/.test(field.type) ? field.checked : field.value]));
  const served = read();
  const kept = (() => { try { return localStorage.getItem(store); } catch { return null; } })();
  if (kept && kept !== served && !document.getElementById('errors')) {
    const values = JSON.parse(kept);
    fields().forEach((field, n) => {
      if (values[n]?.[0] !== field.name) return;
      if (/radio|checkbox/.test(field.type)) field.checked = values[n][1]; else field.value = values[n][1];
    });
    const note = form.querySelector('[data-kept]');
    note.hidden = false;
    note.querySelector('button').addEventListener('click', () => { localStorage.removeItem(store); location.reload(); });
  }
  form.addEventListener('input', () => { try { localStorage.setItem(store, read()); } catch { /* then the page alone has it */ } });
  form.addEventListener('submit', () => { try { localStorage.removeItem(store); } catch { /* nothing was kept */ } });
}

// A question saves itself a moment after it was last changed.
const form = document.querySelector('[data-draft-item]');
if (form) {
  const state = form.querySelector('[data-state]'), message = state.querySelector('[data-message]');
  let timer, sending = null, again = false, stopped = false;
  const say = name => { state.dataset.state = name; message.textContent = form.dataset[name] ?? ''; };
  const later = (ms = 1200) => { clearTimeout(timer); timer = setTimeout(save, ms); };

  async function save() {
    if (stopped) return;
    if (sending) { again = true; return; }
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
    say('saving');
    sending = fetch(form.action, { method: 'POST', body, headers: { 'X-Autosave': '1' } });
    try {
      const answer = await sending;
      if (answer.status === 409) { stopped = true; say('refused'); return; }
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      form.elements.seq.value = (await answer.json()).seq;
      say('saved');
    } catch { say('offline'); later(5000); } finally {
      sending = null;
      if (again) { again = false; later(); }
    }
  }
  form.addEventListener('input', event => { if (event.target.type !== 'file' && event.target.name !== 'change_kind') later(); });
  form.addEventListener('rows', () => later());
  form.addEventListener('submit', async event => {
    clearTimeout(timer);
    stopped = true;
    if (!sending) return;
    // The save on its way changes the number that this form must carry.
    event.preventDefault();
    const button = event.submitter;
    await sending.catch(() => {});
    setTimeout(() => { delete form.dataset.sent; form.requestSubmit(button); });
  });
}
