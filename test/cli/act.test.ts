import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, T0 } from '../builders/node.ts';
import { anAction, aPlan, held } from '../builders/plan.ts';
import { aStatus } from '../builders/view.ts';
import { refusal } from './api-server.ts';
import { answersFor, ask, nodes, settled } from './ask.ts';

describe('what people may do', () => {
  const ok = { ok: true };

  it.each([
    [
      ['pause', 'sip-n2', '--why', 'fan', '--for', '2h'],
      '/nodes/sip-n2/pause',
      { why: 'fan', until: T0 + 120_000 + 7_200_000 },
      'sip-n2 is paused until 16:02:00\n',
    ],
    [
      ['pause', 'sip-n2', '--why', 'fan'],
      '/nodes/sip-n2/pause',
      { why: 'fan', until: null },
      'sip-n2 is paused until barewright resume sip-n2\n',
    ],
    [['resume', 'sip-n2'], '/nodes/sip-n2/resume', {}, 'sip-n2 is no longer paused\n'],
    [['retry', 'sip-n2'], '/nodes/sip-n2/retry', {}, 'sip-n2 tries again\n'],
    [['reconcile', 'sip-n2'], '/nodes/sip-n2/reconcile', {}, 'sip-n2 was looked at\n'],
    [['reconcile'], '/reconcile', {}, 'Git was looked at; the BMCs are being asked\n'],
    [
      ['power', 'cycle', 'sip-n2', '--why', 'hangs'],
      '/nodes/sip-n2/cycle',
      { why: 'hangs' },
      'sip-n2 will be power-cycled\n',
    ],
    [
      ['power', 'off', 'sip-n2', '--hold', '2h', '--why', 'fan'],
      '/nodes/sip-n2/power-hold',
      { state: 'off', until: T0 + 120_000 + 7_200_000, why: 'fan' },
      'the power of sip-n2 is held off until 16:02:00; then it is on again, as Git says\n',
    ],
    [
      ['power', 'release', 'sip-n2'],
      '/nodes/sip-n2/power-release',
      {},
      'the power of sip-n2 follows Git again\n',
    ],
    [
      ['accept-history', '1a2b3c4d5e'],
      '/accept-history',
      { head: '1a2b3c4d5e', why: '' },
      'the branch may go on from 1a2b3c4d5e\n',
    ],
  ])('%j', async (argv, url, body, said) => {
    const { stdout, code, api } = await ask(answersFor(nodes, { [`POST ${url}`]: ok }), argv);
    expect({ stdout, code }).toEqual({ stdout: said, code: 0 });
    expect(api.changes()).toEqual([{ method: 'POST', url, actor: 'thandi', body }]);
  });

  it('is refused by the daemon with its sentence, its hint and exit code 3', async () => {
    const answers = answersFor(nodes, {
      'POST /nodes/sip-n2/resume': refusal('conflict', 'it is not paused', 'see Git'),
    });
    const { code, stderr } = await ask(answers, ['resume', 'sip-n2']);
    expect({ code, stderr }).toEqual({ code: 3, stderr: 'barewright: it is not paused\n  see Git\n' });
  });

  it('names a person in a form that the daemon takes', async () => {
    const answers = answersFor(nodes, { 'POST /reconcile': ok });
    const { api } = await ask(answers, ['reconcile'], { env: { USER: 'thandi m\u00f6ller\n' } });
    expect(api.changes()[0]?.actor).toBe('thandi_m_ller_');
  });
});

describe('power', () => {
  it('shows what is and what Git says', async () => {
    const { stdout } = await ask(answersFor(nodes), ['power', 'status', 'sip-n10']);
    expect(stdout).toBe(`\
NAME      POWER   GIT SAYS   READ       BMC                    STATE
sip-n10   off     on         14:00:00   ipmi://10.218.128.10   answers
`);
  });

  it('brings a node to what Git says', async () => {
    const answers = answersFor(nodes, { 'POST /nodes/sip-n10/reconcile': { ok: true } });
    const { stdout, code } = await ask(answers, ['power', 'on', 'sip-n10']);
    expect({ stdout, code }).toEqual({ stdout: 'sip-n10 is being brought to on, as Git says\n', code: 0 });
  });

  it('says that nothing is corrected where the policy only reports', async () => {
    const status = aStatus(nodes, { policy: { ...DEFAULT_POLICY, power: 'report' } });
    const { code, stderr, api } = await ask(answersFor(nodes, { 'GET /status': status }), [
      'power',
      'on',
      'sip-n10',
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain('policy.power is report: the power of sip-n10 is shown, not corrected');
    expect(api.changes()).toEqual([]);
  });

  it('refuses what contradicts Git, before anything is done, with the ways out', async () => {
    const { code, stderr, api } = await ask(answersFor(nodes), ['power', 'off', 'sip-n10', 'sip-n2']);
    expect(code).toBe(3);
    expect(stderr).toBe(`\
barewright: Git says of sip-n10 that its power is on (inventory/nodes/sip-n10.yaml:1)
  change it there: barewright set sip-n10 power=off
  or hold it for a while, until Git's word returns: barewright power off sip-n10 --hold 2h --why …
`);
    expect(api.changes()).toEqual([]);
  });
});

describe('nodes by label', () => {
  it('are paused and resumed together', async () => {
    const paused = { 'POST /nodes/hte-n1/pause': { ok: true } };
    const { stdout, code } = await ask(answersFor(nodes, paused), ['pause', '-l', 'rack=r1', '--why', 'fan']);
    expect({ stdout, code }).toEqual({
      stdout: 'hte-n1 is paused until barewright resume hte-n1\n',
      code: 0,
    });
    expect(await ask(answersFor(nodes), ['resume', '--pool', 'none'])).toMatchObject({ code: 1 });
    expect(await ask(answersFor(nodes), ['resume'])).toMatchObject({ code: 2 });
  });
});

describe('a hold on the power', () => {
  const until = T0 + 600_000;
  const hold = { state: 'off', until, why: 'fan', by: 'sipho' } as const;
  const held = { ...settled, power: 'off', powerHold: hold } as const;
  const answers = answersFor([held]);

  it('is shown wherever the power is, with its end', async () => {
    const table = await ask(answers, ['get', 'nodes']);
    expect(table.stdout).toContain('off (held off until 14:10:00)');
    const story = await ask({ ...answers, 'GET /events': [] }, ['describe', 'sip-n2']);
    expect(story.stdout).toContain('Held       power off by sipho: fan, until 14:10:00 (in 8m)\n');
    const power = await ask(answers, ['power', 'status']);
    expect(power.stdout).toContain('on, held off until 14:10:00');
  });

  it('stands in the way of the other wish, which names the way out', async () => {
    const { code, stderr, api } = await ask(answers, ['power', 'on', 'sip-n2']);
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: `\
barewright: the power of sip-n2 is held off by sipho: fan
  end that: barewright power release sip-n2
`,
    });
    expect(api.changes()).toEqual([]);
  });

  it('needs a reason, and something to hold', async () => {
    const argv = ['power', 'off', 'sip-n2', '--hold', '2h'];
    expect((await ask(answers, argv)).code).toBe(2);
    expect((await ask(answers, ['power', 'cycle', 'sip-n2', '--hold', '2h', '--why', 'x'])).code).toBe(2);
  });
});

