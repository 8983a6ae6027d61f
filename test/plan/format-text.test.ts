import { describe, expect, it } from 'vitest';
import { formatText } from '../../src/plan/format-text.ts';
import { aCommit, T0 } from '../builders/commit.ts';
import { anAction, aPlan, held, names } from '../builders/plan.ts';

describe('formatText', () => {
  it('says in one line that nothing is to do', () => {
    expect(formatText(aPlan([]), { now: T0 })).toBe(
      'Nothing to do at commit 1a2b3c4d5e (digest 0123456789ab, observed 12 s ago)\n',
    );
  });

  it('says what stands for an observation', () => {
    const plan = aPlan([], { observedSince: null });
    expect(formatText(plan, { now: T0 })).toContain('nothing observed');
    expect(formatText(plan, { now: T0, basis: 'every node assumed settled' })).toBe(
      'Nothing to do at commit 1a2b3c4d5e (digest 0123456789ab, every node assumed settled)\n',
    );
  });

  it('tells of one node', () => {
    expect(formatText(aPlan([anAction('sip-n01')]), { now: T0 })).toBe(`\
1 reinstall (DATA LOSS)
Loses all data: sip-n01

Reinstall (destroys the disk)
  sip-n01  generation 1 → 2
      inventory/nodes/sip-n01.yaml:6  1a2b3c4d5e  Thandi

digest 0123456789ab  commit 1a2b3c4d5e by Thandi: Reinstall the proxies  (observed 12 s ago)
`);
  });

  it('tells of twelve nodes, what they wait for and how they are released', () => {
    const sip = names('sip-n', 8);
    const pools = aCommit('77aa', { author: 'Sipho' });
    const plan = aPlan([
      ...sip.slice(0, 4).map((name) => anAction(name)),
      ...sip
        .slice(4)
        .map((name) =>
          held(
            anAction(name),
            'installs-at-once',
            'policy.installsAtOnce lets 4 installs run at once; it follows by itself',
          ),
        ),
      ...['hte-n01', 'hte-n03'].map((name) =>
        held(
          anAction(name, { change: 'first install of docker', cause: { source: null, commit: null } }),
          'unknown-install',
          `what its disk carries is not known, so it is not wiped. Let it report, or run: barewright approve ${name}`,
          true,
        ),
      ),
      anAction('hte-n04', {
        kind: 'power-off',
        effect: 'power',
        change: 'power on → off',
        cause: { source: { file: 'inventory/pools.yaml', line: 12, column: 5 }, commit: pools },
      }),
      held(
        anAction('hte-n05', {
          kind: 'power-on',
          effect: 'power',
          change: 'power off → on',
          cause: { source: { file: 'inventory/pools.yaml', line: 12, column: 5 }, commit: null },
        }),
        'paused',
        'paused by thandi: fan replaced',
      ),
    ]);
    expect(formatText(plan, { now: T0 })).toBe(`\
8 reinstall (DATA LOSS), 1 power off; held: 2 reinstall (DATA LOSS), 1 power on
Loses all data: sip-n01…n08
Would lose all data if released: hte-n01, hte-n03

Reinstall (destroys the disk)
  sip-n01…n04 (4)  generation 1 → 2
      inventory/nodes/sip-n01.yaml:6 and 3 more places  1a2b3c4d5e  Thandi
  sip-n05…n08 (4)  generation 1 → 2
      inventory/nodes/sip-n05.yaml:6 and 3 more places  1a2b3c4d5e  Thandi
      waits: policy.installsAtOnce lets 4 installs run at once; it follows by itself

Power
  hte-n04  power on → off
      inventory/pools.yaml:12  77aa000000  Sipho

Held
  hte-n01, hte-n03 (2)  first install of docker
      held: what its disk carries is not known, so it is not wiped. Let it report, or run: barewright approve NODE
      release: barewright approve 0123456789ab (all that is held), or barewright approve NODE
  hte-n05  power off → on
      inventory/pools.yaml:12
      held: paused by thandi: fan replaced
      release: barewright resume hte-n05, or take "paused" out by a commit

digest 0123456789ab  commit 1a2b3c4d5e by Thandi: Reinstall the proxies  (observed 12 s ago)
`);
  });

  it('tells of four hundred nodes in a few lines, and names each one that loses data', () => {
    const cause = { source: { file: 'inventory/site.yaml', line: 20, column: 3 }, commit: aCommit('5117') };
    const files = {
      kind: 'files',
      effect: 'files',
      change: 'DHCP and boot entries rewritten',
      cause,
    } as const;
    const even = names('ceph-n', 400, 3).filter((_, index) => index % 2 === 0);
    const plan = aPlan([
      ...even.slice(0, 5).map((name) => anAction(name, { cause })),
      ...even.slice(0, 5).map((name) => anAction(name, files)),
      ...even.slice(5).map((name) => anAction(name, files)),
      ...names('sip-n', 200, 3).map((name) => anAction(name, files)),
    ]);
    expect(formatText(plan, { now: T0 + 7_200_000 })).toBe(`\
5 reinstall (DATA LOSS), 395 files only
Loses all data: ceph-n001, ceph-n003, ceph-n005, ceph-n007, ceph-n009

Reinstall (destroys the disk)
  ceph-n001, ceph-n003, ceph-n005, ceph-n007, ceph-n009 (5)  generation 1 → 2
      inventory/site.yaml:20  5117000000  Thandi

Files only
  ceph-n001, ceph-n003, ceph-n005, ceph-n007, ceph-n009 and 395 more (400)  DHCP and boot entries rewritten
      inventory/site.yaml:20  5117000000  Thandi

digest 0123456789ab  commit 1a2b3c4d5e by Thandi: Reinstall the proxies  (observed 2 h ago)
`);
  });

  it('marks only where it is told how', () => {
    const mark = (text: string) => `<${text}>`;
    const paint = { strong: mark, faint: mark, danger: mark, warning: mark, good: mark };
    expect(formatText(aPlan([anAction('sip-n01')]), { now: T0, paint })).toBe(`\
<1 reinstall (DATA LOSS)>
<Loses all data: sip-n01>

<Reinstall (destroys the disk)>
  <sip-n01>  generation 1 → 2
      <inventory/nodes/sip-n01.yaml:6  1a2b3c4d5e  Thandi>

digest <0123456789ab>  commit 1a2b3c4d5e by Thandi: Reinstall the proxies  (observed 12 s ago)
`);
  });
});
