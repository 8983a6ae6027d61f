/** A daemon's part that is killed: `collecting-child.ts DIRECTORY PROGRAM` runs a registry and begins a collection. */

import { openAuthority } from '../../src/own-registry/authority.ts';
import { startHost } from '../../src/own-registry/host.ts';
import { registryProgram } from '../../src/own-registry/program.ts';
import { aFreePort } from '../builders/free-port.ts';

const [directory = '', program = ''] = process.argv.slice(2);
const [port, tokenPort] = [await aFreePort(), await aFreePort()];
const up = Promise.withResolvers<void>();
const host = await startHost({
  ...{ directory, endpoint: `https://127.0.0.1:${port}`, listen: { host: '127.0.0.1', port }, tokenPort },
  ...{ storage: { directory: `${directory}/storage` }, secret: 'f'.repeat(64) },
  identity: () => openAuthority(directory, 'karoo', ['127.0.0.1'], Date.now()),
  program: registryProgram([program]),
  account: () => null,
  onRefused() {},
  onUp: up.resolve,
  onProblem: up.reject,
  clock: Date.now,
});
await up.promise;
const collected = host.collect(new AbortController().signal);
console.log(JSON.stringify({ port, tokenPort }));
await collected;
