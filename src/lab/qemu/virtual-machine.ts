/** A virtual machine as its BMC sees it: power, one process a boot, and the boot order that the BMC asks for. */

import type { BootFlags } from '../../ipmi/commands/boot-options.ts';
import type { ChassisOp } from '../../ipmi/commands/chassis.ts';
import type { BootSource } from './machine-arguments.ts';
import type { QemuEnd, QemuProcess } from './qemu-process.ts';

export interface MachineState {
  power: 'on' | 'off';
  /** Of the process that is this boot. */
  pid: number | null;
  /** So many times it was started, resets included. */
  boots: number;
  /** What came first in the boot order of the newest boot. */
  bootedFrom: BootSource | null;
  /** Why it went off by itself, where that was no wish of the guest. */
  failure: string | null;
}

export interface VirtualMachineOptions {
  /** The order without boot flags; default `disk`. */
  bootOrder?: BootSource;
  /** The boot flags that the BMC holds, used up by asking unless they are persistent. */
  takeBootFlags(): BootFlags;
  start(first: BootSource, onEnd: (end: QemuEnd) => void): QemuProcess;
  onChange?(state: MachineState): void;
}

export interface VirtualMachine {
  state(): MachineState;
  powerOn(): boolean;
  /** Begins the operation and returns at once; operations are carried out one after the other. */
  control(op: ChassisOp): void;
  /** Takes the power away for good. */
  close(): Promise<void>;
}

export function createVirtualMachine(options: VirtualMachineOptions): VirtualMachine {
  let current: QemuProcess | null = null;
  let state: MachineState = { power: 'off', pid: null, boots: 0, bootedFrom: null, failure: null };
  let closed = false;
  let work = Promise.resolve();

  function enter(change: Partial<MachineState>): void {
    state = { ...state, ...change };
    options.onChange?.(state);
  }

  function boot(): void {
    if (closed) return;
    const { valid, device } = options.takeBootFlags();
    const first = (valid ? SOURCES[device] : undefined) ?? options.bootOrder ?? 'disk';
    const process = options.start(first, (end) => then(() => ended(process, end)));
    current = process;
    enter({
      power: 'on',
      pid: process.pid,
      boots: state.boots + 1,
      bootedFrom: first,
      failure: null,
    });
  }

  async function cutPower(failure: string | null = null): Promise<void> {
    if (!current) return;
    const process = current;
    current = null;
    await process.end();
    enter({ power: 'off', pid: null, failure });
  }

  async function ended(process: QemuProcess, end: QemuEnd): Promise<void> {
    if (process !== current) return;
    await cutPower(end.kind === 'died' ? end.why : null);
    if (end.kind === 'reset') boot();
  }

  /** A failure of one step is the machine's state, never the end of the rack. */
  function then(step: () => void | Promise<void>): void {
    work = work.then(step).catch((error: unknown) => enter({ failure: String(error) }));
  }

  const steps: Record<ChassisOp, () => void | Promise<void>> = {
    on: () => (current ? undefined : boot()),
    off: () => cutPower(),
    reset: restart,
    cycle: restart,
    'soft-off': () => current?.pressButton(),
  };

  async function restart(): Promise<void> {
    await cutPower();
    boot();
  }

  return {
    control: (op) => then(steps[op]),
    state: () => state,
    powerOn: () => current !== null,
    async close() {
      closed = true;
      then(() => cutPower());
      await work;
    },
  };
}

/** What the other devices of the boot flags mean to a machine that has a disk and a network card. */
const SOURCES: Partial<Record<BootFlags['device'], BootSource>> = {
  pxe: 'network',
  disk: 'disk',
  'safe-disk': 'disk',
};
