/** Drivers over our own client and over ipmitool, with waits short enough for a loopback. */

import { onTestFinished } from 'vitest';
import type { BmcMemory, Credentials } from '../../src/drivers/bmc-memory.ts';
import { createIpmiChannel } from '../../src/drivers/ipmi/channel.ts';
import { createIpmiDriver } from '../../src/drivers/ipmi/driver.ts';
import { createRandomPool } from '../../src/drivers/ipmi/random-pool.ts';
import type { Timing } from '../../src/drivers/ipmi/timing.ts';
import { createTransport } from '../../src/drivers/ipmi/transport.ts';
import { createIpmitoolChannel } from '../../src/drivers/ipmitool/channel.ts';
import { createIpmitoolHome } from '../../src/drivers/ipmitool/home.ts';
import type { PowerDriver } from '../../src/model/power.ts';

export interface Where extends Partial<Credentials> {
  host: string;
  port: number;
  memory?: BmcMemory;
}

export const PATIENT: Timing = {
  open: [1000, 2000],
  login: [1000, 2000],
  read: [1000, 2000],
  write: 2000,
  close: [1000],
};

/** Impatient at one stage only: the others must not fail where the machine is busy with other tests. */
export const SHORT_OPEN: Timing = { ...PATIENT, open: [30, 30] };
export const SHORT_READ: Timing = { ...PATIENT, read: [30, 30], close: [30] };
export const SHORT_WRITE: Timing = { ...PATIENT, write: 40 };

export function ownClient(
  { username = 'admin', password = 'secret', ...where }: Where,
  timing = PATIENT,
): PowerDriver {
  const random = createRandomPool();
  const transport = createTransport({ random });
  onTestFinished(() => transport.close());
  return createIpmiDriver(
    createIpmiChannel({ username, password, ...where }, { transport, random, timing, ...where }),
  );
}

export function ipmitool(
  { username = 'admin', password = 'secret', ...where }: Where,
  tries?: number,
): PowerDriver {
  const home = createIpmitoolHome();
  onTestFinished(() => home.close());
  const parts = { home, ...where, ...(tries !== undefined && { tries }) };
  return createIpmiDriver(createIpmitoolChannel({ username, password, ...where }, parts));
}
