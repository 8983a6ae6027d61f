/** The BMCs that the contract is held against. */

import type { CipherSuiteId } from '../../src/ipmi/cipher-suite.ts';
import { aBmc } from './a-bmc.ts';
import { anIpmiSim } from './an-ipmi-sim.ts';
import type { ContractBmc } from './contract.ts';

/** The simulated BMC that speaks these suites. */
export function simulated(suites: readonly CipherSuiteId[]): () => Promise<ContractBmc> {
  return async () => {
    const bmc = await aBmc({ suites });
    return {
      where: { host: bmc.host, port: bmc.port },
      power: () => bmc.power,
      setPower: (on) => {
        bmc.power = on;
      },
      nextBoot: () => bmc.nextBoot().device,
      refusesResetWhenOff: true,
      identity: new RegExp(
        `^maker 0, product 0x0001, firmware 1.00, IPMI 2.0, .*, cipher suite ${suites.at(-1)}$`,
      ),
    };
  };
}

/** OpenIPMI's `ipmi_sim`: suite 3 only, drops the valid, EFI and persistent bits of the boot flags. */
export async function foreign(): Promise<ContractBmc> {
  const { host, port, power, setPower, nextBoot } = await anIpmiSim();
  return {
    where: { host, port },
    power,
    setPower,
    nextBoot: () => nextBoot().replace('default', 'disk'),
    refusesResetWhenOff: false,
    identity: /product 0x0f02, firmware 9\.08, IPMI 2\.0, .*, cipher suite 3$/,
  };
}
