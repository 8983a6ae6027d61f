import { describe, expect, it } from 'vitest';
import type { DesiredNode, Site, Stack } from '../../src/model/desired.ts';
import { aNode, aPool, aProfile, aSite, type NodeBuilder } from '../builders/node.ts';
import { nextSite, preview, settled, statesOf } from './step.ts';

const FIXED = { file: 'inventory/nodes/n1.yaml', line: 4, column: 9 };
const POOLS = { file: 'inventory/pools.yaml', line: 10, column: 25 };

/** A node that takes its profile from its pool. */
function aMember(pool: string, profile = 'base', own: Partial<DesiredNode['sources']> = {}): NodeBuilder {
  const node = aNode('n1').pool(pool).profile(profile);
  return node.with({ sources: { ...node.build().sources, pool: FIXED, profile: POOLS, ...own } });
}

function sourceOf(before: Site, after: Site): string | undefined {
  const source = preview(after, statesOf(settled('n1')), before).plan.actions[0]?.cause.source;
  return source ? `${source.file}:${source.line}` : undefined;
}

describe('the line of Git that reinstalls a node', () => {
  it('is the pool that it names, where it was moved to one with another profile', () => {
    const pools = new Map(['a', 'b'].map((name) => [name, aPool(name)]));
    const before = aSite([aMember('a')], { pools });
    expect(sourceOf(before, nextSite([aMember('b', 'docker')], { pools }))).toBe('inventory/nodes/n1.yaml:4');
  });

  it('is what the pool says, where that has changed under it', () => {
    expect(sourceOf(aSite([aMember('a')]), nextSite([aMember('a', 'docker')]))).toBe(
      'inventory/pools.yaml:10',
    );
  });

  it('is its own word, where it was moved too but names its profile itself', () => {
    const own = { pool: null, profile: { ...FIXED, line: 6 } };
    const after = nextSite([aMember('b', 'docker', own)]);
    expect(sourceOf(aSite([aMember('a')]), after)).toBe('inventory/nodes/n1.yaml:6');
  });
});

describe('the line of Git that has stacks applied again', () => {
  const profile = aProfile('base', { stacks: [{ name: 'docker' }, { name: 'motd' }] });
  const site = (stacks: Stack[], configDigest: string, commit: typeof nextSite = aSite) =>
    commit([aMember('a').with({ configDigest })], {
      profiles: new Map([['base', profile]]),
      stacks: new Map(stacks.map((stack) => [stack.name, stack])),
    });

  it('is the file of the stack that has changed', () => {
    const before = site(
      [aStack('docker', { 'apply.sh': '1' }), aStack('motd', { 'apply.sh': '1' })],
      'config-base',
    );
    const stacks = [aStack('docker', { 'apply.sh': '1' }), aStack('motd', { 'apply.sh': '1', text: 'hi' })];
    expect(sourceOf(before, site(stacks, 'new', nextSite))).toBe('profiles/stacks/motd/text:1');
  });

  it('is the stack’s own document, where its files are as they were', () => {
    const before = site([aStack('docker', { 'apply.sh': '1' })], 'config-base');
    const after = site([{ ...aStack('docker', { 'apply.sh': '1' }), digest: 'other' }], 'new', nextSite);
    expect(sourceOf(before, after)).toBe('profiles/stacks/docker/stack.yaml:1');
  });

  it('is the profile, where it lists others or hands them other parameters', () => {
    const stacks = [aStack('docker', { 'apply.sh': '1' })];
    expect(sourceOf(site(stacks, 'config-base'), site(stacks, 'new', nextSite))).toBe('profiles/base.yaml:1');
  });
});

function aStack(name: string, files: Record<string, string>): Stack {
  const entries = Object.entries(files);
  return {
    ...{ name, spec: {} as Stack['spec'], digest: JSON.stringify(entries) },
    files: entries.map(([path, text]) => ({ path, content: Buffer.from(text) })),
  };
}
