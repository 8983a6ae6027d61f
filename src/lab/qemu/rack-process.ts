/**
 * The process inside a virtual rack's namespace: it holds the machines and their BMCs. Started by `virtual-rack.ts`;
 * it ends, and every machine with it, when the channel to its owner closes, however that came about.
 */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, open } from 'node:fs/promises';
import { type Bmc, createBmc } from '../bmc/bmc.ts';
import { type BmcListener, listenBmc } from '../bmc/listen.ts';
import { machineArguments, SECURE_VARIABLES, UEFI_VARIABLES } from './machine-arguments.ts';
import { startQemu } from './qemu-process.ts';
import { machineFiles, type RackNews, type RackOrder } from './rack-messages.ts';
import { createVirtualMachine, type VirtualMachine } from './virtual-machine.ts';

const machines: VirtualMachine[] = [];
const listeners: BmcListener[] = [];

// Its owner hears the terminal's signals, and closes the channel.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
const abandoned = once(process, 'disconnect');
const [order] = (await once(process, 'message')) as [RackOrder];
try {
  for (const spec of order.machines) await addMachine(spec);
  tell({ kind: 'ready' });
  await abandoned;
} catch (error) {
  tell({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
}
await Promise.all([
  ...machines.map((machine) => machine.close()),
  ...listeners.map((listener) => listener.close()),
]);
if (process.connected) process.disconnect();

async function addMachine(spec: RackOrder['machines'][number]): Promise<void> {
  const files = machineFiles(order.directory, spec);
  await mkdir(files.directory, { recursive: true, mode: 0o700 });
  await prepareDisk(files.disk, spec.disk.sizeGb);
  const variables = spec.secureBoot ? SECURE_VARIABLES : UEFI_VARIABLES;
  if (spec.firmware === 'uefi') await copyFile(variables, files.variables);
  const machine = createVirtualMachine({
    ...(spec.bootOrder ? { bootOrder: spec.bootOrder } : {}),
    takeBootFlags: () => bmc.takeBootFlags(),
    start: (first, onEnd) =>
      startQemu(machineArguments({ ...spec, ...files }, first, order.accelerator), onEnd),
    onChange: (state) => tell({ kind: 'machine', name: spec.name, state }),
  });
  machines.push(machine);
  const bmc = bmcOf(machine);
  listeners.push(await listenBmc({ address: spec.bmc.host, port: spec.bmc.port, bmc }));
}

function bmcOf(machine: VirtualMachine): Bmc {
  const { username, password } = order.credentials;
  return createBmc({
    users: [{ name: username, password }],
    chassis: {
      powerOn: machine.powerOn,
      control(op) {
        machine.control(op);
        return undefined;
      },
    },
    random: randomBytes,
    now: () => performance.now(),
    guid: randomBytes(16),
  });
}

/** An empty disk takes no room until something is written to it. */
async function prepareDisk(path: string, sizeGb: number): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    if ((await file.stat()).size === 0) await file.truncate(sizeGb * 2 ** 30);
  } finally {
    await file.close();
  }
}

/** Without an owner there is nobody to tell. */
function tell(news: RackNews): void {
  if (process.connected) process.send?.(news);
}
