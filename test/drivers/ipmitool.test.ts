import { describe } from 'vitest';
import { ipmitool } from './a-client.ts';
import { foreign, simulated } from './bmcs.ts';
import { powerDriverContract } from './contract.ts';

describe.each([
  ['a BMC with suite 17', simulated([17])],
  ['a BMC with suite 3 only', simulated([3])],
  ['ipmi_sim', foreign],
])('ipmitool and %s', (_, bmc) => {
  powerDriverContract({ bmc, driver: (where) => ipmitool(where) });
});
