/** A thousand simulated machines installed from one commit, approved by its digest. */

import { stringify } from 'yaml';
import type { Plan } from '../../src/model/plan.ts';
import { API_VERSION } from '../../src/model/site.ts';
import { type Child, startChild } from './child.ts';
import type { RackInput, RackMessage, RackRequest } from './children/rack.ts';
import { type BenchDaemon, startBenchDaemon } from './daemon.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { aPlace, CREDENTIALS, epochNow, type Place } from './place.ts';
import { waitUntil } from './wait.ts';

/** Lab seconds in a second: the 340 s that a machine takes by itself become less than 6. */
const SPEED = 60;
const GOAL_S = 300;

export async function benchInstall({ quick, progress }: BenchOptions): Promise<Figure[]> {
  const count = quick ? 100 : 1_000;
  // The caps of the blast radius out of the way; all else as it is by default.
  const place = await aPlace(count, { installsAtOnce: 1_000, unavailablePerPool: 1_000 });
  const rackInput: RackInput = {
    ...{ count, port: place.port, disks: 'installed', speed: SPEED, credentials: CREDENTIALS },
    // An installed machine reports every 5 minutes of ours, not of the lab's.
    times: { report: 300_000 * SPEED },
  };
  const rack = startChild<RackMessage>('rack', rackInput, { longest: 900_000 });
  try {
    await rack.next();
    const daemon = await startBenchDaemon(place);
    try {
      rack.send({ bootUrl: daemon.started.bootUrl } satisfies RackRequest);
      return await installAll({ count, place, rack, daemon, progress });
    } finally {
      await daemon.end();
    }
  } finally {
    await rack.end();
    place.remove();
  }
}

interface World {
  count: number;
  place: Place;
  rack: Child<RackMessage>;
  daemon: BenchDaemon;
  progress(message: string): void;
}

async function installAll({ count, place, rack, daemon, progress }: World): Promise<Figure[]> {
  progress(`${count} machines report and settle`);
  await waitUntil('all nodes settled', async () => {
    const { phases, power } = await daemon.status();
    return phases.settled === count && power.on === count;
  });
  const before = await daemon.usage();
  const start = await place.commit(otherProfile(), 'another profile for the pool');
  let digest = '';
  await waitUntil('the plan', async () => {
    const plan = await daemon.get<Plan>('/api/v1/plan');
    digest = plan.digest;
    return plan.totals['DESTROYS DISK'] === count;
  });
  const approvedAt = epochNow();
  await daemon.post('/api/v1/approve', { digest, why: 'bench' });
  let said = 0;
  await waitUntil('all nodes installed', async () => {
    const { phases } = await daemon.status();
    if (epochNow() - said > 10_000) {
      said = epochNow();
      const busy = Object.entries(phases).filter(([, n]) => n > 0);
      progress(busy.map(([phase, n]) => `${n} ${phase}`).join(', '));
    }
    if (phases.stuck > 0) throw new Error(`${phases.stuck} nodes are stuck`);
    return phases.settled === count;
  });
  const took = (epochNow() - start) / 1_000;
  const after = await daemon.usage();
  const wiped = await wipes(rack);
  if (wiped.wipes !== count || wiped.machines !== count) {
    throw new Error(
      `${wiped.wipes} disks of ${wiped.machines} machines were wiped, not one of each of ${count}`,
    );
  }
  const title = `${count.toLocaleString('en')} machines installed from one commit`;
  const note = `lab speed ${SPEED}; every disk wiped once`;
  return [
    { name: title, value: took, unit: 's', goal: GOAL_S, note },
    { name: `${title}: from the commit to its approval`, value: (approvedAt - start) / 1_000, unit: 's' },
    {
      name: `${title}: CPU of the daemon per machine`,
      value: (after.cpuMs - before.cpuMs) / count,
      unit: 'ms',
    },
    { name: `${title}: peak memory of the daemon`, value: after.peakMb, unit: 'MB', goal: 350 },
  ];
}

/** The pool's default names another profile, which a commit before nobody used. */
function otherProfile(): Map<string, string> {
  const document = (kind: string, name: string, spec: object) =>
    stringify({ apiVersion: API_VERSION, kind, metadata: { name }, spec });
  const profile = { os: { family: 'debian', release: 'trixie' }, stacks: [{ name: 'base' }] };
  return new Map([
    ['inventory/pools.yaml', document('Pool', 'lab', { defaults: { install: { profile: 'other' } } })],
    ['profiles/other.yaml', document('Profile', 'other', profile)],
  ]);
}

async function wipes(rack: Child<RackMessage>): Promise<Extract<RackMessage, { kind: 'wipes' }>> {
  rack.send({ count: 'wipes' } satisfies RackRequest);
  for (;;) {
    const message = await rack.next();
    if (message.kind === 'wipes') return message;
  }
}
