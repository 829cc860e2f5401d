// The live page of an assignment: its table comes anew every few seconds, and a button that has
// the focus keeps it. While nobody looks at the page, nothing is asked for.
const places = document.getElementById('places'), lost = document.getElementById('live-lost');

async function refresh() {
  if (document.visibilityState === 'visible') {
    const answer = await fetch(places.dataset.from, { signal: AbortSignal.timeout(8000) }).catch(() => null);
    if (answer?.ok && !answer.redirected) {
      const focused = places.contains(document.activeElement) ? document.activeElement.id : '';
      const left = places.querySelector('.tablewrap')?.scrollLeft;
      places.innerHTML = await answer.text();
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
      if (left) places.querySelector('.tablewrap').scrollLeft = left;
    }
    const said = answer?.ok && !answer.redirected ? '' : places.dataset.lost;
    if (lost.textContent !== said) lost.textContent = said;
  }
  setTimeout(refresh, 5000);
}

if (places) setTimeout(refresh, 5000);
