import { describe, expect, it } from 'vitest';
import { type BootFlags, NO_BOOT_FLAGS } from '../../../src/ipmi/commands/boot-options.ts';
import type { BootSource } from '../../../src/lab/qemu/machine-arguments.ts';
import type { QemuEnd } from '../../../src/lab/qemu/qemu-process.ts';
import { createVirtualMachine, type VirtualMachineOptions } from '../../../src/lab/qemu/virtual-machine.ts';

const PXE: BootFlags = { ...NO_BOOT_FLAGS, valid: true, device: 'pxe' };

/** A machine whose processes are played; `log` tells what was done to them. */
function aMachine(options: Partial<VirtualMachineOptions> = {}) {
  const log: string[] = [];
  const flags: BootFlags[] = [];
  const ends: ((end: QemuEnd) => void)[] = [];
  const machine = createVirtualMachine({
    takeBootFlags: () => flags.shift() ?? NO_BOOT_FLAGS,
    start(first: BootSource, onEnd) {
      const pid = ends.push(onEnd);
      log.push(`${pid} from ${first}`);
      return {
        pid,
        pressButton: () => void log.push(`${pid} button`),
        end: async () => void log.push(`${pid} ended`),
      };
    },
    ...options,
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    ...{ machine, log, flags, turn },
    async control(...ops: Parameters<typeof machine.control>[0][]) {
      for (const op of ops) machine.control(op);
      await turn();
    },
    async guest(end: QemuEnd, process = ends.length) {
      ends[process - 1]?.(end);
      await turn();
    },
  };
}

describe('a virtual machine', () => {
  it('is switched on and off, and does nothing twice', async () => {
    const { machine, log, control } = aMachine();
    expect([machine.powerOn(), machine.state().power]).toEqual([false, 'off']);
    await control('on', 'on');
    expect([machine.powerOn(), machine.state()]).toEqual([
      true,
      { power: 'on', pid: 1, boots: 1, bootedFrom: 'disk', failure: null },
    ]);
    await control('off', 'off', 'soft-off');
    expect([machine.powerOn(), machine.state()]).toMatchObject([false, { power: 'off', pid: null }]);
    expect(log).toEqual(['1 from disk', '1 ended']);
  });

  it('asks the BMC for the boot device at every boot, resets by the guest included', async () => {
    const { flags, log, control, guest } = aMachine();
    flags.push(PXE, NO_BOOT_FLAGS, { ...PXE, device: 'disk' }, { ...PXE, valid: false });
    await control('on');
    await guest({ kind: 'reset' });
    await control('reset', 'cycle');
    expect(log.filter((line) => line.includes('from'))).toEqual([
      '1 from network',
      '2 from disk',
      '3 from disk',
      '4 from disk',
    ]);
  });

  it('keeps to its own boot order unless it is told otherwise', async () => {
    const { flags, log, control } = aMachine({ bootOrder: 'network' });
    flags.push(NO_BOOT_FLAGS, { ...PXE, device: 'disk' }, { ...PXE, device: 'setup' });
    await control('on', 'reset', 'reset');
    expect(log.filter((line) => line.includes('from'))).toEqual([
      '1 from network',
      '2 from disk',
      '3 from network',
    ]);
  });

  it('goes off with its guest, and says why when it was no wish of it', async () => {
    const { machine, log, control, guest } = aMachine();
    await control('on', 'soft-off');
    await guest({ kind: 'off' });
    expect(machine.state()).toMatchObject({ power: 'off', failure: null });
    await control('on');
    await guest({ kind: 'off' }, 1);
    expect(machine.state().power).toBe('on');
    await guest({ kind: 'died', why: 'no memory' });
    expect(machine.state()).toMatchObject({ power: 'off', failure: 'no memory' });
    expect(log).toEqual(['1 from disk', '1 button', '1 ended', '2 from disk', '2 ended']);
  });

  it('stays off once it is closed', async () => {
    const { machine, log, control, guest } = aMachine();
    await control('on');
    await machine.close();
    await control('on');
    await guest({ kind: 'reset' });
    expect(log).toEqual(['1 from disk', '1 ended']);
  });
});
