/** A simulated rack in a process of its own, so that its CPU time is not counted as the client's. */

import { entriesOf } from '../../../src/lab/history.ts';
import { type RackOptions, startRack } from '../../../src/lab/rack.ts';
import { labSpecs } from '../../../src/lab/specs.ts';
import { epochNow } from '../place.ts';
import { input, onEnd, tell } from './parent.ts';

export interface RackInput {
  count: number;
  port: number;
  disks: 'blank' | 'installed';
  speed: number;
  times?: NonNullable<RackOptions['times']>;
  credentials: { username: string; password: string };
  /** Tells of each power command as it arrives. */
  tellPower?: boolean;
}

/** What may be sent to it. */
export type RackRequest = { bootUrl: string } | { count: 'wipes' };

export type RackMessage =
  | { kind: 'ready' }
  /** `at`: ms since the epoch. */
  | { kind: 'power'; node: string; command: string; at: number }
  | { kind: 'wipes'; wipes: number; machines: number };

const { count, port, disks, speed, times, credentials, tellPower } = input<RackInput>();
const say = (message: RackMessage) => tell(message);
const rack = await startRack({
  machines: labSpecs(count, { disks, port }),
  speed,
  seed: 'bench',
  credentials,
  ...(times ? { times } : {}),
  onHappening({ name }, entry) {
    if (!tellPower || entry.kind !== 'power') return;
    void say({ kind: 'power', node: name, command: entry.command, at: epochNow() });
  },
});

process.on('message', (request: RackRequest) => {
  if ('bootUrl' in request) return rack.setBootUrl(request.bootUrl);
  const wipes = [...rack.machines.values()].map(({ history }) => entriesOf(history, 'wipe').length);
  const machines = wipes.filter((times) => times > 0).length;
  void say({ kind: 'wipes', wipes: wipes.reduce((sum, times) => sum + times, 0), machines });
});
onEnd(() => rack.close());
await say({ kind: 'ready' });
