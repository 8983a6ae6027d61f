import { describe, expect, it } from 'vitest';
import { type Said, sayProposal } from '../../../src/daemon/review/comment.ts';
import { fileChanges } from '../../../src/daemon/review/file-changes.ts';
import type { Verdict } from '../../../src/daemon/review/proposal.ts';
import type { Site } from '../../../src/model/desired.ts';
import { assumeSettled } from '../../../src/plan/assume-settled.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { limitsOf } from '../../../src/review/limits.ts';
import { T0 } from '../../builders/commit.ts';
import { sampleFiles, siteOf, smallFiles } from '../../desired/site-files.ts';

const HASH =
  '$6$aaaaaaaaaaaaaaaa$0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklm.';

function changed(
  files: Record<string, string>,
  path: string,
  from: string | RegExp,
  to: string,
): Record<string, string> {
  const before = files[path] ?? '';
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${path} has no ${from}`);
  return { ...files, [path]: after };
}

function planned(previous: Site, site: Site): Verdict {
  const states = assumeSettled(previous);
  for (const state of states.values()) state.powerAt = T0 - 12_000;
  const { plan } = makePlan({ site, previous, states, now: T0, causeOf: () => site.commit });
  return { kind: 'planned', site, tree: '', plan, pending: [] };
}

function say(verdict: Verdict, previous: Site, most = limitsOf('github').comment): Said {
  const pullRequest = {
    number: 7,
    title: '',
    author: '',
    url: '',
    head: 'a'.repeat(40),
    ref: '',
    branch: '',
    fork: false,
    draft: false,
  };
  const limits = { comment: most, status: 140 };
  const around = {
    previous,
    branch: 'main',
    times: new Map(),
    limits,
    others: [],
    sign: '#' as const,
    now: T0,
  };
  return sayProposal({ pullRequest, base: previous.commit.id, verdict }, around);
}

const sample = sampleFiles();
const ofSample = siteOf(sample);

/** 400 nodes, no two of which follow each other in name. */
function many(generation: (n: number) => number) {
  const nodes = Array.from({ length: 400 }, (_, n) => {
    const [high, low] = [Math.floor(n / 200), n % 200];
    const mac = [0x52, 0x54, 0, 0, high, low].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
    return `apiVersion: barewright.dev/v1
kind: Node
metadata: { name: x-n${n}-${n % 7} }
spec:
  pool: sip
  install: { generation: ${generation(n)} }
  bmc: { url: "ipmi://127.9.${high}.${low + 1}" }
  interfaces: [{ name: eno1, mac: "${mac}", network: mgmt, boot: true }]
`;
  });
  return smallFiles({ 'inventory/nodes.yaml': nodes.join('---\n') });
}

describe('the comment on a pull request', () => {
  it('says first what is lost, then what is done and why, and folds the files away', () => {
    const raised = changed(sample, 'inventory/pools.yaml', 'profile: ceph', 'profile: docker');
    const files = changed(raised, 'profiles/docker.yaml', 'packages: [curl,', 'packages: [curl, tcpdump,');
    const { body, status } = say(planned(ofSample, siteOf(files)), ofSample);
    const lines = body.split('\n').filter((line) => line !== '');
    expect(lines[0]).toBe('### 8 outdated; held: 4 reinstall (DATA LOSS)');
    expect(lines[1]).toBe('> [!WARNING]');
    expect(lines[2]).toBe('> **Would lose all data if released:** hte-n01…n04');
    expect(body).toContain('profile ceph → docker (inventory/pools.yaml:20');
    expect(body).toContain('release: barewright approve ');
    expect(body).toContain('**Takes** at most');
    expect(body).not.toContain('Barewright-Approve');
    const signed = { ...ofSample, verify: { mode: 'head' as const, keys: [], approvers: [] } };
    const digest = /digest `(\w+)`/.exec(body)?.[1];
    expect(say(planned(signed, siteOf(files)), signed).body).toContain(`\`Barewright-Approve: ${digest}\``);
    expect(body).toContain('<details><summary>Changes in rendered files of 12 nodes;');
    expect(body).toContain(
      '+d-i pkgsel/include string openssh-server sudo lvm2 systemd-timesyncd curl tcpdump ethtool lldpd',
    );
    expect(status).toEqual({ state: 'success', description: '8 outdated; held: 4 reinstall (DATA LOSS)' });
  });

  it('promise 10: repeats no password hash', () => {
    const users = (hash: string) =>
      smallFiles({
        'profiles/base.yaml': `apiVersion: barewright.dev/v1
kind: Profile
metadata: { name: base }
spec:
  os: { family: debian, release: bookworm }
  users: [{ name: ops, sudo: true, passwordHash: '${hash}' }]
  stacks: [{ name: base }]
`,
      });
    const previous = siteOf(users(HASH));
    const { body } = say(planned(previous, siteOf(users(HASH.replace('0123', '9876')))), previous);
    expect(body).toContain('(sensitive value)');
    expect(body).not.toContain('$6$');
  });

  it('fits what each forge takes, with 400 nodes that all differ', () => {
    const previous = siteOf(many(() => 1));
    const verdict = planned(previous, siteOf(many((n) => n + 2)));
    for (const most of [limitsOf('github').comment, limitsOf('gitlab').comment, 6000]) {
      const { body } = say(verdict, previous, most);
      expect(body.length).toBeLessThanOrEqual(most);
      expect(body).toContain('held: 400 reinstall (DATA LOSS)');
      expect(body).toMatch(/digest `[0-9a-f]{12}`/);
    }
  });

  it('shows every problem of a merge result with its place', () => {
    const at = {
      file: 'inventory/pools.yaml',
      column: 3,
      severity: 'error' as const,
      code: 'schema' as const,
    };
    const problems = [
      { ...at, line: 3, message: 'unknown field <b>', hint: 'did you mean x?' },
      { ...at, line: 9, message: 'no such profile', hint: '' },
    ];
    const { body, status } = say({ kind: 'invalid', problems }, ofSample);
    expect(body).toContain('inventory/pools.yaml:3:3: unknown field &#60;b&#62;<br>did you mean x?');
    expect(body).toContain('inventory/pools.yaml:9:3: no such profile');
    expect(status).toEqual({ state: 'failure', description: 'not valid: 2 problems' });
  });

  it('names the files of a conflict', () => {
    const { body, status } = say({ kind: 'conflict', files: ['inventory/pools.yaml'] }, ofSample);
    expect(body).toContain('- inventory/pools.yaml');
    expect(status).toEqual({
      state: 'failure',
      description: 'cannot be merged into main: conflicts in 1 file',
    });
  });

  it('matters to nobody where nothing changes for machines', () => {
    const described = changed(sample, 'inventory/pools.yaml', 'science image', 'image');
    const said = say(planned(ofSample, siteOf(described)), ofSample);
    expect(said.matters).toBe(false);
    expect(said.status.description).toBe('nothing changes for machines');
  });
});

describe('changes of rendered files', () => {
  it('tells of DHCP once, and of nodes with the same change together', () => {
    const files = changed(sample, 'inventory/nodes/sip.yaml', 'address: 10.77.0.12', 'address: 10.77.0.99');
    const dnsmasq = (of: Record<string, string>) =>
      changed(
        of,
        'inventory/site.yaml',
        'spec:\n',
        'spec:\n  services: { dnsmasq: { mode: managed, interfaces: [eth1] } }\n',
      );
    const { changes } = fileChanges(siteOf(dnsmasq(sample)), siteOf(dnsmasq(files)));
    const hosts = changes.find(({ file }) => file === 'dnsmasq: hosts');
    expect(hosts?.diff).toContain('10.77.0.99');
    expect(changes.filter(({ nodes }) => nodes.length > 0).every(({ nodes }) => nodes[0] === 'sip-n02')).toBe(
      true,
    );
    expect(changes.some(({ file }) => file.endsWith('20-eno1.network'))).toBe(true);
  });
});
