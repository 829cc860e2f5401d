// Every page. Each enhancement is optional: pages work without scripts.
document.documentElement.classList.add('js');

// An error summary, or what was just said of an answer, is where to go on reading.
document.getElementById('errors')?.focus();

// Reading comfort is kept at once, without a button.
document.addEventListener('change', event => {
  if (!event.target.name?.startsWith('comfort_')) return;
  const body = new URLSearchParams({ quiet: '1', [event.target.name]: event.target.value });
  fetch('/preferences', { method: 'POST', body }).catch(() => {}); // kept next time, then
});

// Corrections: pointing at one lights its evidence in the text.
for (const article of document.querySelectorAll('[data-evidence]')) {
  const marks = article.dataset.evidence.split(' ').map(id => document.getElementById(id)).filter(Boolean);
  for (const [name, on] of [['pointerenter', true], ['focusin', true], ['pointerleave', false], ['focusout', false]])
    article.addEventListener(name, () => marks.forEach(mark => mark.classList.toggle('on', on)));
}

// Leaving a shared computer: nothing of ours stays on the device, over plain http too.
const PREFIX = 'relire:';
const keys = () => { try { return Object.keys(localStorage).filter(key => key.startsWith(PREFIX)); } catch { return []; } };
for (const form of document.querySelectorAll('[data-leave]')) {
  if (keys().length) form.querySelector('[data-pending]')?.removeAttribute('hidden');
  form.addEventListener('submit', () => keys().forEach(key => localStorage.removeItem(key)));
}

// A form on its way says so, and is sent once however often its button is pressed.
addEventListener('submit', event => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = 'yes';
  event.submitter?.setAttribute('aria-busy', 'true');
});
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent;
  for (const button of document.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy');
});
