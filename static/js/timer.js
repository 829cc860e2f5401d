// The server owns the deadline; this only shows it, counting from the server's own time, so a
// device whose clock is wrong is not misled. Spoken at 5 minutes and at 1, never every second.
export function timer(element, over) {
  if (!element) return null;
  const { deadline, now, left, last, over: said, more } = element.dataset;
  let known = Number(deadline), end = performance.now() + (known - Number(now)) * 1000;
  const speak = document.createElement('p');
  speak.className = 'vh';
  speak.setAttribute('role', 'status');
  element.after(speak);
  const spoken = new Set();
  let next;
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000)), minutes = Math.ceil(seconds / 60);
    element.textContent = seconds > 60 ? `${minutes} min` : `${seconds} s`;
    element.parentElement.classList.toggle('soon', minutes <= 5);
    const mark = minutes <= 1 ? 1 : minutes <= 5 ? 5 : 0;
    if (mark && !spoken.has(mark)) { spoken.add(mark); speak.textContent = mark === 1 ? last : left.replace('{n}', minutes); }
    if (seconds) next = setTimeout(tick, seconds > 61 ? 2000 : 500);
    else { speak.textContent = said; over(); }
  };
  tick();
  // The server says that the end is elsewhere; true if there is none any more.
  const move = (deadline, now) => {
    if (deadline === known) return false;
    if (!deadline) return true;
    known = deadline;
    end = performance.now() + (deadline - now) * 1000;
    speak.textContent = more;
    spoken.clear();
    clearTimeout(next);
    tick();
    return false;
  };
  return { move };
}
