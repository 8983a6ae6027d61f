/** What the boot paths of a machine work with: its disk, its network, its time. */

import type { InstallRecord } from '../model/event.ts';
import type { Firmware } from '../model/site.ts';
import type { Faults } from './faults.ts';
import type { Happening, MachineState } from './history.ts';
import type { HttpAnswer, HttpRequest } from './http-port.ts';
import type { Random } from './random.ts';
import type { Run } from './run.ts';

/** What an installed disk carries. */
export interface Disk {
  record: InstallRecord;
  /** Null for `/report` of whatever boot server there is now. */
  reportUrl: string | null;
  /** Null for a system that was installed before this daemon: it signs nothing. */
  reportKey: string | null;
  configDigest: string | null;
  /** In the order they were applied. */
  stacks: string[];
  machineId: string;
}

/** Lab time, ms. */
export interface Times {
  post: number;
  /** From the boot loader to the first report. */
  diskBoot: number;
  /** The whole installation. */
  install: number;
  applyStacks: number;
  /** Between two reports. */
  report: number;
  softOff: number;
  /** How long a power cycle keeps the power off. */
  cycle: number;
  /** Before a request that got no good answer is tried again. */
  retry: number;
}

export const DEFAULT_TIMES: Times = {
  post: 3_000,
  diskBoot: 20_000,
  install: 300_000,
  applyStacks: 10_000,
  report: 300_000,
  softOff: 8_000,
  cycle: 5_000,
  retry: 10_000,
};

/** One power-on of a machine, as its boot paths see it. */
export interface Hardware {
  readonly mac: string;
  readonly firmware: Firmware;
  readonly times: Times;
  readonly random: Random;
  readonly faults: Faults;
  readonly run: Run;
  /** Without a slash at its end. */
  readonly bootUrl: string;
  /** Null when blank, or broken by an installation that did not end. */
  disk: Disk | null;
  request(request: HttpRequest): Promise<HttpAnswer | null>;
  enter(state: MachineState, why?: string): void;
  note(happening: Happening): void;
}

/** True for a 2xx answer. */
export function isGood(answer: HttpAnswer | null): answer is HttpAnswer {
  return answer !== null && answer.status >= 200 && answer.status < 300;
}
