// Help with typing French: the letters that old keyboards lack, and a count of words.
const LETTERS = [...'éèêëàâçîïôùûœ’', '« ', ' »'];

// One bar, under the field that has the focus.
export function accentBar(form) {
  const bar = document.createElement('div');
  bar.className = 'accents';
  bar.setAttribute('role', 'toolbar');
  bar.setAttribute('aria-label', form.dataset.accents || 'Accents');
  let field = null;
  for (const letter of LETTERS) {
    const button = document.createElement('button');
    button.type = 'button';
    button.tabIndex = bar.children.length ? -1 : 0;
    button.textContent = letter.trim();
    button.addEventListener('pointerdown', event => event.preventDefault()); // keep the focus
    button.addEventListener('click', () => {
      field.setRangeText(letter, field.selectionStart, field.selectionEnd, 'end');
      field.focus();
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    bar.append(button);
  }
  // One stop of the Tab key; arrows go from letter to letter.
  bar.addEventListener('keydown', event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], letters = [...bar.children], at = letters.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    letters[at].tabIndex = -1;
    const next = letters.at((at + step) % letters.length);
    next.tabIndex = 0;
    next.focus();
  });
  // The bar stays until another field takes it: were it to leave with the focus, what is being
  // clicked below would move away between the press and the release.
  form.addEventListener('focusin', ({ target }) => {
    if (!target.matches('[data-typed]')) return;
    field = target;
    const host = field.closest('.cloze') || field;
    if (host.nextElementSibling !== bar) host.after(bar);
  });
}

export function countWords(form) {
  for (const area of form.querySelectorAll('[data-count-words]')) {
    const shown = area.parentElement.querySelector('[data-words]');
    const count = () => { shown.textContent = shown.dataset.words.replace('{n}', area.value.split(/\s+/).filter(word => /[\p{L}\p{N}]/u.test(word)).length); };
    area.addEventListener('input', count);
    count();
  }
}
