import { describe, expect, it } from 'vitest';
import { ledgerEntries } from '../../src/ledger/entries.ts';
import { historyOf } from '../../src/ledger/history.ts';
import { rackAt } from '../../src/ledger/rack-at.ts';
import { makeReport } from '../../src/ledger/report.ts';
import { aFortnight, HOUR, MONDAY, poolOf } from '../ledger/a-history.ts';
import { ask } from './ask.ts';

const entries = ledgerEntries(aFortnight());
const now = () => MONDAY + 14 * 24 * HOUR;

describe('barewright ledger', () => {
  const answers = { 'GET /ledger': entries };

  it('shows which machine was built when, from which commit, by whom', async () => {
    const { stdout, code, api } = await ask(answers, ['ledger', '--utc', '--pool', 'sip', '--since', '90d'], {
      now,
    });
    expect(code).toBe(0);
    expect(stdout).toBe(`\
ENDED                 NODE   PROFILE   GEN   COMMIT       OUTCOME   TOOK   ATTEMPTS   BY
2026-06-01 02:00:00   n1     docker    2     c100000000   settled   1h     1          Thandi
2026-06-01 05:00:00   n2     docker    2     c100000000   settled   2h     2          Thandi
2026-06-01 23:00:00   n3     ceph      2     c200000000   settled   3h     2          Thandi
2026-06-08 13:00:00   n3     ceph      3     c500000000   dropped   -      -          Thandi
2026-06-09 00:00:00   n1     docker    3     c600000000   settled   1h     1          Thandi
-                     n2     docker    3     c600000000   waiting   -      -          Thandi
`);
    expect(api.calls[0]?.url).toBe(`/ledger?pool=sip&limit=50&since=${now() - 90 * 24 * HOUR}`);
  });

  it('export is JSON of all, or CSV as RFC 4180 has it', async () => {
    const json = await ask(answers, ['ledger', 'export']);
    expect(JSON.parse(json.stdout)).toEqual(entries);
    expect(json.api.calls[0]?.url).toBe('/ledger?limit=100000');
    const change = 'generation 1, "2"\n3';
    const odd = [
      {
        ...entries[0],
        why: '=cmd()',
        change,
        images: [{ image: 'redis', repository: 'redis', tag: '7', digest: 'd' }],
      },
    ];
    const { stdout } = await ask({ 'GET /ledger': odd }, ['ledger', 'export', '-o', 'csv']);
    const [header, row] = stdout.split('\r\n');
    expect(header).toBe(
      'node,pool,profile,generation,commit,asked_commit,asked_by,change,outcome,why,wanted_at,started_at,ended_at,attempts,' +
        'failures,duration_seconds,approved_by,approved_at,install_id,install_digest,config_digest,stacks,images,hardware',
    );
    const commit = `c1${'0'.repeat(38)}`;
    expect(row).toBe(
      `n1,sip,docker,2,${commit},${commit},Thandi,"generation 1, ""2""\n3",settled,'=cmd(),2026-06-01T01:00:00.000Z,` +
        '2026-06-01T01:00:00.000Z,2026-06-01T02:00:00.000Z,1,0,3600,,,n1-c1-1,d1,c1,base chrony,redis:7@d,Dell R650',
    );
  });

  it('at a time: the rack as it was, and what would build it again', async () => {
    const rack = rackAt(aFortnight(), MONDAY + 23 * HOUR);
    const { stdout, api } = await ask(
      { 'GET /ledger/at': rack },
      ['ledger', 'at', '2026-06-01T23:00Z', '--utc'],
      { now },
    );
    expect(api.calls[0]?.url).toBe(`/ledger/at?time=${MONDAY + 23 * HOUR}`);
    expect(stdout).toBe(`\
at 2026-06-01 23:00:00, in force: c200000000  Thandi: Change c2, since 2026-06-01 12:00:00
built from, and built again by c100000000: 2 nodes: n1, n2
built from, and built again by c200000000: 1 node: n3
images in the registry: 0 tags

NODE   STATE     PROFILE   GEN   COMMIT       SINCE                 GIT SAID   IMAGES
n1     carries   docker    2     c100000000   2026-06-01 02:00:00   the same
n2     carries   docker    2     c100000000   2026-06-01 05:00:00   the same
n3     carries   ceph      2     c200000000   2026-06-01 23:00:00   the same
`);
    const json = await ask({ 'GET /ledger/at': rack }, ['ledger', 'at', '7d', '-o', 'json'], { now });
    expect(JSON.parse(json.stdout)).toEqual(rack);
    expect(json.api.calls[0]?.url).toBe(`/ledger/at?time=${now() - 7 * 24 * HOUR}`);
  });

  it('says what is wrong with a question', async () => {
    for (const [words, message] of [
      [['at'], 'at which time?'],
      [['at', 'noon'], 'noon is no time'],
      [['at', '7d', '-o', 'csv'], 'no list'],
      [['export', '7d'], 'takes no time'],
      [['--commit', 'HEAD'], 'first digits'],
    ] as const) {
      const { code, stderr } = await ask(answers, ['ledger', ...words]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    const none = await ask({ 'GET /ledger': [] }, ['ledger']);
    expect(none).toMatchObject({ code: 0, stdout: '', stderr: 'the ledger has no such install\n' });
  });
});

describe('barewright report', () => {
  const period = { since: MONDAY, until: now(), pool: null, by: 'pool' } as const;
  const answers = { 'GET /report': makeReport(historyOf(aFortnight()), period, poolOf) };

  it('of less than a week it makes no weekly figure, and of nothing no median', async () => {
    const day = { ...period, until: MONDAY + 24 * HOUR, by: 'day' } as const;
    const short = { 'GET /report': makeReport(historyOf([]), day, poolOf) };
    const { stdout } = await ask(short, ['report', '--since', '1d', '--by', 'day'], { now });
    expect(stdout).toContain('\ndeployments           0\nlead time             -\n');
    expect(stdout).toContain('\ntime to recovery      -\n');
    expect(stdout).not.toMatch(/A WEEK|a week/);
    const days = { 'GET /report': makeReport(historyOf(aFortnight()), { ...period, by: 'day' }, poolOf) };
    const long = (await ask(days, ['report', '--since', '14d', '--by', 'day'], { now })).stdout;
    expect(long).toContain('deployments           4, 2.0 a week');
    expect(long).not.toContain('A WEEK');
  });

  it('tells the figures', async () => {
    const { stdout, api } = await ask(answers, ['report', '--since', '14d', '--by', 'pool'], { now });
    expect(api.calls[0]?.url).toBe(`/report?since=${MONDAY}&until=${now()}&by=pool`);
    expect(stdout).toBe(`\
Deliveries, 2026-06-01 00:00 to 2026-06-15 00:00 UTC

changes               5
deployments           4, 2.0 a week
lead time             median 6h, p90 13h; 1 with machines still to come
change failure rate   40% (2 of 5)
time to recovery      mean 7h, median 4h, p90 10h
installs              4; 2 attempts failed before
install time          median 1h, p90 3h
configured in place   2

POOL   DEPLOYMENTS   A WEEK   LEAD TIME   P90   FAILURE RATE   RECOVERY   INSTALLS   INSTALL TIME
hte    1             0.5      13h         13h   50%            10h        1          3h
sip    3             1.5      5h          6h    33%            4h         3          1h

PROFILE   INSTALLS   MEDIAN   P90
ceph      1          3h       3h
docker    3          1h       2h

HARDWARE    INSTALLS   MEDIAN   P90
Dell R650   2          1h       1h
HPE DL360   1          3h       3h
unknown     1          2h       2h
`);
  });

  it('as Markdown has the definitions as footnotes, each referred to', async () => {
    const { stdout } = await ask(answers, ['report', '-o', 'markdown'], { now });
    expect(stdout).toMatch(/^## Deliveries, 2026-06-01/);
    expect(stdout).toContain('| lead time[^3] | median 6h, p90 13h; 1 with machines still to come |\n');
    const notes = [...stdout.matchAll(/^\[\^(\d)\]: \w/gm)].map(([, n]) => n);
    expect(notes).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    for (const n of notes) expect(stdout).toContain(`[^${n}] | `);
  });

  it('is an object for scripts, and asks for 30 days', async () => {
    const { stdout, api } = await ask(answers, ['report', '-o', 'json'], { now });
    expect(JSON.parse(stdout)).toEqual(answers['GET /report']);
    expect(api.calls[0]?.url).toBe(`/report?since=${now() - 30 * 24 * HOUR}&until=${now()}`);
  });

  it('--help states what the figures mean', async () => {
    const { stdout } = await ask(answers, ['report', '--help']);
    expect(stdout).toContain('changeFailureRate: changes by which a machine got stuck');
    expect(stdout).toContain('(default: 30d)');
  });
});
