import { describe, expect, it } from 'vitest';
import { chaptersOf } from '../../src/timeline/timeline.ts';
import { anEvent } from '../builders/event.ts';
import { aState, T0 } from '../builders/node.ts';
import { anAction, aPlan } from '../builders/plan.ts';
import { aStatus } from '../builders/view.ts';
import { cli } from './a-context.ts';
import { anApi, refusal } from './api-server.ts';
import { answersFor, ask, eventOf, nodes, settled } from './ask.ts';

describe('get', () => {
  it('lists nodes in natural order', async () => {
    const { stdout, code } = await ask(answersFor(nodes), ['get', 'nodes']);
    expect(code).toBe(0);
    expect(stdout).toBe(`\
NAME      POOL   PROFILE   GEN   POWER      PHASE     SINCE      WAITS FOR
hte-n1    hte    base      1     on         stuck     14:00:00   a person or a commit
sip-n2    sip    base      1     on         settled   14:00:00   -
sip-n10   sip    base      1     off (on)   settled   14:00:00   -
`);
  });

  it('adds how they are reached with -o wide, in UTC on demand', async () => {
    const { stdout } = await ask(answersFor([settled]), ['get', 'nodes', '-o', 'wide', '--utc']);
    expect(stdout).toBe(`\
NAME     POOL   PROFILE   GEN   POWER   PHASE     SINCE      BMC                   MAC                 ADDRESS      COMMIT       WAITS FOR
sip-n2   sip    base      1     on      settled   12:00:00   ipmi://10.218.128.2   52:54:00:da:00:02   10.218.0.2   abc0000000   -
`);
  });

  it.each([
    [['--pool', 'sip'], 'sip-n2\nsip-n10\n'],
    [['--phase', 'stuck'], 'hte-n1\n'],
    [['-l', 'rack=r1'], 'hte-n1\n'],
    [['-l', 'rack=r2'], ''],
    [['sip-n10'], 'sip-n10\n'],
  ])('chooses by %j', async (filter, names) => {
    const { stdout } = await ask(answersFor(nodes), ['get', 'nodes', ...filter, '-o', 'name']);
    expect(stdout).toBe(names);
  });

  it('writes JSON and YAML that can be read back', async () => {
    const json = await ask(answersFor(nodes), ['get', 'nodes', 'sip-n2', '-o', 'json']);
    expect(JSON.parse(json.stdout)).toEqual([settled]);
    const yaml = await ask(answersFor(nodes), ['get', 'nodes', 'sip-n2', '-o', 'yaml']);
    expect(yaml.stdout).toMatch(/^- name: sip-n2\n {2}pool: sip\n/);
  });

  it('lists pools with their plain fields, free text last', async () => {
    const pools = [{ name: 'sip', description: 'proxies', unavailable: 2, nodes: 8, extra: [1] }];
    const { stdout } = await ask({ 'GET /pools': pools }, ['get', 'pool']);
    expect(stdout).toBe('NAME   UNAVAILABLE   NODES   DESCRIPTION\nsip    2             8       proxies\n');
  });

  it('guesses what was meant', async () => {
    const node = await ask(answersFor(nodes), ['get', 'nodes', 'sip-m2']);
    expect(node).toMatchObject({ code: 1 });
    expect(node.stderr).toContain('did you mean: sip-n2');
    const kind = await ask({}, ['get', 'noeds']);
    expect(kind).toMatchObject({ code: 2 });
    expect(kind.stderr).toContain('did you mean: barewright get nodes');
  });

  it('has colours at a terminal, and none with NO_COLOR or in a pipe', async () => {
    const inColour = await ask(answersFor(nodes), ['get', 'nodes'], { isTTY: true });
    expect(inColour.stdout).toContain('\u001b[');
    const told = await ask(answersFor(nodes), ['get', 'nodes'], { isTTY: true, env: { NO_COLOR: '1' } });
    expect(told.stdout).not.toContain('\u001b');
    const piped = await ask(answersFor(nodes), ['get', 'nodes']);
    expect(piped.stdout).not.toContain('\u001b');
  });

  it('lets no text from a node steer the terminal', async () => {
    const hostile = { ...settled, waitsFor: 'red \u001b[31m\u0007 alert' };
    const { stdout } = await ask(answersFor([hostile]), ['get', 'nodes']);
    expect(stdout).toContain('red \ufffd[31m\ufffd alert');
  });
});

