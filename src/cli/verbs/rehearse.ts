import type { Command } from 'commander';
import { loadSite } from '../../daemon/load-site.ts';
import { createDocumentCache } from '../../desired/document-cache.ts';
import type { Source } from '../../git/source.ts';
import type { Site } from '../../model/desired.ts';
import { formatText } from '../../plan/format-text.ts';
import { shortCommit } from '../../plan/say-age.ts';
import { type Context, note, say } from '../context.ts';
import { type TimeArgument, timeArgument, timeOf } from '../event-options.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { installTimeOf } from '../known-install-time.ts';
import { planSites } from '../offline-plan.ts';
import {
  addClientOption,
  addOutputOption,
  countArgument,
  durationArgument,
  listArgument,
} from '../options.ts';
import { writeObject } from '../output.ts';
import { paintFor } from '../paint.ts';
import { locate, openLocalSource } from '../repository.ts';
import { countProblems, sayProblems } from '../say-problems.ts';
import { examples } from '../verb.ts';

interface Options {
  from?: string;
  repo?: string;
  faults: string[];
  seed: string;
  approve?: boolean;
  installTime?: number;
  at?: TimeArgument;
  data?: string;
  speed: number;
  output?: string;
}

const DAY = 86_400_000;

/** What is tried is still to come: a duration counts from now on, and a time of the day is the next one. */
function timeAhead(time: TimeArgument, now: number): number {
  return 'before' in time ? now + time.before : timeOf(time, now + DAY);
}

export function configure(command: Command): void {
  command
    .argument('[commit]', 'the commit to try', 'HEAD')
    .option('--from <commit>', 'the machines start as this one says (default: the parent of the commit)')
    .option('--repo <dir>', 'repository to read (default: the one around the working directory)')
    .option(
      '--faults <faults>',
      'what goes wrong: NODE=FAULT or all=FAULT[:CHANCE][@FROM-UNTIL], with commas; or the word random',
      listArgument,
      [],
    )
    .option('--seed <text>', 'the same seed gives the same faults', '1')
    .option('--approve', 'approve what the plan holds for an approval')
    .option(
      '--at <time>',
      'when it is there, for windows: 22:00, 2026-06-01T22:00, or 8h from now (default: now)',
      timeArgument,
    )
    .option(
      '--install-time <duration>',
      'how long an installation takes there (default: the median of those a daemon that runs has seen, else 5m)',
      durationArgument,
    )
    .option('--speed <factor>', 'so many times as fast as real machines', countArgument, 400);
  addOutputOption(addClientOption(command), 'json', 'yaml');
  command.addHelpText(
    'after',
    `
Runs the site on a simulated rack in this process: no BMC, registry or forge of the site is contacted, and nothing is
written to the repository. Ends with 0 when every node ends settled, or held as the plan said; with 1 otherwise.`,
  );
  examples(
    command,
    'rehearse',
    'rehearse change-disks --from main --approve',
    'rehearse --at 23:00',
    'rehearse --faults all=bmc-lossy:0.2,sip-n03=installer-hangs --seed 7',
  );
}

export async function run(
  context: Context,
  [revision = 'HEAD']: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const location = await locate(context, options.repo);
  const source = await openLocalSource(context, location);
  try {
    const to = await source.resolve(revision);
    const from = await source.resolve(options.from ?? `${to}~1`);
    const cache = createDocumentCache();
    const before = await siteAt(context, source, cache, from);
    const after = await siteAt(context, source, cache, to);
    if (!before || !after) return EXIT.refused;
    return await play(context, options, { location, source, from: before, to: after });
  } finally {
    source.close();
  }
}

async function siteAt(
  context: Context,
  source: Source,
  cache: ReturnType<typeof createDocumentCache>,
  id: string,
): Promise<Site | null> {
  const { site, problems } = await loadSite(source, cache, id);
  if (site) return site;
  context.stdout.write(sayProblems(context, problems));
  note(context, `commit ${shortCommit(id)} has no valid site: ${countProblems(problems)}`);
  return null;
}

interface Play {
  location: string;
  source: Source;
  from: Site;
  to: Site;
}

async function play(context: Context, options: Options, { from, to, ...place }: Play): Promise<ExitCode> {
  const [{ rehearse }, { createLogger }, { faultsOf }, text, { showProgress }, { isFailure }] =
    await Promise.all([
      import('../../daemon/rehearsal/rehearse.ts'),
      import('../logger.ts'),
      import('../rehearsal-faults.ts'),
      import('../rehearsal-text.ts'),
      import('../rehearsal-progress.ts'),
      import('../../daemon/rehearsal/outcome.ts'),
    ]);
  const at = options.at === undefined ? context.now() : timeAhead(options.at, context.now());
  const { plan, basis } = planSites(from, to, at);
  const quiet = options.output !== undefined;
  const paint = paintFor(context);
  if (!quiet) context.stdout.write(`${formatText(plan, { now: at, paint, basis })}\n`);
  const names = [...to.nodes.keys()];
  const faults = faultsOf(options.faults, options.seed, names);
  const progress = quiet ? null : showProgress(context, names.length);
  const { seed, speed, approve = false } = options;
  const known = await installTimeOf(context, options, to);
  const installTime = known.ms;
  const result = await rehearse({
    ...place,
    ...{ from, to, faults, seed, speed, installTime, approve, at },
    env: context.env,
    signal: context.signal,
    log: createLogger({ ...context, stdout: context.stderr }, 'fatal'),
    onEvents: (events, elapsed, states) => progress?.note(events, elapsed, states),
  }).finally(() => progress?.end());
  const failed = result.outcomes.filter(isFailure);
  const code = failed.length === 0 && result.ended ? EXIT.ok : EXIT.error;
  const seen = { from: from.commit.id, to: to.commit.id, plan: plan.digest, at, ...result };
  if (await writeObject(context, options.output, seen)) return code;
  const took = text.sayMinutes(result.elapsed);
  say(context, `\n${paint.strong(`${text.sayOutcomes(result.outcomes)}, after ${took}`)}`);
  context.stdout.write(text.outcomeLines(result.outcomes, paint));
  say(
    context,
    `\n${result.machines} simulated machines, each installation counted as ${text.sayMinutes(installTime)} (${known.why})`,
  );
  say(context, text.sayLimits(to, at));
  if (!result.ended) note(context, 'it was given up: for longer than anything may take, nothing happened');
  return code;
}
