import { DEFAULT_TIMES } from '../lab/hardware.ts';
import type { Site } from '../model/desired.ts';
import { medianOf } from '../model/median.ts';
import { allEvents } from './all-events.ts';
import { connect } from './client.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import type { ClientOptions } from './options.ts';

/** What an attempt takes beside the installation itself: two starts, and the stacks. ms. */
const AROUND = 2 * DEFAULT_TIMES.post + DEFAULT_TIMES.diskBoot + DEFAULT_TIMES.applyStacks;
const LEAST = 60_000;

/**
 * How long an installation is to take on a simulated rack, and why: as said, or the median of those of the site's profiles that
 * a daemon remembers, or the rack's own. Fails with CliError where the daemon that was named does not answer.
 */
export async function installTimeOf(
  context: Context,
  options: ClientOptions & { installTime?: number },
  { profiles }: Site,
): Promise<{ ms: number; why: string }> {
  if (options.installTime !== undefined) return { ms: options.installTime, why: '--install-time' };
  const taken = (await seenBy(context, options)).flatMap(({ profile, ms }) =>
    profiles.has(profile) ? [ms] : [],
  );
  const median = medianOf(taken);
  if (median === null) return { ms: DEFAULT_TIMES.install, why: 'no real one is known; --install-time' };
  return {
    ms: Math.max(median - AROUND, LEAST),
    why: `the median of ${taken.length} that the daemon has seen`,
  };
}

async function seenBy(context: Context, options: ClientOptions): Promise<{ profile: string; ms: number }[]> {
  try {
    const events = await allEvents(await connect(context, options), ['InstallSettled']);
    return events.flatMap((event) =>
      event.reason === 'InstallSettled'
        ? [{ profile: event.data.record.profile, ms: event.data.durationMs }]
        : [],
    );
  } catch (error) {
    if (options.data === undefined && error instanceof CliError) return [];
    throw error;
  }
}
