/** An installed system below a temporary root, whose agent speaks to a real boot plane and report desk on loopback. */

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stackBundle } from '../../src/agent/bundle.ts';
import { agentFiles } from '../../src/agent/files.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import type { DesiredNode, Stack } from '../../src/model/desired.ts';
import type { StackUse } from '../../src/model/site.ts';
import { createReportDesk } from '../../src/observe/reports.ts';
import { createTokens } from '../../src/observe/tokens.ts';
import { type BootPlanePorts, createBootPlane } from '../../src/serve/boot-plane.ts';
import { T0 } from '../builders/commit.ts';
import { aNode, aProfile, aRecord, aSite } from '../builders/node.ts';
import { aState } from '../builders/state.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { putFiles } from './a-target.ts';

const INSTALL = '1'.repeat(32);
const TOKENS = createTokens(Buffer.alloc(32, 7));
const refused = async () => ({ ok: false as const, why: 'not-wanted' });

/** Everything the agent and small scripts run, but no program that speaks HTTP. */
const PROGRAMS =
  'sh bash cat cmp cp cut date env flock getconf grep head kill mkdir mv readlink rm sed sha256sum sleep sync tail tar timeout touch tr true uname wc';

/** A stack of these files; `apply.sh` and `check.sh` get the first line they need. */
export function aStack(
  name: string,
  files: Record<string, string>,
  change: Partial<Stack['spec']> = {},
): Stack {
  const content = (path: string, text: string) =>
    Buffer.from(path.endsWith('.sh') ? `#!/bin/sh\nset -eu\n${text}\n` : text);
  return {
    name,
    spec: change,
    digest: JSON.stringify(files),
    files: Object.entries(files).map(([path, text]) => ({ path, content: content(path, text) })),
  };
}

export interface Wish {
  stacks?: Stack[];
  uses?: StackUse[];
  /** How it speaks HTTP: the only one of its programs that can. */
  transport?: 'curl' | 'wget' | 'bash';
  /** Instead of the key that the daemon gave it. */
  key?: string;
  configure?: number;
  plane?: (ports: BootPlanePorts) => Partial<BootPlanePorts>;
}

export async function aNodeWithAgent(wish: Wish = {}) {
  const root = aTempDir();
  let stacks = wish.stacks ?? [];
  let digest = 'c0de';
  let held = false;
  const wanted = (): DesiredNode => ({ ...NODE, configDigest: digest });
  const siteNow = () => {
    const uses = wish.uses ?? stacks.map(({ name }) => ({ name }));
    const timeouts = { install: 1, configure: wish.configure ?? 20_000 };
    const profile = aProfile('base', { stacks: uses, timeouts });
    return aSite([wanted()], {
      profiles: new Map([['base', profile]]),
      stacks: new Map(stacks.map((stack) => [stack.name, stack])),
    });
  };
  const state = aState('n1')
    .settled()
    .with({ signs: { installId: INSTALL, key: TOKENS.keyName } });
  const journal = openMemoryJournal({ clock: () => T0, states: [state.build()] });
  const desk = createReportDesk({
    journal,
    tokens: TOKENS,
    nodeByMac: (mac) => (mac === NODE.bootMac ? wanted() : null),
    bindAddresses: false,
    isHeld: () => held,
    stacksOf: (node) => stackBundle(siteNow(), node),
    clock: () => T0,
  });
  const ports: BootPlanePorts = {
    ...{ script: async () => ({ kind: 'unknown' as const }), answers: refused, callback: refused },
    ...{ ready: async () => true, artifact: () => null, loader: async () => null },
    ...desk,
    onError(error) {
      throw error;
    },
  };
  const plane = createBootPlane({ ...ports, ...wish.plane?.(ports) });
  await plane.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => plane.close());
  const bootUrl = `http://127.0.0.1:${(plane.server.address() as AddressInfo).port}`;
  const site = siteNow();
  const profile = site.profiles.get('base') ?? aProfile('base');
  const record = aRecord('base', 1, { installId: INSTALL, installDigest: 'a1b2', commit: 'c0ffee' });
  const reportKey = wish.key ?? TOKENS.reportKey(INSTALL);
  putFiles(root, agentFiles({ site, node: wanted(), profile, record, bootUrl, reportKey }));
  const bin = join(root, 'bin');
  mkdirSync(bin);
  for (const program of [...PROGRAMS.split(' '), wish.transport ?? 'curl']) link(bin, program);

  const at = (path: string) => join(root, path);
  const env = {
    BW_LIB: at('usr/local/lib/barewright'),
    BW_ETC: at('etc/barewright'),
    BW_STATE: at('state'),
    BW_RUN: at('run'),
    BW_LOG: at('log'),
    BW_PATH: bin,
    BW_TRIES: '2',
    HERE: root,
  };

  /** One run of the agent; `interrupt` is told its process. */
  function run(
    interrupt: (kill: () => void) => void = () => {},
  ): Promise<{ status: number | null; said: string }> {
    const child = spawn('/bin/sh', [at('usr/local/lib/barewright/agent')], { env, detached: true });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    interrupt(() => process.kill(-(child.pid ?? 0), 'SIGKILL'));
    return new Promise((resolve) => child.on('close', (status) => resolve({ status, said })));
  }

  return {
    root,
    at,
    journal,
    run,
    state() {
      const now = journal.state('n1');
      if (!now) throw new Error('n1 is gone');
      return now;
    },
    reports: () => journal.read({}).flatMap((event) => (event.reason === 'Reported' ? [event.data] : [])),
    /** As a commit would. */
    wants(next: Stack[], newDigest: string) {
      stacks = next;
      digest = newDigest;
    },
    hold: (value: boolean) => {
      held = value;
    },
    restart: () => rmSync(at('run'), { recursive: true }),
    text: (path: string) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : null),
  };
}

const NODE = aNode('n1').build();

function link(bin: string, program: string): void {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const folder = folders.find((candidate) => existsSync(join(candidate, program)));
  if (folder === undefined) throw new Error(`there is no ${program}`);
  if (!existsSync(join(bin, program))) symlinkSync(join(folder, program), join(bin, program));
}
