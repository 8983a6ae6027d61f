/** The BMC in front of a simulated machine: its commands reach the power switch, its faults the packets. */

import { randomBytes } from 'node:crypto';
import { COMPLETION_NOT_IN_STATE } from '../ipmi/status.ts';
import { type Bmc, createBmc } from './bmc/bmc.ts';
import type { BmcFaults } from './bmc/faults.ts';
import type { BmcUser } from './bmc/session-table.ts';
import type { LabClock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Machine } from './machine.ts';
import type { Random } from './random.ts';

export interface Credentials {
  username: string;
  password: string;
}

export interface MachineBmcOptions {
  machine: Pick<Machine, 'powerOn' | 'control'>;
  credentials: Credentials;
  clock: LabClock;
  faults: Faults;
  random: Random;
  /** Milliseconds by which sessions and boot flags expire; default real time. */
  now?: () => number;
}

/** How long a slow BMC thinks, lab ms. */
const SLOW: readonly [least: number, most: number] = [300, 3_000];

/**
 * Sessions and boot flags expire in real time whatever the speed, because clients live in it;
 * a slow BMC is slow in lab time.
 */
export function createMachineBmc(options: MachineBmcOptions): Bmc {
  const { machine, credentials, clock, faults, random, now = () => performance.now() } = options;
  const { username, password } = credentials;
  let accepted = password;
  const user: BmcUser = {
    name: username,
    get password() {
      return accepted;
    },
  };

  const misbehave: BmcFaults = (stage) => {
    switch (stage) {
      case 'receive':
        if (faults.strikes('bmc-silent') || faults.strikes('bmc-lossy')) return 'drop';
        if (faults.strikes('bmc-slow')) return `delay:${Math.round(random.between(...SLOW))}`;
        return 'ok';
      case 'reply':
        return faults.strikes('bmc-lossy') ? 'drop' : 'ok';
      case 'open':
        return faults.strikes('session-table-full') ? 'full' : 'ok';
      case 'rakp1':
        accepted = faults.strikes('wrong-password') ? `not ${password}`.slice(0, 16) : password;
        return 'ok';
      default:
        return 'ok';
    }
  };

  return createBmc({
    users: [user],
    chassis: {
      powerOn: machine.powerOn,
      control: (op) => (machine.control(op) === 'refused' ? COMPLETION_NOT_IN_STATE : undefined),
    },
    random: randomBytes,
    now,
    after: clock.after,
    faults: misbehave,
    guid: Buffer.from(random.hex(32), 'hex'),
  });
}
