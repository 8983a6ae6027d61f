/** Arrow keys between the nodes of the rack, beside Tab. */

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

export function startRack() {
  document.addEventListener('keydown', (event) => {
    const { target, key } = event;
    if (!target.classList?.contains('cell-link') || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = [...document.querySelectorAll('.cell:not([hidden]) .cell-link')];
    const next = nextOf(links, target, key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

function nextOf(links, from, key) {
  if (key === 'Home') return links[0];
  if (key === 'End') return links.at(-1);
  if (key in STEPS) return links[links.indexOf(from) + STEPS[key]];
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return undefined;
  return inColumn(links, from, key === 'ArrowDown' ? 1 : -1);
}

/** The nearest one in the next row of that direction. */
function inColumn(links, from, direction) {
  const here = from.getBoundingClientRect();
  const rows = links
    .map((link) => ({ link, box: link.getBoundingClientRect() }))
    .filter(({ box }) => (box.top - here.top) * direction > here.height / 2);
  const nearest = ({ box }) => Math.abs(box.top - here.top) * 1_000 + Math.abs(box.left - here.left);
  return rows.sort((a, b) => nearest(a) - nearest(b))[0]?.link;
}
