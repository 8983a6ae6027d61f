/** A daemon as an installed system meets it: the real boot plane and report desk on loopback, with one node `n1`. */

import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type RegistryInput, stackBundle } from '../../src/agent/bundle.ts';
import { agentFiles } from '../../src/agent/files.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import type { DesiredNode, Stack } from '../../src/model/desired.ts';
import type { StackUse } from '../../src/model/site.ts';
import { createReportDesk } from '../../src/observe/reports.ts';
import { createTokens } from '../../src/observe/tokens.ts';
import type { TargetFile } from '../../src/render/target-files.ts';
import { type BootPlanePorts, createBootPlane } from '../../src/serve/boot-plane.ts';
import { T0 } from '../builders/commit.ts';
import { aNode, aProfile, aRecord, aSite } from '../builders/node.ts';
import { aState } from '../builders/state.ts';

const NODE = aNode('n1').build();
const INSTALL = '1'.repeat(32);
const TOKENS = createTokens(Buffer.alloc(32, 7));
const refused = async () => ({ ok: false as const, why: 'not-wanted' });

export interface DaemonWish {
  stacks?: readonly Stack[];
  /** With these parameters; every stack without any unless written. */
  uses?: readonly StackUse[];
  /** Time of a stack, ms. */
  configure?: number;
  reportInterval?: number;
  registry?: RegistryInput;
  plane?: (ports: BootPlanePorts) => Partial<BootPlanePorts>;
}

export async function aDaemon(wish: DaemonWish = {}) {
  let stacks = wish.stacks ?? [];
  let { uses } = wish;
  let digest = 'c0de';
  let held = false;
  const wanted = (): DesiredNode => ({ ...NODE, configDigest: digest });
  const siteNow = () => {
    const timeouts = { install: 1, configure: wish.configure ?? 20_000 };
    const used = [...(uses ?? stacks.map(({ name }) => ({ name })))];
    return aSite([wanted()], {
      profiles: new Map([['base', aProfile('base', { stacks: used, timeouts })]]),
      stacks: new Map(stacks.map((stack) => [stack.name, stack])),
      policy: { reportInterval: wish.reportInterval ?? 300_000 },
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
    stacksOf: async (node) => stackBundle(siteNow(), node, wish.registry ?? null),
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
  const { port } = plane.server.address() as AddressInfo;

  /** What an installer would put down; `host` is how the system reaches the daemon. */
  function files(host = '127.0.0.1', reportKey = TOKENS.reportKey(INSTALL)): TargetFile[] {
    const site = siteNow();
    const profile = site.profiles.get('base') ?? aProfile('base');
    const record = aRecord('base', 1, { installId: INSTALL, installDigest: 'a1b2', commit: 'c0ffee' });
    const bootUrl = `http://${host}:${port}`;
    return agentFiles({ site, node: wanted(), profile, record, bootUrl, reportKey });
  }

  return {
    journal,
    files,
    state() {
      const now = journal.state('n1');
      if (!now) throw new Error('n1 is gone');
      return now;
    },
    reports: () => journal.read({}).flatMap((event) => (event.reason === 'Reported' ? [event.data] : [])),
    /** As a commit would. */
    wants(newStacks: readonly Stack[], newDigest: string, newUses?: readonly StackUse[]) {
      stacks = newStacks;
      uses = newUses;
      digest = newDigest;
    },
    hold(value: boolean) {
      held = value;
    },
  };
}