describe('the daemon', () => {
  it('that was never started is asked for, with exit code 4', async () => {
    const { code, stderr } = await cli(['status'], { env: { HOME: '/nonexistent' } });
    expect(code).toBe(4);
    expect(stderr).toBe(`\
barewright: no daemon runs with the data directory /nonexistent/.barewright or /nonexistent/.local/state/barewright
  start one (barewright run, or barewright demo), or name its directory with --data or BAREWRIGHT_DATA
`);
  });

  it('that has gone is named, with exit code 4', async () => {
    const api = await anApi({});
    await api.close();
    const { code, stderr } = await cli(['status', '--data', api.dataDir]);
    expect(code).toBe(4);
    expect(stderr).toContain('(process 4711) does not answer at http://127.0.0.1:');
  });

  it('that is not ready yet answers with its own sentence and exit code 4', async () => {
    const { code, stderr } = await ask({ 'GET /plan': refusal('not-ready', 'no commit is in force yet') }, [
      'plan',
    ]);
    expect({ code, stderr }).toEqual({ code: 4, stderr: 'barewright: no commit is in force yet\n' });
  });
});

describe('status', () => {
  it('tells where webhooks are taken, and how many were refused', async () => {
    const webhooks = { state: 'ok', message: 'webhooks are taken at 127.0.0.1:8483', since: T0 } as const;
    const counted = { ...webhooks, heard: 12, refused: 3 };
    const { stdout } = await ask({ 'GET /status': aStatus([], { webhooks: counted }) }, ['status']);
    expect(stdout).toContain('\nWebhooks     webhooks are taken at 127.0.0.1:8483; 12 heard, 3 refused\n');
  });

  it('tells site, Git and machines', async () => {
    const { stdout } = await ask(answersFor(nodes), ['status', '--utc']);
    expect(stdout).toBe(`\
Site         karoo, 3 nodes
In force     9f27ab1c4d by Thandi: Move the proxies to docker, since 11:55:00 (7m ago)
Git          the newest commit is in force
Repository   /srv/sites/karoo
Store        SQLite, /var/lib/barewright/journal.db
Phases       2 settled, 1 stuck
Power        2 on, 1 off
BMCs         all read 2m 12s ago in 240 ms
Boot server  http://10.10.0.1:8081
Daemon       barewright 0.1.0, up 5h
`);
  });

  it('says that a rollout has halted, and why', async () => {
    const halted = ['the rollout of 1a2b3c4d5e in pool sip has halted: 2 nodes failed (n1, n2)'];
    const { stdout } = await ask({ 'GET /status': aStatus([], { halted }) }, ['status', '--utc']);
    expect(stdout).toContain(`Halted       ${halted[0]}\n`);
  });

  it('shows every problem of a commit that was refused', async () => {
    const git = {
      ...{
        state: 'bad-commit',
        message: 'commit 77aa has 1 problem',
        since: T0,
        head: '77aa'.padEnd(40, '0'),
      },
      problems: [
        {
          ...{ code: 'schema', severity: 'error', file: 'inventory/nodes/n1.yaml', line: 7, column: 3 },
          ...{
            message: 'power must be on, off or unmanaged',
            hint: 'Write off.',
            excerpt: '  power: of\n  ^',
          },
        },
      ],
    };
    const { stdout } = await ask({ 'GET /status': { ...aStatus([]), git } }, ['status', '--utc']);
    expect(stdout).toContain(
      'Git          bad-commit since 12:00:00 (2m ago), branch at 77aa000000: commit 77aa has 1 problem\n',
    );
    expect(stdout).toContain('inventory/nodes/n1.yaml:7:3  error  power must be on, off or unmanaged\n');
  });
});

