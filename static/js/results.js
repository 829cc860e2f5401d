// Results: real names where this browser keeps them (js/names.js), and arrow keys in the table.
import './relire.js';

for (const box of document.querySelectorAll('[data-names]')) {
  let names = {};
  try { names = JSON.parse(localStorage.getItem('relire-names:' + box.dataset.names)) || {}; } catch { /* none */ }
  for (const cell of box.querySelectorAll('[data-name-of]')) {
    const name = names[cell.dataset.nameOf];
    if (name) cell.textContent = ` (${name})`;
  }
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const table = document.querySelector('table.results');
table?.addEventListener('keydown', event => {
  const step = STEPS[event.key], cell = event.target.closest('th, td');
  if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
  const next = table.rows[cell.parentElement.rowIndex + step[0]]?.cells[cell.cellIndex + step[1]];
  if (!next) return;
  event.preventDefault();
  const target = next.querySelector('a') || next;
  if (target === next) next.tabIndex = -1;
  target.focus();
});
