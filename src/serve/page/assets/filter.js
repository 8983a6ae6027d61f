/** The filter of the rack and of the log beside it; it lives in the address, so it can be linked and gone back to. */

export function startFilter() {
  const find = document.getElementById('find');
  const query = new URLSearchParams(location.search);
  const wanted = { text: find.value, pool: query.get('pool') ?? '', phase: query.get('phase') ?? '' };

  document.getElementById('find-field').hidden = false;
  find.addEventListener('input', () => change({ text: find.value }));
  find.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && find.value) clear(event);
    if (event.key === 'Enter') document.querySelector('.cell:not([hidden]) .cell-link')?.focus();
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-filter]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const { filter: key, value } = link.dataset;
    change({ [key]: wanted[key] === value ? '' : value });
  });
  update();

  function clear(event) {
    event.preventDefault();
    find.value = '';
    change({ text: '' });
  }

  function change(what) {
    Object.assign(wanted, what);
    const now = new URLSearchParams();
    if (wanted.text) now.set('q', wanted.text);
    if (wanted.pool) now.set('pool', wanted.pool);
    if (wanted.phase) now.set('phase', wanted.phase);
    if (document.getElementById('rack').dataset.by === 'rack') now.set('by', 'rack');
    history.replaceState(null, '', now.size > 0 ? `/?${now}` : '/');
    update();
  }

  function update() {
    apply(document);
    tidy();
  }

  /** Marks what is shown below `root`, which may not be in the page yet. */
  function apply(root) {
    const words = wanted.text.toLowerCase().split(/\s+/);
    for (const cell of root.querySelectorAll('.cell')) {
      const { pool, phase, find: text } = cell.dataset;
      const fits = (!wanted.pool || pool === wanted.pool) && (!wanted.phase || phase === wanted.phase);
      cell.hidden = !(fits && words.every((word) => text.includes(word)));
    }
    for (const link of root.querySelectorAll('a[data-filter]')) {
      link.setAttribute('aria-current', String(wanted[link.dataset.filter] === link.dataset.value));
    }
  }

  /** What follows from the cells shown: their pools, the lines of their nodes, and the count. */
  function tidy() {
    const cells = [...document.querySelectorAll('.cell')];
    const shown = cells.filter((cell) => !cell.hidden);
    for (const pool of document.querySelectorAll('.pool'))
      pool.hidden = !pool.querySelector('.cell:not([hidden])');
    document.getElementById('none-shown').hidden = shown.length > 0 || cells.length === 0;
    const count = document.getElementById('shown');
    count.hidden = shown.length === cells.length;
    const text = `${shown.length} of ${cells.length} shown`;
    if (count.textContent !== text) count.textContent = text;
    const hiddenNodes = new Set(cells.filter((cell) => cell.hidden).map((cell) => cell.dataset.node));
    for (const line of document.querySelectorAll('.line')) line.hidden = hiddenNodes.has(line.dataset.node);
  }

  return { apply, tidy };
}
