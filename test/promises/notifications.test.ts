import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fault } from '../../src/lab/faults.ts';
import { startRack } from '../../src/lab/rack.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import { QUIET_DAEMON } from '../builders/daemon-settings.ts';
import { readJournalSoFar } from '../builders/journal-file.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aReceiver } from '../channels/a-receiver.ts';
import type { CrashPlan } from './crash-child.ts';
import { aRepository, GIT_ENV } from './repository.ts';
import { freshNodes, untilTrue } from './scene.ts';
import type { NodeText } from './site-text.ts';

const PASSWORD = 'secret-of-the-bmcs';
const NEVER = Number.MAX_SAFE_INTEGER;

const RECORD = {
  ...{
    installId: '0'.repeat(32),
    profile: 'base',
    generation: 1,
    installDigest: '00',
    commit: '0'.repeat(40),
  },
};

/** More than one block of addresses holds. */
function manyNodes(count: number): NodeText[] {
  const blocks = Array.from({ length: Math.ceil(count / 100) }, () => freshNodes(Math.min(count, 100)));
  return blocks.flat().map((node, n) => ({
    ...node,
    name: `n${String(n + 1).padStart(3, '0')}`,
    mac: `52:54:00:4d:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`,
  }));
}

/** How many machines. */
const MANY = 200;

/** Many machines, a daemon in a process of its own that tells one webhook, and a network of BMCs that can be cut. */
async function aRackThatTells() {
  const dir = aTempDir();
  const nodes = manyNodes(MANY);
  const receiver = await aReceiver();
  const site = await aRepository(join(dir, 'site'), {
    nodes,
    policy: { sweepInterval: '2s' },
    notifications: `{ wait: 20s, channels: { hook: { webhook: { url: "${receiver.url}/", secret: { file: hook } } } } }`,
  });
  mkdirSync(join(dir, 'secrets'));
  site.writeIn('../secrets/bmc', PASSWORD);
  site.writeIn('../secrets/hook', 'secret-of-the-hook');
  const cut: Fault = { name: 'bmc-silent', from: NEVER };
  const rack = await startRack({
    machines: nodes.map(({ name, mac, bmc, address }) => ({
      ...{ name, mac, address, power: 'on' as const, bmc: { host: bmc, port: 6230 } },
      disk: { record: RECORD, configDigest: null, stacks: [] },
    })),
    bootUrl: 'http://127.0.0.1:9',
    speed: 100,
    seed: 'notifications',
    credentials: { username: 'admin', password: PASSWORD },
    faults: new Map(nodes.map(({ name }) => [name, [cut]])),
  });
  // On a machine that does much else the rack needs its time, too.
  const waits = [500, 1_000, 2_000];
  const timing = { open: waits, login: waits, read: waits, write: 4_000, close: [500] };
  const plan: CrashPlan = {
    killAt: 0,
    when: 'after',
    settings: {
      ...{ ...QUIET_DAEMON, repository: join(dir, 'site'), dataDir: join(dir, 'data') },
      ...{ secretsDir: join(dir, 'secrets'), drivers: { timing }, notifications: { firstPause: 100 } },
    },
  };
  let child: ChildProcess | null = null;
  const file = join(dir, 'data', 'journal.db');

  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
  onTestFinished(async () => {
    await kill();
    await rack.close();
    await receiver.close();
  });

  return {
    site,
    receiver,
    start() {
      const program = join(import.meta.dirname, 'crash-child.ts');
      child = spawn(process.execPath, [program, JSON.stringify(plan)], {
        stdio: 'inherit',
        env: { ...process.env, ...GIT_ENV },
      });
    },
    kill,
    cut: () => {
      cut.from = 0;
    },
    mend: () => {
      cut.from = NEVER;
    },
    async until(count: number, wish: (state: NodeState) => boolean) {
      const states = () => readJournalSoFar(file, (journal) => [...journal.states().values()]) ?? [];
      const seen = () => states().filter(wish).length;
      /** How many there are of each, for whoever reads the failure. */
      const others = () =>
        [...Map.groupBy(states(), ({ phase, power, bmc }) => JSON.stringify([phase, power, bmc?.message]))]
          .map(([what, nodes]) => `${nodes.length} ${what}`)
          .join('\n');
      await untilTrue(
        () => seen() >= count,
        () => `${seen()} of ${count}:\n${others()}`,
        240_000,
        200,
      );
    },
    /** What was told, each once: a kill between the answer and the memory may tell it again, by the same id. */
    messages() {
      const told = receiver.seen.map(({ headers, body }) => {
        const { type, data } = JSON.parse(body);
        return { id: headers['webhook-id'], type, count: data.count, title: data.title as string };
      });
      return [...new Map(told.map((message) => [message.id, message])).values()];
    },
    async untilTold(count: number) {
      await untilTrue(
        () => this.messages().length >= count,
        () => JSON.stringify(this.messages()),
        240_000,
        50,
      );
    },
  };
}

const silent = ({ bmc }: NodeState) => bmc?.reachable === false;
const heard = ({ bmc, power }: NodeState) => bmc?.reachable === true && power === 'on';

describe('notifications of a rack', () => {
  it('one network of BMCs that is down is one message, and one when it is back, through kill -9 at any time', async () => {
    const rack = await aRackThatTells();
    rack.start();
    await rack.until(MANY, heard);

    rack.cut();
    await rack.until(MANY / 3, silent);
    await rack.kill();
    rack.start();
    await rack.untilTold(1);
    await rack.kill();
    rack.start();

    await rack.until(MANY, silent);
    rack.mend();
    await rack.until(MANY / 2, heard);
    await rack.kill();
    rack.start();
    await rack.untilTold(2);
    await rack.kill();
    rack.start();

    // What is told next shows that nothing else was to be told.
    rack.site.writeIn('inventory/broken.yaml', 'apiVersion: barewright.dev/v1\nkind: Nod\n');
    await rack.site.commitAll('a mistake');
    await rack.untilTold(3);
    expect(rack.messages()).toMatchObject([
      {
        type: 'barewright.problem',
        count: MANY,
        title: expect.stringMatching(/^200 BMCs cannot be asked in pool main: n001, n002, /),
      },
      { type: 'barewright.over', count: MANY },
      { type: 'barewright.problem', title: expect.stringContaining('by Ada has') },
    ]);
  }, 900_000);
});
