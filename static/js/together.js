// Correcting together: arrows, space and a presenter's remote move on and back.
import './relire.js';

const KEYS = { ArrowRight: 'next', PageDown: 'next', ' ': 'next', ArrowLeft: 'prev', PageUp: 'prev' };
addEventListener('keydown', event => {
  const link = document.querySelector(`a[rel=${KEYS[event.key]}]`);
  if (!link || event.altKey || event.ctrlKey || event.metaKey || event.target.closest('a, button, input') && event.key === ' ') return;
  event.preventDefault();
  link.click();
});
