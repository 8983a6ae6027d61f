/** A person's word on the power of a node, beside Git's: journaled, with a reason and an end. */

import type { DesiredNode, Site } from '../model/desired.ts';
import type { EventData, NewEvent } from '../model/event.ts';
import type { NodeState } from '../model/node-state.ts';
import { isBusy } from '../model/phase.ts';
import { heldPower } from '../model/power-hold.ts';
import { pausedHold } from '../plan/guards.ts';
import { OperationError } from './operation-error.ts';

interface Ports {
  find(name: string): { inForce: Site; node: DesiredNode; state: NodeState };
  append(name: string, ...events: NewEvent[]): Promise<void>;
  clock(): number;
}

const DAY = 86_400_000;
/** Longer than this it is Git's to say. */
const LONGEST = 24 * DAY;

export function createPowerHolds({ find, append, clock }: Ports) {
  async function holdPower(name: string, actor: string, hold: EventData['PowerHeld']): Promise<void> {
    const { inForce, node, state } = find(name);
    const now = clock();
    if (hold.until <= now || hold.until > now + LONGEST) {
      throw new OperationError(
        'bad-request',
        `a hold lasts from now to ${LONGEST / DAY} days`,
        'for longer, say it in Git',
      );
    }
    refuseIfVain(inForce, node);
    if (isBusy(state.phase)) {
      throw new OperationError(
        'conflict',
        `${name} is ${state.phase}: a hold on its power would break what is under way`,
        `wait for it: barewright wait ${name} --for settled`,
      );
    }
    const paused = pausedHold(node, state, now);
    if (paused) {
      throw new OperationError(
        'conflict',
        `${name} is ${paused.why}`,
        'nothing is done to it until that ends',
      );
    }
    const end = new Date(hold.until).toISOString();
    await append(name, {
      node: name,
      commit: null,
      actor,
      reason: 'PowerHeld',
      message: `power held ${hold.state} by ${actor} until ${end}: ${hold.why}`,
      data: hold,
    });
  }

  async function releasePower(name: string, actor: string): Promise<void> {
    const { state } = find(name);
    if (!heldPower(state, clock())) throw new OperationError('conflict', `nobody holds the power of ${name}`);
    await append(name, {
      node: name,
      commit: null,
      actor,
      reason: 'PowerHoldEnded',
      message: `the hold on its power was ended by ${actor}`,
      data: {},
    });
  }

  return { holdPower, releasePower };
}

/** A hold that nothing would follow must not look like one that is kept. */
function refuseIfVain({ policy }: Site, { name, bmc }: DesiredNode): void {
  if (!bmc) throw new OperationError('conflict', `${name} has no BMC`);
  if (policy.power !== 'report') return;
  throw new OperationError(
    'conflict',
    `policy.power is report: no power is switched, nor that of ${name}`,
    'change it by a commit: barewright set Site/NAME policy.power=enforce',
  );
}
