/** The virtual rack: QEMU machines behind BMCs, on a bridge in a network namespace of its own. Needs root. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '../machine-bmc.ts';
import { RackError } from '../rack.ts';
import type { Accelerator } from './machine-arguments.ts';
import { createNamespace, expectFree, inNamespace } from './network.ts';
import { machineFiles, type RackNews, type RackOrder, type VirtualMachineSpec } from './rack-messages.ts';
import { type RackRecord, removeFiles, takeDown, writeRecord } from './rack-record.ts';
import type { MachineState } from './virtual-machine.ts';

export interface VirtualRackOptions {
  machines: readonly VirtualMachineSpec[];
  credentials: Credentials;
  accelerator: Accelerator;
  /** Default: a name that no other rack has. */
  namespace?: string;
  onChange?: (name: string, state: MachineState) => void;
}

export interface RackMachine {
  state(): MachineState;
  /** Unix socket of its serial port, there while the machine is on. */
  console: string;
  /** All that the serial port ever said. */
  serialLog: string;
  disk: string;
}

export interface VirtualRack {
  namespace: string;
  directory: string;
  /** Throws RackError for a name it does not know. */
  machine(name: string): RackMachine;
  /** Resolves when the rack's process has ended without `close`, to why. */
  failed: Promise<RackError>;
  /** Ends everything in the namespace and removes all that the rack made. */
  close(): Promise<void>;
}

const PROCESS = join(import.meta.dirname, 'rack-process.ts');
const OFF: MachineState = { power: 'off', pid: null, boots: 0, bootedFrom: null, failure: null };

/** Machines start switched off. Rejects with RackError or NamespaceError, having removed what it made. */
export async function startVirtualRack(options: VirtualRackOptions): Promise<VirtualRack> {
  const { machines, credentials, accelerator } = options;
  const namespace = options.namespace ?? `barewright-${randomBytes(3).toString('hex')}`;
  await expectFree(namespace);
  const directory = await mkdtemp(join(tmpdir(), 'barewright-rack-'));
  const record: RackRecord = {
    ...{ namespace, directory, owner: process.pid },
    machines: Object.fromEntries(
      machines.map((spec) => {
        const { console, serialLog } = machineFiles(directory, spec);
        return [spec.name, { console, serialLog }];
      }),
    ),
  };
  const placed = machines.map((spec, index) => ({ ...spec, tap: `tap${index + 1}` }));
  const states = new Map<string, MachineState>(machines.map(({ name }) => [name, OFF]));
  const failure = Promise.withResolvers<RackError>();
  let child: ChildProcess | null = null;
  let closed = false;

  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    if (child?.connected) {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    }
    await takeDown(record);
  }

  // Before there is anything else to take down.
  await writeRecord(record);
  try {
    await createNamespace(
      namespace,
      placed.map(({ tap }) => tap),
    );
  } catch (error) {
    await removeFiles(record);
    throw error;
  }
  try {
    child = startProcess(namespace, { machines: placed, directory, credentials, accelerator });
    await ready(child, (name, state) => {
      states.set(name, state);
      options.onChange?.(name, state);
    });
    child.once('exit', (code, signal) => {
      failure.resolve(new RackError(`the rack's process ended by itself (${signal ?? `status ${code}`})`));
    });
  } catch (error) {
    await close();
    throw error;
  }

  return {
    namespace,
    directory,
    close,
    failed: failure.promise,
    machine(name) {
      const spec = machines.find((candidate) => candidate.name === name);
      if (!spec) throw new RackError(`no machine named "${name}" in this rack`);
      const { console, serialLog, disk } = machineFiles(directory, spec);
      return { console, serialLog, disk, state: () => states.get(name) ?? OFF };
    },
  };
}

/** In a session of its own: Ctrl-C at the terminal is for the owner alone. */
function startProcess(namespace: string, order: RackOrder): ChildProcess {
  const [program, args] = inNamespace(namespace, [process.execPath, PROCESS]);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true });
  child.on('error', () => {});
  child.send(order, () => {});
  return child;
}

/** Resolves when the process says that all is up; goes on telling of the machines. Rejects with RackError. */
function ready(child: ChildProcess, onState: (name: string, state: MachineState) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', (news: RackNews) => {
      if (news.kind === 'ready') resolve();
      else if (news.kind === 'failed') reject(new RackError(news.why));
      else onState(news.name, news.state);
    });
    child.once('exit', () => reject(new RackError("the rack's process ended before it was up")));
  });
}
