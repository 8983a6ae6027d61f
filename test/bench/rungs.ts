/** One install after the other in a virtual rack with real firmware: seconds between the rungs, bytes of each stage. */

import { statSync } from 'node:fs';
import type { Event, Reason } from '../../src/model/event.ts';
import type { Firmware } from '../../src/model/site.ts';
import { METAL } from '../../tools/stages.ts';
import { missingPackages } from '../../tools/system-packages.ts';
import { type Artifacts, siteFiles } from '../metal/a-site.ts';
import { aWorld } from '../metal/a-world.ts';
import { debianArtifacts, deployArtifacts } from '../metal/deploy-artifacts.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { waitUntil } from './wait.ts';

/** From one evidence to the next, as the journal has them. */
const RUNGS: readonly [until: string, reason: Reason, is?: (event: Event) => boolean][] = [
  ['on', 'PowerResult', ({ data }) => 'op' in data && data.op === 'on'],
  ['first asks for an address', 'DhcpSeen'],
  ['boot script', 'BootScriptServed'],
  ['answers', 'AnswersServed'],
  ['ramdisk runs and asks for the disk', 'InstallProgress'],
  ['image written', 'InstallCompleted'],
  ['first report from disk', 'Reported', ({ data }) => 'boot' in data && data.boot],
  ['settled', 'InstallSettled'],
];
const LONGEST_MS = 1_200_000;
const TITLE: Record<Firmware, string> = { bios: 'BIOS', uefi: 'UEFI' };

export async function benchRungs({ quick, progress }: BenchOptions): Promise<Figure[]> {
  const missing = missingPackages(process.env['PATH'] ?? '').filter(({ tests }) => tests.includes(METAL));
  if (process.getuid?.() !== 0 || missing.length > 0) {
    const packages = missing.map(({ name }) => name).join(' ');
    progress(
      `left out: a virtual rack needs root${packages === '' ? '' : ` and apt-get install ${packages}`}`,
    );
    return [];
  }
  const systems: [string, Artifacts][] = [
    ['tiny system', await deployArtifacts()],
    ...(quick ? [] : [['Debian', await debianArtifacts()] as [string, Artifacts]]),
  ];
  const figures: Figure[] = [];
  for (const [system, artifacts] of systems) {
    figures.push(...bytesOf(system, artifacts));
    for (const firmware of ['bios', 'uefi'] as const) {
      progress(`${system}, ${TITLE[firmware]}`);
      figures.push(...(await install(`${system}, ${TITLE[firmware]}`, firmware, artifacts)));
    }
  }
  return figures;
}

function bytesOf(system: string, { kernel, initrd, image }: Artifacts): Figure[] {
  const parts = { kernel, ramdisk: initrd, 'image as sent': image };
  return Object.entries(parts).map(([part, { file = '' }]) => ({
    ...{ name: `${system}: ${part}`, value: statSync(file).size / 1e6, unit: 'MB' },
  }));
}

async function install(title: string, firmware: Firmware, artifacts: Artifacts): Promise<Figure[]> {
  const node = {
    ...{ name: 'n1', mac: '52:54:00:77:00:01', host: '127.77.0.1', address: '10.77.0.11' },
    ...{ firmware, generation: 1 },
  };
  const { name, mac, host } = node;
  const world = await aWorld({
    machines: [{ name, mac, firmware, bmc: { host, port: 6230 }, memoryMb: 768, disk: { sizeGb: 3 } }],
    files: siteFiles([node], artifacts, { patience: LONGEST_MS / 1_000 }),
  });
  try {
    await waitUntil('held', () => world.state(name)?.phase === 'held');
    await world.cli('approve', name, '--why', 'bench');
    await world.happened('InstallSettled', { node: name }, LONGEST_MS);
    return secondsBetween(title, world.events({ node: name }));
  } finally {
    await world.close();
  }
}

function secondsBetween(title: string, events: readonly Event[]): Figure[] {
  const start = events.find(({ reason }) => reason === 'AttemptStarted');
  if (!start) throw new Error(`${title}: no attempt was started`);
  let before = start;
  const figures = RUNGS.map(([until, wanted, is = () => true]): Figure => {
    const event = events.find((found) => found.reason === wanted && found.id > before.id && is(found));
    if (!event) throw new Error(`${title}: it never came to ${until}`);
    const value = (event.time - before.time) / 1_000;
    before = event;
    return { name: `${title}: until ${until}`, value, unit: 's' };
  });
  const total = (before.time - start.time) / 1_000;
  return [...figures, { name: `${title}: all of it`, value: total, unit: 's' }];
}
