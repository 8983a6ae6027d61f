/** What every power driver promises, whichever BMC it talks to and whichever way. */

import { describe, expect, it } from 'vitest';
import type { PowerDriver } from '../../src/model/power.ts';
import type { Where } from './a-client.ts';

/** A BMC and the machine behind it, seen from the machine's side. */
export interface ContractBmc {
  where: Where;
  power(): boolean;
  setPower(on: boolean): void;
  nextBoot(): string;
  /** False where a reset of a machine that is off is silently accepted. */
  refusesResetWhenOff: boolean;
  /** In the text of `describe`. */
  identity: RegExp;
}

export function powerDriverContract(setup: {
  bmc: () => Promise<ContractBmc>;
  driver: (where: Where) => PowerDriver;
}): void {
  async function start(on: boolean): Promise<{ bmc: ContractBmc; driver: PowerDriver }> {
    const bmc = await setup.bmc();
    bmc.setPower(on);
    return { bmc, driver: setup.driver(bmc.where) };
  }

  describe('power', () => {
    it('is read as it is', async () => {
      const { bmc, driver } = await start(false);
      expect(await driver.readPower()).toBe('off');
      bmc.setPower(true);
      expect(await driver.readPower()).toBe('on');
    });

    it('is switched on and off', async () => {
      const { bmc, driver } = await start(false);
      await driver.setPower('on');
      expect(bmc.power()).toBe(true);
      await driver.setPower('off');
      expect(bmc.power()).toBe(false);
    });

    it('on stays on', async () => {
      const { bmc, driver } = await start(true);
      await driver.setPower('on');
      expect(bmc.power()).toBe(true);
    });

    it('survives a reset', async () => {
      const { bmc, driver } = await start(true);
      await driver.setPower('reset');
      expect(bmc.power()).toBe(true);
    });

    it('off cannot be reset', async () => {
      const { bmc, driver } = await start(false);
      const reset = driver.setPower('reset');
      if (bmc.refusesResetWhenOff) await expect(reset).rejects.toMatchObject({ kind: 'invalid-state' });
      else await reset;
    });
  });

  describe('the next boot', () => {
    it.each(['pxe', 'disk'] as const)('is from %s', async (device) => {
      const { bmc, driver } = await start(false);
      await driver.setNextBoot(device, 'uefi');
      expect(bmc.nextBoot()).toBe(device);
    });

    it('can be set again, to the same and to another device', async () => {
      const { bmc, driver } = await start(false);
      await driver.setNextBoot('pxe', 'bios');
      await driver.setNextBoot('pxe', 'bios');
      expect(bmc.nextBoot()).toBe('pxe');
      await driver.setNextBoot('disk', 'bios');
      expect(bmc.nextBoot()).toBe('disk');
    });
  });

  describe('the BMC', () => {
    it('is described', async () => {
      const { bmc, driver } = await start(false);
      expect(await driver.describe()).toMatch(bmc.identity);
    });

    it('that refuses the password makes an error of kind auth, twice', async () => {
      const { bmc } = await start(false);
      const driver = setup.driver({ ...bmc.where, password: 'wrong' });
      await expect(driver.readPower()).rejects.toMatchObject({ name: 'PowerError', kind: 'auth' });
      await expect(driver.readPower()).rejects.toMatchObject({ kind: 'auth', recourse: 'never' });
    });

    it('that does not know the user makes an error of kind auth', async () => {
      const { bmc } = await start(false);
      const driver = setup.driver({ ...bmc.where, username: 'nobody' });
      await expect(driver.setPower('on')).rejects.toMatchObject({ kind: 'auth' });
      expect(bmc.power()).toBe(false);
    });
  });
}
