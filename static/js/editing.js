// The form that mends a question: rows come, go and move by buttons. Without this script two
// spare rows at the end of each list do the same. Says so with the event `rows`.
const started = new WeakSet();
const rowsOf = list => [...list.children];
const firstField = row => row?.querySelector('textarea, input:not([type=hidden], [type=checkbox], [type=radio])');

function tell(list) {
  rowsOf(list).forEach((row, n) => {
    for (const number of row.querySelectorAll('[data-number]')) if (number.closest('[data-rows]') === list) number.textContent = n + 1;
  });
  list.dispatchEvent(new CustomEvent('rows', { bubbles: true }));
}

// A row copied from the spare one has a number of its own in names and ids: choices.3 → choices.7.
function renumber(row, number) {
  const moves = [[row.dataset.row, row.dataset.row.replace(/\d+$/, number)], [row.id, row.id.replace(/\d+$/, number)]];
  const moved = word => {
    for (const [old, fresh] of moves) if (word === old || word.startsWith(`${old}.`) || word.startsWith(`${old}-`)) return fresh + word.slice(old.length);
    return word;
  };
  for (const element of [row, ...row.querySelectorAll('*')])
    for (const name of ['name', 'id', 'for', 'aria-describedby', 'data-row', 'data-rows'])
      if (element.hasAttribute(name)) element.setAttribute(name, element.getAttribute(name).split(' ').map(moved).join(' '));
  for (const own of row.querySelectorAll('[data-own]')) own.value = number;
}

function start(list) {
  if (started.has(list)) return;
  started.add(list);
  const spare = rowsOf(list).filter(row => row.hasAttribute('data-spare'));
  const pattern = spare.at(-1).cloneNode(true);
  const filled = rowsOf(list).length - spare.length;
  spare.slice(Math.max(0, Number(list.dataset.least) - filled)).forEach(row => row.remove());
  let next = filled + spare.length;

  const button = list.parentElement.querySelector(':scope > [data-add]');
  button.hidden = false;
  function add() {
    const row = pattern.cloneNode(true);
    renumber(row, next++);
    list.append(row);
    begin(row);
    tell(list);
    return row;
  }
  list.addRow = add;
  button.addEventListener('click', () => firstField(add())?.focus());

  list.addEventListener('click', event => {
    const pressed = event.target.closest('[data-move]');
    const row = pressed?.closest('[data-row]');
    if (row?.parentElement !== list) return;
    const before = row.previousElementSibling, after = row.nextElementSibling;
    if (pressed.dataset.move === 'up') before?.before(row);
    else if (pressed.dataset.move === 'down') after?.after(row);
    else row.remove();
    if (row.isConnected) pressed.focus();
    else (firstField(after ?? before) ?? button).focus();
    tell(list);
  });
}

function begin(part) {
  for (const list of part.querySelectorAll('[data-rows]')) start(list);
  for (const tools of part.querySelectorAll('[data-tools]')) tools.hidden = false;
}
begin(document);

// A gap written in the text has its row at once.
for (const body of document.querySelectorAll('[data-gap-body]')) {
  const list = body.form.querySelector('[data-rows=gaps]');
  const named = () => new Set([...list.querySelectorAll('[name$=".name"]')].map(field => field.value.trim()));
  body.addEventListener('change', () => {
    for (const [, name] of body.value.matchAll(/\{\{\s*([\w-]{1,20})\s*\}\}/g))
      if (!named().has(name)) list.addRow().querySelector('[name$=".name"]').value = name;
  });
}
