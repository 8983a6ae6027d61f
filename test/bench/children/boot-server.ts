/** The boot plane of the daemon with one stored file. Says where it listens, and its CPU time whenever it is asked. */

import { openNetbootStore } from '../../../src/netboot/store.ts';
import { createBootPlane } from '../../../src/serve/boot-plane.ts';
import { input, onEnd, tell } from './parent.ts';

export interface BootServerInput {
  directory: string;
  file: string;
  sha256: string;
}

export type BootServerMessage = { url: string } | { cpuMs: number; rssMb: number };

const { directory, file, sha256 } = input<BootServerInput>();
const store = await openNetbootStore({ directory });
await store.ensure({ file, sha256 });
const refused = async () => ({ ok: false as const, why: 'bad-token' });
const plane = createBootPlane({
  ready: async () => true,
  script: async () => ({ kind: 'unknown' }),
  answers: refused,
  callback: refused,
  report: refused,
  stacks: refused,
  loader: async () => null,
  artifact: (wanted) => store.find({ sha256: wanted }),
  onError: (error) => console.error(error),
});
const url = await plane.listen({ host: '127.0.0.1', port: 0 });
await tell({ url } satisfies BootServerMessage);

let before = process.cpuUsage();
process.on('message', () => {
  const { user, system } = process.cpuUsage(before);
  before = process.cpuUsage();
  const rssMb = process.memoryUsage.rss() / 2 ** 20;
  void tell({ cpuMs: (user + system) / 1000, rssMb } satisfies BootServerMessage);
});
onEnd(async () => {
  await plane.close();
  await store.close();
});
