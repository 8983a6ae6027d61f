/** What can be done to a node as it is now. Pure. */

import type { NodeView } from '../../../model/api.ts';
import { needsApproval } from '../words.ts';

export const VERBS = [
  'approve',
  'retry',
  'pause',
  'resume',
  'cycle',
  'power-hold',
  'power-release',
  'reconcile',
] as const;
export type Verb = (typeof VERBS)[number];

export interface Offer {
  verb: Verb;
  label: string;
  /** What it does, in a sentence. */
  does: string;
  /** The same on the command line. */
  command: string;
  /** What the form asks for beside. */
  asks: readonly ('why' | 'hours' | 'open' | 'state')[];
  /** It cannot be taken back. */
  danger?: true;
}

/** The most pressing first. */
export function offersOf(node: NodeView): Offer[] {
  return [...pressing(node), ...pauses(node), ...power(node), reconcile(node)];
}

function pressing(node: NodeView): Offer[] {
  const { name, phase } = node;
  const offers: Offer[] = [];
  if (needsApproval(node))
    offers.push({
      ...{ verb: 'approve', label: 'Approve the install', asks: ['why'], danger: true },
      ...{ does: 'Lets the install go: the disk is lost.', command: `barewright approve ${name} --why "…"` },
    });
  if (phase === 'stuck')
    offers.push({
      ...{ verb: 'retry', label: 'Try again', asks: [] },
      ...{ does: 'Gives it its attempts back.', command: `barewright retry ${name}` },
    });
  return offers;
}

function pauses({ name, pause }: NodeView): Offer[] {
  if (pause)
    return [
      {
        ...{ verb: 'resume', label: 'Resume', asks: [] },
        ...{ does: `Ends the pause of ${pause.by}.`, command: `barewright resume ${name}` },
      },
    ];
  return [
    {
      ...{ verb: 'pause', label: 'Pause', asks: ['why', 'hours', 'open'] },
      ...{
        does: 'Nothing is done to it while it is paused.',
        command: `barewright pause ${name} --for 2h --why "…"`,
      },
    },
  ];
}

function power({ name, phase, desired, powerHold }: NodeView): Offer[] {
  if (desired.bmc === null) return [];
  const offers: Offer[] = [];
  if (phase === 'settled')
    offers.push({
      ...{ verb: 'cycle', label: 'Power cycle', asks: ['why'] },
      ...{ does: 'Off and on again, once.', command: `barewright power cycle ${name} --why "…"` },
    });
  if (powerHold)
    offers.push({
      ...{ verb: 'power-release', label: 'Release its power', asks: [] },
      ...{ does: 'Git’s word on its power counts again.', command: `barewright power release ${name}` },
    });
  else
    offers.push({
      ...{ verb: 'power-hold', label: 'Hold its power', asks: ['state', 'hours', 'why'] },
      ...{
        does: 'On or off for a while, whatever Git says.',
        command: `barewright power off ${name} --hold 2h --why "…"`,
      },
    });
  return offers;
}

function reconcile({ name }: NodeView): Offer {
  return {
    ...{ verb: 'reconcile', label: 'Look now', asks: [] },
    ...{ does: 'Reads its power and goes on with it.', command: `barewright reconcile ${name}` },
  };
}
