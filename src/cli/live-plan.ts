/** The plan of a commit that is on no branch yet: by the daemon where one runs, else with every node assumed settled. */

import { GitError } from '../git/errors.ts';
import type { Source } from '../git/source.ts';
import type { StatusView } from '../model/api.ts';
import type { Site } from '../model/desired.ts';
import type { Plan } from '../model/plan.ts';
import { shortCommit } from '../plan/say-age.ts';
import { type Client, connect } from './client.ts';
import { type Context, note } from './context.ts';
import { CliError } from './errors.ts';
import { planSites } from './offline-plan.ts';
import type { ClientOptions } from './options.ts';

export interface LivePlanOptions extends ClientOptions {
  offline?: boolean;
}

export interface ShownPlan {
  plan: Plan;
  /** What stands for the observation; absent where the daemon has observed. */
  basis?: string;
}

interface Step {
  source: Source;
  /** The commit that the change is made on. */
  previous: Site;
  site: Site;
  /** Commits with this very site, the most exact first; asked for only where there is a daemon. */
  commits(): Promise<readonly string[]>;
}

/** Fails with CliError where the daemon that `--data` names cannot be asked. */
export async function planChange(context: Context, options: LivePlanOptions, step: Step): Promise<ShownPlan> {
  const live = options.offline ? null : await askDaemon(context, options, step);
  return live ?? planSites(step.previous, step.site, context.now());
}

async function askDaemon(
  context: Context,
  options: LivePlanOptions,
  { source, previous, commits }: Step,
): Promise<ShownPlan | null> {
  const client = await connectIfThere(context, options);
  if (!client) return null;
  const status = await ifReachable(options, client.get<StatusView>('/status'));
  if (!status?.inForce) return null;
  if (!(await isOfThisSite(source, status.inForce.id))) {
    note(context, `the daemon of ${status.repository} has another site; planned without it`);
    return null;
  }
  if (status.inForce.id !== previous.commit.id) {
    const inForce = shortCommit(status.inForce.id);
    note(context, `the daemon has ${inForce} in force: the plan is of all that is to come after it`);
  }
  for (const commit of await commits()) {
    const plan = await planOf(client, commit);
    if (plan) return { plan };
  }
  note(context, 'the daemon does not know this commit; planned without it');
  return null;
}

/** Null where no daemon is found, or none is to be asked. */
export async function connectIfThere(context: Context, options: LivePlanOptions): Promise<Client | null> {
  if (options.offline) return null;
  return ifReachable(options, connect(context, options));
}

/** Null where nothing answers and nobody has asked for that daemon by name. */
export async function ifReachable<T>({ data }: LivePlanOptions, answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (data === undefined && error instanceof CliError) return null;
    throw error;
  }
}

/** Its commit in force lies in this repository. */
async function isOfThisSite(source: Source, inForce: string): Promise<boolean> {
  try {
    await source.resolve(inForce);
    return true;
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

async function planOf(client: Client, to: string): Promise<Plan | null> {
  try {
    return await client.get<Plan>('/plan', { to });
  } catch (error) {
    if (error instanceof CliError && error.code === 'not-found') return null;
    throw error;
  }
}
