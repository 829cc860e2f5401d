// Real names beside pseudonyms, for the teacher alone: they are kept in this browser, or in a
// file that the teacher keeps. No request ever carries them.
const box = document.querySelector('[data-real-names]');

if (box) {
  const key = 'relire-names:' + box.dataset.realNames;
  const cells = [...document.querySelectorAll('[data-name-of]')];
  const said = box.querySelector('[data-said]'), file = document.getElementById('names-file');
  let editing = false;

  const read = () => { try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; } };
  function keep(names) {
    try {
      if (Object.keys(names).length) localStorage.setItem(key, JSON.stringify(names));
      else localStorage.removeItem(key);
    } catch { /* no storage: the names last as long as the page */ }
  }

  function show(names = read()) {
    for (const cell of document.querySelectorAll('.real')) cell.hidden = !editing && !Object.keys(names).length;
    for (const cell of cells) {
      const name = names[cell.dataset.nameOf] ?? '';
      if (!editing) { cell.textContent = name; continue; }
      const field = document.createElement('input');
      field.className = 'field wide';
      field.value = name;
      field.autocomplete = 'off';
      const pseudonym = cell.closest('tr').querySelector('[data-pseudonym]').textContent;
      field.setAttribute('aria-label', box.dataset.label.replace('{name}', pseudonym));
      field.addEventListener('input', () => {
        const all = read();
        if (field.value.trim()) all[cell.dataset.nameOf] = field.value.trim();
        else delete all[cell.dataset.nameOf];
        keep(all);
        said.textContent = box.dataset.kept;
      });
      cell.replaceChildren(field);
    }
  }

  const actions = {
    edit() { editing = !editing; show(); if (editing) cells[0]?.querySelector('input').focus(); },
    save() {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([JSON.stringify({ relire: 'names', class: box.dataset.realNames, names: read() }, null, 1)], { type: 'application/json' }));
      link.download = 'noms.json';
      link.click();
      URL.revokeObjectURL(link.href);
    },
    forget() { editing = false; keep({}); show({}); said.textContent = ''; },
  };
  box.addEventListener('click', event => actions[event.target.dataset.do]?.());
  file.addEventListener('change', async () => {
    try {
      const { relire, names } = JSON.parse(await file.files[0].text());
      if (relire !== 'names') throw new Error('another file');
      const known = new Set(cells.map(cell => cell.dataset.nameOf));
      const ours = Object.entries(names).filter(([id, name]) => known.has(id) && typeof name === 'string');
      keep({ ...read(), ...Object.fromEntries(ours.map(([id, name]) => [id, name.slice(0, 120)])) });
      show();
      said.textContent = box.dataset.kept;
    } catch { said.textContent = box.dataset.wrong; }
    file.value = '';
  });
  show();
}