describe('approve', () => {
  const why = 'what its disk carries is not known';
  const plan = aPlan([
    held(anAction('sip-n2'), 'unknown-install', why, true),
    held(anAction('sip-n10'), 'unknown-install', why, true),
    anAction('hte-n1'),
  ]);
  const answers = answersFor(nodes, {
    'GET /plan': plan,
    'POST /approve': { nodes: ['sip-n2', 'sip-n10'], tags: [] },
    'POST /nodes/sip-n2/approve': { ok: true },
  });

  it('shows what is lost, asks, and takes yes for an answer', async () => {
    const asked: string[] = [];
    const askFor = (answer: string) => async (question: string) => {
      asked.push(question);
      return answer;
    };
    const yes = await ask(answers, ['approve', plan.digest, '--why', 'seen'], { ask: askFor('yes') });
    expect(asked).toEqual(['This destroys all data of sip-n2, sip-n10. Approve it? Type yes: ']);
    expect(yes.stdout).toContain(
      'held: 2 reinstall (DATA LOSS)\nWould lose all data if released: sip-n2, sip-n10\n',
    );
    expect(yes.stdout).not.toContain('hte-n1');
    expect(yes.api.changes()).toMatchObject([
      { url: '/approve', body: { digest: plan.digest, why: 'seen' } },
    ]);
    const no = await ask(answers, ['approve', plan.digest], { ask: askFor('y') });
    expect(no).toMatchObject({ code: 3, stderr: 'nothing was approved\n' });
    expect(no.api.changes()).toEqual([]);
  });

  it('of held tags shows and asks likewise', async () => {
    const hold = {
      guard: 'prunes-at-once',
      why: '2 tags are no longer declared',
      approval: 'prunes-at-once',
    };
    const prune = { image: 'app', repository: 'app', kind: 'prune', effect: 'files', bytes: null, hold };
    const images = ['1', '2'].map((tag) => ({
      ...{
        ...prune,
        tag,
        digest: `sha256:${tag.repeat(64)}`,
        change: `remove app:${tag}: no longer declared`,
      },
      cause: { source: null, commit: null },
    }));
    const asked: string[] = [];
    const held = answersFor(nodes, {
      'GET /plan': { ...aPlan([anAction('hte-n1')]), images },
      'POST /approve': { nodes: [], tags: ['app:1', 'app:2'] },
    });
    const yes = await ask(held, ['approve', plan.digest], {
      async ask(question) {
        asked.push(question);
        return 'yes';
      },
    });
    expect(asked).toEqual(['This removes 2 tags from the registry. Approve it? Type yes: ']);
    expect(yes.stdout).toContain(`  app  remove app:1: no longer declared
      remove app:2: no longer declared
      held: 2 tags are no longer declared
      release: barewright approve ${plan.digest} (all that is held)
`);
    expect(yes.stdout).toMatch(/approved: 2 tags to remove\n$/);
  });

  it('does not ask with --yes, nor where nobody is there', async () => {
    const unasked = async () => Promise.reject(new Error('asked'));
    const told = await ask(answers, ['approve', 'sip-n2', '--yes'], { ask: unasked });
    expect(told.api.changes()).toMatchObject([{ url: '/nodes/sip-n2/approve', body: { why: '' } }]);
    const piped = await ask(answers, ['approve', 'sip-n2']);
    expect(piped.code).toBe(0);
  });

  it('refuses a digest that is no longer the plan, and names that do not exist, before anything is done', async () => {
    const old = await ask(answers, ['approve', 'aaaaaaaaaaaa', '--yes']);
    expect(old.code).toBe(3);
    expect(old.stderr).toContain(`the plan is now ${plan.digest}, not aaaaaaaaaaaa`);
    const wrong = await ask(answers, ['approve', 'sip-n2', 'sip-n3', '--yes']);
    expect(wrong.code).toBe(1);
    expect([...old.api.changes(), ...wrong.api.changes()]).toEqual([]);
  });
});
