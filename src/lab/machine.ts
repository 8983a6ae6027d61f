/** A simulated machine: a power switch, firmware that boots from network or disk, and a memory of what happened. */

import type { BootFlags } from '../ipmi/commands/boot-options.ts';
import type { ChassisOp } from '../ipmi/commands/chassis.ts';
import type { Firmware } from '../model/site.ts';
import { runAgent } from './agent.ts';
import type { LabClock } from './clock.ts';
import type { Faults } from './faults.ts';
import { DEFAULT_TIMES, type Disk, type Hardware, type Times } from './hardware.ts';
import type { Happening, HistoryEntry, MachineState } from './history.ts';
import type { HttpAnswer, HttpPort, HttpRequest } from './http-port.ts';
import { install } from './installer.ts';
import { networkBoot } from './network-boot.ts';
import type { Random } from './random.ts';
import { createRun, PowerLost, type Run } from './run.ts';

export interface MachineOptions {
  name: string;
  /** Any notation; kept in lower case with colons. */
  mac: string;
  firmware?: Firmware;
  /** Boots from the network even when nothing asks for it. */
  pxeFirst?: boolean;
  disk: Disk | null;
  /** The boot flags its BMC holds, used up by asking unless they are persistent. */
  takeBootFlags(): BootFlags;
  /** Loopback address it speaks HTTP from. */
  address?: string;
  times?: Partial<Times>;
  clock: LabClock;
  random: Random;
  faults: Faults;
  http: HttpPort;
  /** Asked anew each time; the boot server may have moved. */
  bootUrl(): string;
  onHappening?(machine: Machine, entry: HistoryEntry): void;
}

type CommandEffect = Extract<Happening, { kind: 'power' }>['effect'];

export interface Machine {
  readonly name: string;
  readonly mac: string;
  readonly state: MachineState;
  /** What a person at its screen would read, beside the state. */
  readonly why: string | undefined;
  readonly disk: Disk | null;
  /** Everything but reports, oldest first. */
  readonly history: readonly HistoryEntry[];
  powerOn(): boolean;
  /** Carries out a chassis command at once; a soft-off only begins. */
  control(op: ChassisOp): CommandEffect;
  /** Power comes back to the rack: boots without a command having been given. */
  plugIn(): void;
  /** Takes the power away for good and stops every timer. */
  close(): void;
}

export function createMachine(options: MachineOptions): Machine {
  const { clock, faults, random } = options;
  const times = { ...DEFAULT_TIMES, ...options.times };
  const mac = options.mac.toLowerCase().replaceAll('-', ':');
  const history: HistoryEntry[] = [];
  let state: MachineState = 'off';
  let why: string | undefined;
  let disk = options.disk && structuredClone(options.disk);
  let run: Run | null = null;

  function note(happening: Happening): void {
    const entry = { ...happening, at: clock.now() };
    history.push(entry);
    options.onHappening?.(machine, entry);
  }

  function enter(next: MachineState, because?: string): void {
    state = next;
    why = because;
    note({ kind: 'state', state: next, ...(because === undefined ? {} : { why: because }) });
  }

  /** Ends what runs and begins something else; `PowerLost` is how the former learns of it. */
  function start(work: (run: Run) => Promise<void>): void {
    run?.cancel();
    const mine = createRun(clock, options.http);
    run = mine;
    work(mine).catch((error: unknown) => {
      if (!(error instanceof PowerLost)) throw error;
    });
  }

  function cutPower(): void {
    run?.cancel();
    run = null;
    enter('off');
  }

  function hardware(mine: Run): Hardware {
    async function request(wanted: HttpRequest): Promise<HttpAnswer | null> {
      if (faults.strikes('network-slow')) await mine.sleep(random.between(1_000, 8_000));
      return mine.request(options.address === undefined ? wanted : { ...wanted, from: options.address });
    }
    return {
      mac,
      firmware: options.firmware ?? 'uefi',
      times,
      random,
      faults,
      run: mine,
      get bootUrl() {
        return options.bootUrl().replace(/\/+$/, '');
      },
      get disk() {
        return disk;
      },
      set disk(written) {
        disk = written;
      },
      request,
      enter,
      note,
    };
  }

  async function boot(mine: Run): Promise<void> {
    let again = true;
    while (again) again = (await bootOnce(hardware(mine))) === 'reboot';
  }

  /** From the power-on self test to a running system, an installed disk or a stop. */
  async function bootOnce(on: Hardware): Promise<'reboot' | 'stopped'> {
    enter('post');
    await on.run.sleep(times.post * random.between(0.9, 1.1));
    const device = takeBootDevice();
    if (device === 'pxe' || disk === null || (options.pxeFirst && device !== 'disk')) {
      enter('network-boot');
      const result = await networkBoot(on);
      if (result.kind === 'prompt') {
        enter('prompt', result.why);
        return 'stopped';
      }
      if (result.kind === 'installer') {
        enter('installing');
        const outcome = await install(on, result.answers);
        if (outcome === 'reboot') return outcome;
        enter('installer-stopped', outcome.why);
        return 'stopped';
      }
    }
    if (disk === null) {
      enter('no-boot-device');
      return 'stopped';
    }
    enter('disk-boot');
    await on.run.sleep(times.diskBoot * random.between(0.9, 1.1));
    enter('running');
    return runAgent(on, disk);
  }

  /** The device the boot flags ask for. Flags for one boot are used up by it, heeded or not. */
  function takeBootDevice(): BootFlags['device'] {
    const { valid, device } = options.takeBootFlags();
    if (!valid) return 'none';
    if (device !== 'none' && faults.strikes('boot-flag-ignored')) {
      note({ kind: 'fault', fault: 'boot-flag-ignored' });
      return 'none';
    }
    return device;
  }

  function carryOut(op: ChassisOp): CommandEffect {
    const isOn = state !== 'off';
    if (faults.strikes('accepts-and-does-nothing')) return 'ignored';
    switch (op) {
      case 'on':
        if (isOn) return 'none-needed';
        start(boot);
        return 'done';
      case 'off':
        // A cycle on its way keeps the power off only for a moment: cut it short too.
        if (!isOn && run === null) return 'none-needed';
        cutPower();
        return 'done';
      case 'reset':
        if (!isOn) return 'refused';
        start(boot);
        return 'done';
      case 'cycle':
        if (!isOn) return 'refused';
        cutPower();
        start(async (mine) => {
          await mine.sleep(times.cycle);
          await boot(mine);
        });
        return 'done';
      case 'soft-off':
        if (!isOn) return 'refused';
        return softOff();
    }
  }

  /** Only an operating system hears the power button. */
  function softOff(): CommandEffect {
    if (state === 'shutting-down') return 'none-needed';
    if (state !== 'running' || faults.strikes('ignores-soft-off')) return 'ignored';
    start(async (mine) => {
      enter('shutting-down');
      await mine.sleep(times.softOff);
      cutPower();
    });
    return 'done';
  }

  const machine: Machine = {
    name: options.name,
    mac,
    history,
    get state() {
      return state;
    },
    get why() {
      return why;
    },
    get disk() {
      return disk;
    },
    powerOn: () => state !== 'off',
    control(op) {
      const effect = carryOut(op);
      note({ kind: 'power', command: op, effect });
      return effect;
    },
    plugIn: () => start(boot),
    close() {
      run?.cancel();
      run = null;
      state = 'off';
    },
  };
  return machine;
}
