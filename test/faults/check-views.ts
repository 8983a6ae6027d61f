/** Promise 7, as a person reads it: what the API says of a node is true, and never silent. */

import type { NodeView } from '../../src/model/api.ts';
import type { Breach } from './evidence.ts';

/** `isSo`: by node, whether it truly is as declared. */
export function checkViews(views: readonly NodeView[], isSo: ReadonlyMap<string, boolean>): Breach[] {
  return views.flatMap((view) => {
    const condition = (type: string) => view.conditions.find((one) => one.type === type);
    const breach = (text: string): Breach => ({ promise: 7, node: view.name, text });
    const breaches: Breach[] = [];
    const ready = condition('Ready');
    if (ready?.status === 'True' && !isSo.get(view.name))
      breaches.push(breach('is said to be ready and is not'));
    if (ready?.status !== 'True' && !ready?.message) breaches.push(breach('is not ready, without a message'));
    if (view.phase === 'held' && view.waitsFor === '') breaches.push(breach('is held without a sentence'));
    const stalled = condition('Stalled');
    if (view.phase === 'stuck' && !(stalled?.status === 'True' && stalled.message)) {
      breaches.push(breach('is stuck and not said to be stalled'));
    }
    return breaches;
  });
}
