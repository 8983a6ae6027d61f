/** What passes between a virtual rack's owner and the process in its namespace that holds machines and BMCs. */

import type { Firmware } from '../../model/site.ts';
import type { Credentials } from '../machine-bmc.ts';
import type { Accelerator, BootSource } from './machine-arguments.ts';
import type { MachineState } from './virtual-machine.ts';

export interface VirtualMachineSpec {
  name: string;
  mac: string;
  /** A literal address of the namespace; 127.0.0.0/8 is. */
  bmc: { host: string; port: number };
  firmware: Firmware;
  /** Of UEFI; default false. */
  secureBoot?: boolean;
  /** Raw image; relative to the rack's directory; made as an empty one of this size where there is none. */
  disk: { path?: string; sizeGb: number };
  memoryMb: number;
  /** The order in its set-up, without boot flags. Default `disk`. */
  bootOrder?: BootSource;
}

/** To the process: the one message it gets. It ends when the channel does. */
export interface RackOrder {
  machines: readonly (VirtualMachineSpec & { tap: string })[];
  directory: string;
  credentials: Credentials;
  accelerator: Accelerator;
}

/** From the process: `ready` or `failed` first, then what becomes of the machines. */
export type RackNews =
  | { kind: 'ready' }
  | { kind: 'failed'; why: string }
  | { kind: 'machine'; name: string; state: MachineState };

/** Where a machine's files lie. */
export function machineFiles(directory: string, { name, disk }: Pick<VirtualMachineSpec, 'name' | 'disk'>) {
  const at = `${directory}/${name}`;
  return {
    directory: at,
    disk: disk.path === undefined ? `${at}/disk.img` : resolveIn(directory, disk.path),
    variables: `${at}/variables.fd`,
    console: `${at}/console`,
    serialLog: `${at}/serial.log`,
  };
}

function resolveIn(directory: string, path: string): string {
  return path.startsWith('/') ? path : `${directory}/${path}`;
}
