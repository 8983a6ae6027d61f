import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDocumentCache, type DocumentCache } from '../../src/desired/document-cache.ts';
import { formatProblem } from '../../src/desired/format-problem.ts';
import { type Resolution, resolveSite } from '../../src/desired/resolve.ts';
import type { TreeEntry } from '../../src/desired/site-paths.ts';
import type { Site } from '../../src/model/desired.ts';
import { aCommit } from '../builders/commit.ts';

export type Files = Record<string, string | Uint8Array>;

const root = join(import.meta.dirname, '../..');

/** The sample site of the repository, as files by path. */
export function sampleFiles(): Record<string, string> {
  const files: Record<string, string> = {};
  for (const folder of ['inventory', 'profiles']) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files[path.slice(root.length + 1)] = readFileSync(path, 'utf8');
    }
  }
  return files;
}

/** A site of one node, as small as one can be. */
export function smallFiles(change: Files = {}): Files {
  return {
    'inventory/site.yaml': `apiVersion: barewright.dev/v1
kind: Site
metadata: { name: lab }
spec:
  credentials:
    bmc-default: { username: admin, password: { file: bmc-default } }
  defaults: { bmc: { credentials: bmc-default } }
`,
    'inventory/networks.yaml': `apiVersion: barewright.dev/v1
kind: Network
metadata: { name: mgmt }
spec: { cidr: 10.77.0.0/24, gateway: 10.77.0.1, role: install }
---
apiVersion: barewright.dev/v1
kind: Network
metadata: { name: data6 }
spec: { cidr: "fd77:79::/64" }
`,
    'inventory/pools.yaml': `apiVersion: barewright.dev/v1
kind: Pool
metadata: { name: sip }
spec: { defaults: { install: { profile: base } } }
`,
    'inventory/nodes.yaml': node('n1', 11),
    'profiles/base.yaml': `apiVersion: barewright.dev/v1
kind: Profile
metadata: { name: base }
spec:
  os: { family: debian, release: bookworm }
  stacks:
    - name: base
`,
    'profiles/stacks/base/stack.yaml': `apiVersion: barewright.dev/v1
kind: Stack
metadata: { name: base }
spec:
  os: [debian]
  parameters:
    type: object
    additionalProperties: false
    properties:
      motd: { type: string, default: hello }
`,
    'profiles/stacks/base/apply.sh': '#!/bin/sh\n',
    ...change,
  };
}

/** A node's document; `last` makes its addresses. */
export function node(name: string, last: number, spec = ''): string {
  return `apiVersion: barewright.dev/v1
kind: Node
metadata: { name: ${name} }
spec:
  pool: sip
${spec}  bmc: { url: ipmi://127.77.0.${last}:6230 }
  interfaces:
    - { name: eno1, mac: 52:54:00:77:00:${last}, network: mgmt, address: 10.77.0.${last}, boot: true }
`;
}

export function treeOf(files: Files): TreeEntry[] {
  return Object.entries(files).map(([path, content]) => ({
    path,
    blob: createHash('sha1').update(content).digest('hex'),
  }));
}

/** Resolves files as they would stand in a commit. */
export function resolveFiles(files: Files, cache: DocumentCache = createDocumentCache()): Resolution {
  const tree = treeOf(files);
  const contents = new Map(tree.map(({ path, blob }) => [blob, files[path] ?? '']));
  for (const blob of cache.missing(tree)) cache.add(blob, Buffer.from(contents.get(blob) ?? ''));
  return resolveSite(aCommit('c1'), tree, cache);
}

/** The site of files that must have no error. */
export function siteOf(files: Files): Site {
  const { site, problems } = resolveFiles(files);
  if (!site) throw new Error(problems.map((problem) => formatProblem(problem, { colour: false })).join('\n'));
  return site;
}

/** Every problem as the terminal shows it, and their codes. */
export function problemsOf(files: Files): { text: string; codes: string[] } {
  const { problems } = resolveFiles(files);
  return {
    text: problems.map((problem) => formatProblem(problem, { colour: false })).join('\n'),
    codes: problems.map(({ code }) => code),
  };
}
