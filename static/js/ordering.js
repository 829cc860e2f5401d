// Putting in order by buttons or by ranks: the list moves at once, and ranks follow.
export function ordering(list) {
  const rows = () => [...list.children], rank = row => row.querySelector('select');
  const number = () => { rows().forEach((row, n) => { rank(row).value = String(n + 1); }); list.dispatchEvent(new Event('change', { bubbles: true })); };
  list.addEventListener('click', event => {
    const button = event.target.closest('[name=move]');
    if (!button) return;
    event.preventDefault();
    const row = button.closest('li'), up = button.value.endsWith(':up');
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    if (other) up ? other.before(row) : other.after(row);
    number();
    button.focus();
  });
  list.addEventListener('change', event => {
    if (!event.target.matches?.('select') || !event.target.value) return;
    const row = event.target.closest('li'), others = rows().filter(one => one !== row);
    others.splice(Number(event.target.value) - 1, 0, row);
    list.append(...others);
    rows().forEach((one, n) => { rank(one).value = String(n + 1); });
    event.target.focus();
  });
  // An answer brought from elsewhere: the rows follow their ranks.
  list.closest('[data-question]').addEventListener('rewritten', () => {
    list.append(...rows().sort((a, b) => (Number(rank(a).value) || 99) - (Number(rank(b).value) || 99)));
  });
}