it.each([['logs'], ['events', 'hte-n1']])(
  '%s says that nothing fits, and not to a program that reads it',
  async (...words) => {
    const { stdout, stderr, code } = await ask(answersFor(nodes, { 'GET /events': [] }), [
      ...[...words, '--search', 'zebra'],
    ]);
    expect([code, stdout, stderr]).toEqual([0, '', 'there is none\n']);
  },
);

describe('describe', () => {
  it('tells the story of a node with its last events', async () => {
    const events = [eventOf(1, 'hte-n1', 'Stuck', 'attempts used up')];
    for (const words of [['node', 'hte-n1'], ['hte-n1']]) {
      const { stdout, api } = await ask(answersFor(nodes, { 'GET /events': events }), ['describe', ...words]);
      expect(stdout).toContain('hte-n1 is stuck, since 14:00:00 (2m ago).');
      expect(stdout).toContain('14:00:01      stuck   daemon   ababababab   attempts used up');
      expect(api.calls.map(({ url }) => url)).toContain('/events?node=hte-n1&limit=20');
    }
  });

  it('shows other things as YAML', async () => {
    const { stdout } = await ask({ 'GET /pools': [{ name: 'sip', nodes: 8 }] }, ['describe', 'pool', 'sip']);
    expect(stdout).toBe('name: sip\nnodes: 8\n');
  });
});

describe('plan and history of the daemon', () => {
  it('plan shows the text, and changes by its exit code', async () => {
    const plan = aPlan([anAction('sip-n2')]);
    const { stdout, code, api } = await ask({ 'GET /plan': plan }, [
      'plan',
      '--to',
      'topic',
      '--diff-exit-code',
    ]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^1 reinstall \(DATA LOSS\)\nLoses all data: sip-n2\n/);
    expect(api.calls[0]?.url).toBe('/plan?to=topic');
    const json = await ask({ 'GET /plan': aPlan([]) }, ['plan', '-o', 'json', '--diff-exit-code']);
    expect(json.code).toBe(0);
    expect(JSON.parse(json.stdout)).toEqual(aPlan([]));
  });

  it('history tells attempts with their durations', async () => {
    const target = aState('n1').installed('base').wants('base', 2).build().want;
    if (!target) throw new Error('no target');
    const at = (id: number) => ({ id, time: T0 + id * 1000, phase: null, attempt: 1 });
    const events = [
      { ...anEvent('n1', 'AttemptStarted', { attempt: 1, installId: 'i', target }), ...at(1) },
      { ...anEvent('n1', 'AnswersServed', { installId: 'i', address: '10.0.0.1' }), ...at(61) },
    ];
    const timeline = { node: 'n1', chapters: chaptersOf(events, () => [7]), isCut: true };
    const answers = { 'GET /nodes/n1/timeline': timeline };
    const { stdout } = await ask(answers, ['history', 'n1']);
    const install = `\
14:00:01  base generation 2 (generation 1 → 2)  abc0000000 Thandi #7  under way after 1m 59s, 1 attempt
    attempt 1  14:00:01  answers fetched +1m, under way after 1m 59s
`;
    expect(stdout).toBe(install);
    const full = await ask(answers, ['history', 'n1', '--full', '--since', '1h']);
    expect(full.stdout).toBe(`\
… what was before is left out
${install.replace(/\n$/, '  (install i)\n')}        14:00:01  -            AttemptStarted.
        14:01:01  -            AnswersServed.
`);
    expect(full.api.calls[0]?.url).toBe(`/nodes/n1/timeline?since=${T0 + 120_000 - 3_600_000}&limit=10000`);
    const json = await ask(answers, ['history', 'n1', '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject([{ pullRequests: [7], outcome: 'under way' }]);
  });
});
