/** A site that `init` made, committed in a real repository, and nodes for it. */

import { join } from 'node:path';
import { expect } from 'vitest';
import { aFolder, aRepository, ENV, type Repository } from '../git/a-repository.ts';
import { cli } from './a-context.ts';

/** A new site of the node n01, committed. */
export async function aSiteRepository(): Promise<Repository> {
  const dir = join(aFolder(), 'karoo');
  expect(await cli(['init', dir], { cwd: dir, env: ENV })).toMatchObject({ code: 0, stderr: '' });
  const repository = aRepository(dir);
  repository.commit({}, 'The first machines');
  return repository;
}

/** The document of a node with a BMC; `spec` is more lines of it. */
export function nodeText(n: number, spec: string[] = [], pool = 'general'): string {
  const name = `n${String(n).padStart(2, '0')}`;
  return `apiVersion: barewright.dev/v1
kind: Node
metadata: { name: ${name}, labels: { rack: r2 } }
spec:
  pool: ${pool}
  bmc: { url: ipmi://10.10.1.${n} }
${spec.map((line) => `  ${line}\n`).join('')}  interfaces:
    - { name: eno1, mac: "52:54:00:77:01:${n.toString(16).padStart(2, '0')}", network: mgmt, address: 10.77.0.1${n}, boot: true }
`;
}

/** `inventory/nodes/n02.yaml` and so on, each with the same lines. */
export function nodeFiles(numbers: readonly number[], spec: string[] = []): Record<string, string> {
  return Object.fromEntries(
    numbers.map((n) => [`inventory/nodes/n${String(n).padStart(2, '0')}.yaml`, nodeText(n, spec)]),
  );
}
