/** The simulated BMC before two clients that nobody here wrote: ipmitool and FreeIPMI's ipmipower. */

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { type ABmc, aBmc } from '../drivers/a-bmc.ts';

const SUITES = [3, 17] as const;

function ipmitool(bmc: ABmc, suite: number, command: string, password = 'secret') {
  const where = ['-I', 'lanplus', '-C', `${suite}`, '-H', bmc.host, '-p', `${bmc.port}`, '-U', 'admin', '-E'];
  return execa('ipmitool', ['-v', ...where, ...command.split(' ')], {
    env: { IPMITOOL_PASSWORD: password },
    reject: false,
  });
}

function ipmipower(bmc: ABmc, suite: number, options: string, password = 'secret') {
  const where = ['-h', `${bmc.host}:${bmc.port}`, '-D', 'LAN_2_0', '-I', `${suite}`];
  return execa('ipmipower', [...where, '-u', 'admin', '-p', password, ...options.split(' ')], {
    reject: false,
  });
}

describe.each(SUITES)('ipmitool on suite %i', (suite) => {
  it('reads and commands the power', async () => {
    const bmc = await aBmc();
    expect((await ipmitool(bmc, suite, 'chassis power status')).stdout).toBe('Chassis Power is off');
    for (const op of ['on', 'cycle', 'reset', 'soft', 'on', 'off'])
      await ipmitool(bmc, suite, `chassis power ${op}`);

    expect(bmc.ops).toEqual(['on', 'cycle', 'reset', 'soft-off', 'on', 'off']);
    expect(bmc.bmc.sessionCount()).toBe(0);
  });

  it('is told that a machine that is off cannot be cycled', async () => {
    const bmc = await aBmc();
    const { stderr, exitCode } = await ipmitool(bmc, suite, 'chassis power cycle');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('Command not supported in present state');
    expect(bmc.ops).toEqual([]);
  });

  it('sets the boot device and reads it back', async () => {
    const bmc = await aBmc();
    await ipmitool(bmc, suite, 'chassis bootdev pxe options=efiboot');
    const { stdout } = await ipmitool(bmc, suite, 'chassis bootparam get 5');

    expect(bmc.nextBoot()).toEqual({ valid: true, persistent: false, efi: true, device: 'pxe' });
    expect(stdout).toContain('Boot parameter data: a004000000');
    expect(stdout).toContain('Options apply to only next boot');
  });

  it('asks who the BMC is', async () => {
    const { stdout } = await ipmitool(await aBmc(), suite, 'mc info');

    expect(stdout).toMatch(/Firmware Revision +: 1\.00\nIPMI Version +: 2\.0\n/);
  });

  it('understands that the password is wrong', async () => {
    const bmc = await aBmc();
    const { stderr } = await ipmitool(bmc, suite, 'chassis power status', 'wrong');

    expect(stderr).toContain('RAKP 2 HMAC is invalid');
    expect(bmc.seen.rakp1).toBe(1);
    expect(bmc.bmc.sessionCount()).toBeLessThanOrEqual(1);
  });
});

describe.each(SUITES)('ipmipower on suite %i', (suite) => {
  it('reads and commands the power', async () => {
    const bmc = await aBmc();
    expect((await ipmipower(bmc, suite, '--stat')).stdout).toBe(`${bmc.host}: off`);
    expect((await ipmipower(bmc, suite, '--on --wait-until-on')).stdout).toBe(`${bmc.host}: ok`);
    expect((await ipmipower(bmc, suite, '--stat')).stdout).toBe(`${bmc.host}: on`);
    expect((await ipmipower(bmc, suite, '--reset')).stdout).toBe(`${bmc.host}: ok`);
    expect((await ipmipower(bmc, suite, '--off --wait-until-off')).stdout).toBe(`${bmc.host}: ok`);

    expect(bmc.ops).toEqual(['on', 'reset', 'off']);
  });

  it('understands that the password is wrong', async () => {
    const bmc = await aBmc();
    const { stdout } = await ipmipower(bmc, suite, '--stat', 'wrong');

    expect(stdout).toBe(`${bmc.host}: password invalid`);
    expect(bmc.seen.rakp1).toBe(1);
  });
});

describe('ipmitool', () => {
  it('finds the cipher suites by itself', async () => {
    const bmc = await aBmc({ suites: [3] });
    const where = ['-I', 'lanplus', '-H', bmc.host, '-p', `${bmc.port}`, '-U', 'admin', '-P', 'secret'];
    const { stdout } = await execa('ipmitool', [...where, 'chassis', 'power', 'status']);

    expect(stdout).toBe('Chassis Power is off');
  });

  it('understands that all sessions are taken', async () => {
    const bmc = await aBmc();
    bmc.faults.open = 'full';
    const { stderr } = await ipmitool(bmc, 17, 'chassis power status');

    expect(stderr).toContain('insufficient resources');
  });

  it('asks again for what was lost', async () => {
    const bmc = await aBmc();
    bmc.faults.command = () => (bmc.seen.command === 1 ? 'drop' : 'ok');
    const { stdout } = await ipmitool(bmc, 17, 'raw 0 1');

    expect(stdout.trim()).toBe('00 00 00');
  });
});
