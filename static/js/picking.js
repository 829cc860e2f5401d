// Choosing sentences in the passage itself: a button lends the reading pane to the question, and
// a click on a sentence there ticks its box here. Without scripts the boxes do the same.
export function picking(form, reader) {
  if (!reader) return;
  let lent = null; // the button of the question that has the pane

  function show() {
    for (const sentence of reader.querySelectorAll('.sentence')) {
      const box = lent?.boxes.get(sentence.id);
      sentence.toggleAttribute('data-pick', Boolean(box));
      sentence.toggleAttribute('data-picked', Boolean(box?.checked));
    }
    reader.toggleAttribute('data-lent', Boolean(lent));
    for (const button of form.querySelectorAll('[data-pick-in-text]')) button.setAttribute('aria-pressed', String(button === lent?.button));
  }

  for (const button of form.querySelectorAll('[data-pick-in-text]')) {
    const section = button.closest('[data-question]');
    const boxes = new Map([...section.querySelectorAll('.hot input')].map(box => [box.value, box]));
    button.hidden = false;
    button.addEventListener('click', () => {
      lent = lent?.button === button ? null : { button, boxes };
      show();
      if (lent) reader.scrollIntoView({ block: 'nearest' });
    });
    section.addEventListener('change', show);
    section.addEventListener('rewritten', show);
  }

  reader.addEventListener('click', event => {
    const sentence = event.target.closest('[data-pick]');
    if (!sentence || event.target.closest('button') || String(getSelection())) return;
    lent.boxes.get(sentence.id).click();
    show();
  });
  document.addEventListener('keydown', event => { if (event.key === 'Escape' && lent) { lent.button.focus(); lent = null; show(); } });
}
