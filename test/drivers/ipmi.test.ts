import { describe } from 'vitest';
import { ownClient } from './a-client.ts';
import { foreign, simulated } from './bmcs.ts';
import { powerDriverContract } from './contract.ts';

describe.each([
  ['a BMC with suite 17', simulated([17])],
  ['a BMC with suite 3 only', simulated([3])],
  ['a BMC with both suites', simulated([3, 17])],
  ['ipmi_sim', foreign],
])('the IPMI client and %s', (_, bmc) => {
  powerDriverContract({ bmc, driver: (where) => ownClient(where) });
});
