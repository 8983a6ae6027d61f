/** `npm run bench`: prints figures, the goals they have, and the peer's in the same run. */

import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { benchAdopt } from './adopt.ts';
import { benchBootServer } from './boot-server.ts';
import { benchDnsmasq } from './dnsmasq.ts';
import { benchFanOut } from './fan-out.ts';
import { type BenchOptions, type Figure, isMissed, table } from './figure.ts';
import { benchFirstCommand } from './first-command.ts';
import { benchInstall } from './install.ts';
import { benchJournal } from './journal.ts';
import { benchLedger } from './ledger.ts';
import { benchPages } from './pages.ts';
import { benchPlan } from './plan.ts';
import { benchRegistry } from './registry.ts';
import { benchRestart } from './restart.ts';
import { benchRungs } from './rungs.ts';
import { benchSearch } from './search.ts';
import { benchSteady } from './steady.ts';
import { benchSweep } from './sweep.ts';

const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<Figure[]>>> = {
  sweep: benchSweep,
  steady: benchSteady,
  plan: benchPlan,
  'first-command': benchFirstCommand,
  install: benchInstall,
  adopt: benchAdopt,
  restart: benchRestart,
  journal: benchJournal,
  search: benchSearch,
  ledger: benchLedger,
  'fan-out': benchFanOut,
  pages: benchPages,
  registry: benchRegistry,
  rungs: benchRungs,
  dnsmasq: benchDnsmasq,
  'boot-server': benchBootServer,
};

const USAGE = `Usage: npm run bench -- [--only NAME]… [--quick] [-o json]

  --only NAME  run this bench only, may be repeated: ${Object.keys(BENCHES).join(', ')}
  --quick      smaller and shorter, to see that it works; not for comparing
  -o json      figures as JSON
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    output: { type: 'string', short: 'o', default: 'text' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const names = values.only ?? Object.keys(BENCHES);
const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
if (values.help || unknown !== undefined) {
  if (unknown !== undefined) console.error(`no bench "${unknown}"`);
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

const start = performance.now();
const figures: Figure[] = [];
const broken: string[] = [];
const loadBefore = load();
for (const name of names) {
  const progress = (message: string) => console.error(`${seconds()} ${name}: ${message}`);
  progress('begins');
  try {
    figures.push(...((await BENCHES[name]?.({ quick: values.quick, progress })) ?? []));
  } catch (error) {
    // The others are still worth having.
    broken.push(name);
    progress(`broke: ${String(error).slice(0, 500)}`);
  }
}

if (values.output === 'json') console.log(JSON.stringify(figures, null, 2));
else console.log(`${table(figures)}\n\n${summary()}`);
process.exitCode = broken.length > 0 ? 1 : 0;

function summary(): string {
  const withGoal = figures.filter(({ goal }) => goal !== undefined);
  const missed = withGoal.filter(isMissed);
  const broke = broken.length > 0 ? `; BROKEN: ${broken.join(', ')}` : '';
  return `${withGoal.length - missed.length} of ${withGoal.length} goals met, in ${seconds()}${broke}\n${crowd()}`;
}

/** Wall times mean little on a machine that does much else. */
function crowd(): string {
  return `load average ${loadBefore} before, ${load()} after, on ${availableParallelism()} cores`;
}

function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

function seconds(): string {
  return `${Math.round((performance.now() - start) / 1000)} s`;
}
