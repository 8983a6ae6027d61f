/** One scenario from its seed to its verdict. */

import type { NodeView } from '../../src/model/api.ts';
import { createTokens } from '../../src/observe/tokens.ts';
import { comeToRest, endings } from './aftermath.ts';
import { checkEvidence } from './check-evidence.ts';
import { checkCommits, checkEvents, checkLog, checkSecrets } from './check-journal.ts';
import { checkLimits } from './check-limits.ts';
import { checkPower } from './check-power.ts';
import { checkRollout } from './check-rollout.ts';
import { checkViews } from './check-views.ts';
import { checkWipes } from './check-wipes.ts';
import { drawPlot, type Plot } from './draw.ts';
import { complaint } from './ending.ts';
import { type Breach, type Evidence, eventsOf } from './evidence.ts';
import { gather } from './gather.ts';
import { patientNow, patientSleep } from './patient-clock.ts';
import { createPeople, type People } from './people.ts';
import { tellStory } from './story.ts';
import { countUp, type Tally } from './tally.ts';
import { openWorld, type World } from './world.ts';

export interface Outcome {
  seed: string;
  breaches: readonly Breach[];
  /** What happened to the nodes that a breach is about; empty when all is well. */
  story: string;
  tally: Partial<Tally>;
}

/** Lives through a scenario. Rejects only when the scenario itself cannot be played. */
export async function runScenario(seed: string): Promise<Outcome> {
  const plot = drawPlot(seed);
  const began = patientNow();
  const world = await openWorld(plot);
  try {
    const people = createPeople(world, plot);
    for (const deed of plot.deeds) {
      await patientSleep(Math.max(0, began + deed.at - patientNow()));
      await people.carryOut(deed);
    }
    const unrest = await comeToRest(plot, world, people);
    const evidence = gather(plot, world, people);
    const breaches = [...unrest, ...(await judge(evidence, plot, world, people))];
    const story = breaches.length > 0 ? tellStory({ breaches, began, plot, people, evidence }) : '';
    return { seed, breaches, story, tally: countUp(evidence) };
  } finally {
    await world.close();
  }
}

async function judge(evidence: Evidence, plot: Plot, world: World, people: People): Promise<Breach[]> {
  const { status, body: views } = await world.api<NodeView[]>('/nodes');
  if (status !== 200) throw new Error(`GET /nodes: ${status} ${JSON.stringify(views)}`);
  const isSo = new Map(
    endings(plot, world, people).map(([name, ending]) => [name, complaint(ending) === null]),
  );
  const texts = new Map([
    ['journal', JSON.stringify(evidence.events)],
    ['log', world.log.join('')],
    ['API', JSON.stringify(views)],
  ]);
  return [
    ...checkWipes(evidence),
    ...checkEvidence(evidence),
    ...checkLimits(evidence),
    ...checkRollout(evidence),
    ...checkPower(evidence),
    ...checkCommits(evidence, people.ledger),
    ...checkEvents(evidence),
    ...checkLog(world.log),
    ...checkViews(views, isSo),
    ...checkSecrets(new Set([...world.secrets, ...tokensOf(evidence, world)]), texts),
  ];
}

/** The one-time tokens of every attempt, made as the daemon makes them. */
function tokensOf({ events }: Evidence, world: World): string[] {
  const tokens = createTokens(world.tokenKey());
  return eventsOf(events, 'AttemptStarted').flatMap(({ data }) => [
    tokens.issue('answers', data.installId),
    tokens.issue('callback', data.installId),
  ]);
}
