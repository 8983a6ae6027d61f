/** Puts what the server has rendered in the place of what it rendered before, touching as little as it can. */

import { refreshTimes } from './times.js';

/** Each element of the fragment takes the place of the one with its id; what is equal stays as it is. */
export function swap(markup, prepare = () => {}) {
  const fragment = parse(markup);
  prepare(fragment);
  for (const fresh of [...fragment.children]) {
    const old = document.getElementById(fresh.id);
    if (old) replace(old, fresh);
  }
}

/** A whole page takes the place of the one shown, where they differ. */
export function swapPage(fresh) {
  refreshTimes(fresh);
  if (document.title !== fresh.title) document.title = fresh.title;
  for (const id of ['nav', 'head', 'main']) {
    const [old, next] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && next) replace(old, document.adoptNode(next));
  }
}

/** The elements of some markup, their times already as this page shows them. */
export function parse(markup) {
  const template = document.createElement('template');
  template.innerHTML = markup;
  refreshTimes(template.content);
  return template.content;
}

function replace(old, fresh) {
  keepOpen(old, fresh);
  if (old.isEqualNode(fresh)) return;
  if (sameChildren(old, fresh)) {
    copyAttributes(old, fresh);
    for (const [index, child] of [...fresh.children].entries()) replace(old.children[index], child);
    return;
  }
  if (isWrittenIn(old)) return;
  const focused = focusableIn(old).indexOf(document.activeElement);
  old.replaceWith(fresh);
  if (focused >= 0) focusableIn(fresh)[focused]?.focus({ preventScroll: true });
}

/** Both hold the same elements, by id, and nothing else: then only those that differ need to change. */
function sameChildren(old, fresh) {
  const [before, after] = [[...old.children], [...fresh.children]];
  const bare = [...fresh.childNodes].every((node) => node.nodeType !== Node.TEXT_NODE || !node.data.trim());
  return (
    bare &&
    before.length === after.length &&
    after.length > 0 &&
    after.every(({ id }, index) => id !== '' && id === before[index].id)
  );
}

function copyAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}

/** What the reader has folded open stays open. */
function keepOpen(old, fresh) {
  for (const details of fresh.querySelectorAll('details[id]')) {
    details.open = old.querySelector(`#${CSS.escape(details.id)}`)?.open ?? details.open;
  }
  if (fresh instanceof HTMLDetailsElement) fresh.open = old.open;
}

/** What someone has begun to write is not taken from under their hands. */
function isWrittenIn(element) {
  const fields = [...element.querySelectorAll('input:not([type="hidden"]), textarea, select')];
  return fields.some((field) => field === document.activeElement || isChanged(field));
}

function isChanged(field) {
  if (field instanceof HTMLSelectElement)
    return [...field.options].some((one) => one.selected !== one.defaultSelected && field.selectedIndex > 0);
  return field.value !== field.defaultValue;
}

function focusableIn(element) {
  return [...element.querySelectorAll('a, button, summary, input, select, textarea, [tabindex]')];
}
