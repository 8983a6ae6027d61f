/** Promise 5, from the journal's events alone: installs at once, nodes of a pool out of service, attempts. */

import type { Event } from '../../src/model/event.ts';
import { type Breach, type Evidence, wishAt } from './evidence.ts';
import type { SiteWish } from './wish.ts';

/** What the events up to some point say of a node. */
interface Known {
  /** Under way with an attempt. */
  installing: boolean;
  /** The attempt's installer had its answers, and no system has reported since: it cannot be called back. */
  answered: boolean;
  /** In a phase that takes it out of service. */
  busy: boolean;
  power: 'on' | 'off' | 'unknown';
  attempts: number;
}

const BUSY: ReadonlySet<string> = new Set([
  'arming',
  'booting',
  'installing',
  'restarting',
  'configuring',
  'stuck',
]);
const AT_REST: ReadonlySet<string> = new Set(['found', 'settled', 'held', 'stuck']);

export function checkLimits(evidence: Evidence): Breach[] {
  const { limits, events } = evidence;
  const nodes = new Map<string, Known>();
  const breaches: Breach[] = [];
  for (const event of events) {
    if (event.node === null) continue;
    const before = nodes.get(event.node) ?? FRESH;
    const after = { ...before, ...follow(before, event) };
    nodes.set(event.node, after);
    if (event.reason === 'NodeReleased') nodes.delete(event.node);
    if (event.reason !== 'AttemptStarted') continue;
    const breach = (text: string) => void breaches.push({ promise: 5, node: event.node, text });
    if (after.attempts > limits.attempts) breach(`attempt ${after.attempts} of ${limits.attempts} was begun`);
    const installing = [...nodes.values()].filter((node) => node.installing).length;
    if (installing > limits.installsAtOnce) {
      breach(`${installing} installs ran at once, ${limits.installsAtOnce} are allowed`);
    }
    const wish = wishAt(evidence, event.id);
    if (!wish) continue;
    const out = outOfService(wish, nodes, event.node);
    const allowed = allowance(limits.unavailablePerPool, wish.nodes.size);
    if (out >= allowed) {
      breach(`its install was begun with ${out} others of its pool out of service, ${allowed} may be in all`);
    }
  }
  return breaches;
}

const FRESH: Known = { installing: false, answered: false, busy: false, power: 'unknown', attempts: 0 };

function follow(before: Known, event: Event): Partial<Known> {
  switch (event.reason) {
    case 'NodeFound':
      return FRESH;
    case 'AttemptStarted':
      return { installing: true, answered: false, attempts: before.attempts + 1 };
    case 'PhaseEntered':
      return {
        busy: BUSY.has(event.data.phase),
        installing: before.installing && !AT_REST.has(event.data.phase),
      };
    case 'AnswersServed':
      return { answered: true };
    case 'Reported':
      return event.data.record === null ? {} : { answered: false };
    case 'InstallUnwanted':
      return { attempts: 0, installing: before.installing && before.answered };
    case 'InstallWanted':
    case 'InstallSettled':
    case 'RetryRequested':
      return { attempts: 0 };
    case 'PowerObserved':
      return { power: event.data.state };
    case 'BmcUnreachable':
      return { power: 'unknown' };
    default:
      return {};
  }
}

function outOfService(wish: SiteWish, nodes: ReadonlyMap<string, Known>, but: string): number {
  return [...wish.nodes].filter(([name, { power }]) => {
    const node = nodes.get(name);
    return name !== but && node && (node.busy || (power === 'on' && node.power !== 'on'));
  }).length;
}

function allowance(cap: number | '25%', size: number): number {
  return cap === '25%' ? Math.max(1, Math.floor(size / 4)) : cap;
}
