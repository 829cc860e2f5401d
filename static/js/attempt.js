// The page of an attempt: saving as one answers, the clock, and help with typing and ordering.
// Static imports on purpose: a lazy import is lost when the network drops just after the page loaded.
import './relire.js';
import { autosave } from './autosave.js';
import { timer } from './timer.js';
import { accentBar, countWords } from './typing.js';
import { ordering } from './ordering.js';
import { picking } from './picking.js';

const form = document.getElementById('answers');
if (form) {
  for (const list of form.querySelectorAll('[data-ordering]')) ordering(list);
  for (const box of form.querySelectorAll('[data-most]')) atMost(box, Number(box.dataset.most));
  accentBar(form);
  countWords(form);
  picking(form, document.getElementById('texte'));
  countLookups(form, document.getElementById('texte'));
  const saver = autosave(form);
  const clock = timer(document.querySelector('[role=timer]'), () => saver.flush().then(close));
  if (form.dataset.here) stayInTouch(form, clock);
}

// A teacher sees who is still there, and may move the end: it is asked for twice a minute.
function stayInTouch(form, clock) {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  const ask = async () => {
    const answer = await fetch(form.dataset.here, { method: 'POST', body }).catch(() => null);
    if (answer?.ok) {
      const { deadline, now } = await answer.json();
      if (!clock ? deadline : clock.move(deadline, now)) location.reload(); // a clock comes or goes
    }
    setTimeout(ask, 30000);
  };
  setTimeout(ask, 15000);
}

// Each word that is opened is counted, once for this page, and its learner is not noted with it.
function countLookups(form, reader) {
  const opened = new Set();
  reader?.addEventListener('click', ({ target }) => {
    const word = target.closest('.gloss')?.getAttribute('popovertarget').slice(2);
    if (word === undefined || opened.has(word)) return;
    opened.add(word);
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, word, sentence: target.closest('.sentence').id });
    fetch(`${form.action}/lookups`, { method: 'POST', keepalive: true, body }).catch(() => {}); // not worth another try
  });
}

// Time is over: the server counts what it has, as of the deadline. A dead network is waited for.
async function close() {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  const sent = await fetch(`${location.pathname}/submit`, { method: 'POST', body, redirect: 'manual' }).catch(() => null);
  if (sent) location.reload();
  else setTimeout(close, 3000);
}

// No more choices in the text than the question asks for: the oldest gives way.
function atMost(box, most) {
  const order = [...box.querySelectorAll(':checked')];
  if (!box.querySelector('[type=checkbox]')) return;
  box.addEventListener('change', ({ target }) => {
    const at = order.indexOf(target);
    if (at >= 0) order.splice(at, 1);
    if (target.checked) order.push(target);
    if (order.length > most) order.shift().checked = false;
  });
}
