/** The log follows by itself while its top is in view, and holds new lines back while someone reads or has paused it. */

import { parse } from './swap.js';

const AT_MOST = 400;
const SPEAK_EVERY = 4_000;

export function startLog(filter) {
  const section = document.getElementById('log');
  const list = document.getElementById('lines');
  const button = document.getElementById('pause');
  const spoken = document.getElementById('spoken');
  const about = section.dataset.node;
  let last = newestIn(list) ?? 0;
  let paused = false;
  let waiting = [];
  let toSay = [];
  let silence = null;

  button.hidden = false;
  button.addEventListener('click', () => {
    paused = !paused;
    if (!paused) list.scrollTop = 0;
    flush();
  });
  list.addEventListener('scroll', () => {
    if (waiting.length > 0) flush();
  });

  /** Lines as the server renders them: the newest first. */
  function add(markup) {
    const lines = [...parse(markup).children].filter(({ dataset }) => Number(dataset.id) > last);
    if (lines.length === 0) return;
    last = Number(lines[0].dataset.id);
    toSay.push(...lines.filter(({ dataset }) => 'spoken' in dataset).reverse());
    if (!silence) speak();
    waiting.push(...lines.reverse());
    flush();
  }

  function flush() {
    if (!paused && list.scrollTop < 8) {
      for (const line of waiting) put(line);
      waiting = [];
      while (list.children.length > AT_MOST) list.lastElementChild.remove();
      document.getElementById('log-empty').hidden = list.children.length > 0;
      filter?.tidy();
    }
    const held = waiting.length > 0 ? ` (${waiting.length} new)` : '';
    button.textContent = paused || held ? `Follow${held}` : 'Pause';
    button.setAttribute('aria-pressed', String(paused));
  }

  /** A line that says what its node said last takes that line's place, and counts it. */
  function put(line) {
    const before = list.querySelector(
      line.dataset.node ? `[data-node="${CSS.escape(line.dataset.node)}"]` : ':scope > :not([data-node])',
    );
    if (before && before.dataset.key === line.dataset.key) {
      const count = Number(before.dataset.count) + Number(line.dataset.count);
      line.dataset.count = count;
      const times = line.querySelector('.times');
      if (times) Object.assign(times, { textContent: `×${count}`, hidden: false });
      before.remove();
    }
    line.classList.add('is-new');
    list.prepend(line);
  }

  /** A few words for those who listen: the newest of each burst, and how much more there was. */
  function speak() {
    silence = null;
    if (toSay.length === 0) return;
    silence = setTimeout(speak, SPEAK_EVERY);
    const newest = toSay.at(-1);
    const more = toSay.length > 1 ? `, and ${toSay.length - 1} more` : '';
    spoken.textContent = `${newest.dataset.node ?? ''} ${newest.querySelector('.message').textContent}${more}`;
    toSay = [];
  }

  function url() {
    const query = new URLSearchParams(section.dataset.query);
    query.set('after', last);
    if (about) query.set('about', about);
    return `/fragments/log?${query}`;
  }

  return { add, url };
}

function newestIn(list) {
  const id = list.firstElementChild?.dataset.id;
  return id === undefined ? undefined : Number(id);
}
