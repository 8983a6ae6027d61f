/** From a commit to its plan, as the daemon goes: cold when it begins, warm from then on. */

import { causesBetween, loadSite } from '../../../src/daemon/load-site.ts';
import { createDocumentCache } from '../../../src/desired/document-cache.ts';
import { openSource } from '../../../src/git/source.ts';
import { openJournalForReading } from '../../../src/journal/reader.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { input, onEnd, tell } from './parent.ts';

export interface PlanInput {
  repository: string;
  dataDir: string;
  store: string;
}

export interface PlanMessage {
  /** Of this process since it began. */
  cpuMs: number;
  peakMb: number;
  actions: number;
  destroys: number;
}

const { repository, dataDir, store } = input<PlanInput>();
const options = { location: repository, branch: 'main', dataDir, pollInterval: 60_000, env: process.env };
const source = await openSource(options);
const cache = createDocumentCache();
const reader = openJournalForReading(store);
const states = reader.states();
reader.close();
onEnd(async () => source.close());

const from = await source.resolve('HEAD~1');
let { site: previous } = await loadSite(source, cache, from);
await planHead();
process.on('message', () => void planHead());

async function planHead(): Promise<void> {
  const { site, commit } = await loadSite(source, cache, await source.head());
  if (!site || !previous) throw new Error('the generated site has problems');
  const causeOf = await causesBetween(source, previous.commit.id, commit);
  const { plan } = makePlan({ site, previous, states, now: Date.now(), causeOf });
  previous = site;
  const { user, system } = process.cpuUsage();
  const peakMb = process.resourceUsage().maxRSS / 1024;
  const message: PlanMessage = {
    ...{ cpuMs: (user + system) / 1000, peakMb },
    ...{ actions: plan.actions.length, destroys: plan.totals['DESTROYS DISK'] },
  };
  await tell(message);
}
