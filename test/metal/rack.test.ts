/** Two machines with real firmware, BIOS and UEFI, behind our BMCs and before the real ipmitool; emulated, as in CI. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { VirtualMachineSpec } from '../../src/lab/qemu/rack-messages.ts';
import { readRecords, takeDown } from '../../src/lab/qemu/rack-record.ts';
import { startVirtualRack, type VirtualRack } from '../../src/lab/qemu/virtual-rack.ts';
import { untilTrue } from '../promises/scene.ts';
import { writeBootableDisk } from './a-disk.ts';
import { CREDENTIALS, ipmitool, startDnsmasq, startScriptServer } from './a-network.ts';

const BIOS = { name: 'bios', mac: '52:54:00:77:00:01', host: '127.77.0.1', address: '10.77.0.11' };
const UEFI = { name: 'uefi', mac: '52:54:00:77:00:02', host: '127.77.0.2', address: '10.77.0.12' };
const STRANGER = { name: 'stranger', mac: '52:54:00:77:00:03', host: '127.77.0.3' };
/** What a machine on two busy cores may take for anything it does here. */
const PATIENCE = 90_000;
const FROM_DISK = 'this is the disk';

let disks: string;

function spec(
  { name, mac, host }: typeof STRANGER,
  change: Partial<VirtualMachineSpec> = {},
): VirtualMachineSpec {
  return {
    ...{ name, mac, bmc: { host, port: 6230 }, firmware: name === 'uefi' ? 'uefi' : 'bios', memoryMb: 256 },
    disk: { path: join(disks, name), sizeGb: 1 },
    ...change,
  };
}

/** Taken down with the test, however that ends. */
async function aRack(...machines: VirtualMachineSpec[]): Promise<VirtualRack> {
  const rack = await startVirtualRack({ machines, credentials: CREDENTIALS, accelerator: 'tcg' });
  onTestFinished(rack.close);
  return rack;
}

beforeAll(async () => {
  disks = mkdtempSync(join(tmpdir(), 'barewright-disks-'));
  for (const { name } of [BIOS, UEFI]) await writeBootableDisk(join(disks, name), FROM_DISK);
});
afterAll(() => rmSync(disks, { recursive: true }));

/** Gone, or dead and only not collected yet by the machine's first process. */
function isRunning(pid: number | null): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('the virtual rack', () => {
  it('boots from the network once when its BMC says so, and from its disk after that', async () => {
    const rack = await aRack(spec(BIOS), spec(UEFI), spec(STRANGER));
    await startDnsmasq(rack, [BIOS, UEFI]);
    const server = await startScriptServer(rack, '#!ipxe\nreboot\n');
    for (const { host } of [BIOS, UEFI, STRANGER]) {
      expect(await ipmitool(rack, host, 'power status')).toBe('Chassis Power is off');
      await ipmitool(rack, host, 'chassis bootdev pxe');
      await ipmitool(rack, host, 'power on');
    }
    for (const { name, host, mac } of [BIOS, UEFI]) {
      const machine = rack.machine(name);
      await server.wasAsked(`/boot/${mac.replaceAll(':', '-')}`);
      const said = () => readFileSync(machine.serialLog, 'latin1');
      await untilTrue(() => said().includes(FROM_DISK), said, PATIENCE);
      expect(machine.state()).toMatchObject({ power: 'on', boots: 2, bootedFrom: 'disk', failure: null });
      expect(await ipmitool(rack, host, 'power status')).toBe('Chassis Power is on');
      await ipmitool(rack, host, 'power off');
      await untilTrue(() => machine.state().power === 'off', said);
      expect(await ipmitool(rack, host, 'power status')).toBe('Chassis Power is off');
    }
    const scripts = server.asked().filter((path) => path.startsWith('/boot/'));
    expect(scripts.sort()).toEqual(['/boot/52-54-00-77-00-01', '/boot/52-54-00-77-00-02']);
  }, 120_000);

  it('obeys reset, cycle and the boot device of each of them', async () => {
    const rack = await aRack(spec(BIOS));
    const machine = rack.machine(BIOS.name);
    const boots = (n: number) =>
      untilTrue(
        () => machine.state().boots === n,
        () => `${machine.state().boots}`,
      );
    const tell = (command: string) => ipmitool(rack, BIOS.host, command);
    await tell('power on');
    await boots(1);
    expect(machine.state().bootedFrom).toBe('disk');
    const first = machine.state().pid;
    await tell('power on');
    await tell('chassis bootdev pxe');
    await tell('power reset');
    await boots(2);
    expect(machine.state()).toMatchObject({ power: 'on', bootedFrom: 'network' });
    expect(machine.state().pid).not.toBe(first);
    await tell('power cycle');
    await boots(3);
    expect(machine.state()).toMatchObject({ power: 'on', bootedFrom: 'disk' });
    await tell('chassis bootdev pxe options=persistent');
    for (const n of [4, 5]) {
      await tell('power reset');
      await boots(n);
      expect(machine.state().bootedFrom).toBe('network');
    }
  });

  it('leaves nothing behind, and nothing to a crash that cannot be taken down', async () => {
    const rack = await aRack(spec(BIOS, { disk: { sizeGb: 1 } }));
    const { namespace, directory } = rack;
    const machine = rack.machine(BIOS.name);
    await ipmitool(rack, BIOS.host, 'power on');
    await untilTrue(
      () => existsSync(machine.console),
      () => 'no console',
    );
    const record = (await readRecords()).find((found) => found.namespace === namespace);
    expect(record).toMatchObject({ directory, machines: { bios: { console: machine.console } } });
    const { pid } = machine.state();

    await takeDown({ namespace, directory });
    expect((await rack.failed).message).toContain('ended by itself');
    await rack.close();
    expect(isRunning(pid)).toBe(false);
    expect(existsSync(directory)).toBe(false);
    expect((await execa('ip', ['netns', 'list'])).stdout).not.toContain(namespace);
    expect((await readRecords()).map((found) => found.namespace)).not.toContain(namespace);
  });

  it('refuses what cannot be, and takes away what it had made', async () => {
    const before = (await execa('ip', ['netns', 'list'])).stdout;
    const wrong = spec(BIOS, { bmc: { host: '192.0.2.1', port: 6230 } });
    await expect(aRack(wrong)).rejects.toThrow('EADDRNOTAVAIL');
    expect((await execa('ip', ['netns', 'list'])).stdout).toBe(before);
  });
});
