/** A daemon of three nodes, and a command line that asks it. */

import type { NodeView } from '../../src/model/api.ts';
import type { Event } from '../../src/model/event.ts';
import { anEvent } from '../builders/event.ts';
import { aCommit, aNode, aState, T0 } from '../builders/node.ts';
import { aStatus, aView } from '../builders/view.ts';
import { cli } from './a-context.ts';
import { type Answers, anApi } from './api-server.ts';

export const settled = aView(aState('sip-n2').power('on').installed('base').settled());
export const drifted = aView(aState('sip-n10').power('off').installed('base').settled());
export const stuck = aView(
  aState('hte-n1').power('on').installed('base').stuck('3 attempts failed'),
  aNode('hte-n1')
    .pool('hte')
    .with({ labels: { rack: 'r1' } }),
);
export const nodes = [drifted, settled, stuck];

const inForce = aCommit('9f27ab1c4d', { subject: 'Move the proxies to docker' });

/** A daemon that knows these nodes. */
export function answersFor(views: NodeView[], more: Answers = {}): Answers {
  const each = views.map((view) => [`GET /nodes/${view.name}`, view]);
  return {
    'GET /status': aStatus(views, { inForce }),
    'GET /nodes': views,
    ...Object.fromEntries(each),
    ...more,
  };
}

/** So many seconds after T0, of a node that is stuck. */
export function eventOf(id: number, node: string, reason: 'Stuck' | 'Resumed', message: string): Event {
  const data = reason === 'Stuck' ? { why: message } : {};
  const event = anEvent(node, reason, data as never, { message, commit: 'ab'.repeat(20) });
  return { ...event, id, time: T0 + id * 1000, phase: 'stuck', attempt: 3 } as Event;
}

/** Runs against a daemon with these answers, as Thandi. */
export async function ask(answers: Answers, argv: string[], change: Parameters<typeof cli>[1] = {}) {
  const api = await anApi(answers);
  const env = { USER: 'thandi', BAREWRIGHT_DATA: api.dataDir, ...change.env };
  const ran = await cli(argv, { ...change, env });
  return { ...ran, api };
}
