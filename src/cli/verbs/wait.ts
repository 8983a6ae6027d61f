import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { nearest } from '../../desired/nearest.ts';
import type { NodeView, StatusView } from '../../model/api.ts';
import { CONDITION_TYPES } from '../../model/condition.ts';
import { PHASES } from '../../model/phase.ts';
import { sayNames } from '../../plan/fold-names.ts';
import { type Client, connect } from '../client.ts';
import { type Context, note, say } from '../context.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { followEvents } from '../follow-events.ts';
import { getNodes } from '../node-calls.ts';
import { addClientOption, type ClientOptions, durationArgument } from '../options.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions {
  for: Goal;
  timeout: number;
  commit?: string;
}

interface Goal {
  text: string;
  isMet(node: NodeView): boolean;
}

/** Also without an event it looks again: a condition may change with time alone. */
const POLL = 5_000;
/** Events come in crowds; one look answers them all. */
const GATHER = 200;

export function configure(command: Command): void {
  command
    .argument('[node...]', 'nodes that must be there; all of them where none is named')
    .option(
      '--for <goal>',
      'settled, phase=PHASE, or condition=Ready (=True, =False)',
      goalArgument,
      goalArgument('settled'),
    )
    .option('--commit <id>', 'and this commit is in force')
    .option('--timeout <duration>', 'give up after 30s, 10m or 2h', durationArgument, 10 * 60_000);
  addClientOption(command);
  examples(
    command,
    'wait sip-n01 --for settled --timeout 30m',
    'wait --commit "$(git rev-parse HEAD)" --for condition=Ready',
  );
}

/** `settled` means that no install is wanted any more either. */
function goalArgument(text: string): Goal {
  const [what = '', name = '', value = 'True'] = text.split('=');
  if (text === 'settled') return { text, isMet: ({ phase, want }) => phase === 'settled' && want === null };
  if (what === 'phase') {
    if (PHASES.some((phase) => phase === name)) return { text, isMet: ({ phase }) => phase === name };
    throw new InvalidArgumentError(`There is no phase ${name}${guess(name, PHASES)}.`);
  }
  if (what === 'condition') {
    if (!CONDITION_TYPES.some((type) => type === name)) {
      throw new InvalidArgumentError(`There is no condition ${name}${guess(name, CONDITION_TYPES)}.`);
    }
    const isMet = ({ conditions }: NodeView) =>
      conditions.some(({ type, status }) => type === name && status.toLowerCase() === value.toLowerCase());
    return { text, isMet };
  }
  throw new InvalidArgumentError('Write settled, phase=PHASE, or condition=NAME.');
}

function guess(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near ? `; did you mean ${near}` : '';
}

export async function run(context: Context, names: readonly string[], options: Options): Promise<ExitCode> {
  const client = await connect(context, options);
  const { lastEventId, inForce } = await client.get<StatusView>('/status');
  // Names are checked once, so that a mistyped one is not waited for; a daemon that has just started knows none yet.
  if (inForce) await getNodes(client, names);
  const late = AbortSignal.timeout(options.timeout);
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, late, over.signal]);
  const news = newsFrom(context, options, lastEventId, signal);
  try {
    for (;;) {
      const missing = await lookAgain(client, names, options);
      if (missing.length === 0) break;
      if (context.signal.aborted) return EXIT.interrupted;
      if (late.aborted) {
        note(context, `gave up waiting for ${options.for.text}: ${missing.join('; ')}`);
        return EXIT.timeout;
      }
      await news.next(POLL);
    }
  } finally {
    over.abort();
  }
  say(context, `${names.length === 0 ? 'every node' : sayNames(names)}: ${options.for.text}`);
  return EXIT.ok;
}

/** A daemon that restarts meanwhile is waited for too. */
async function lookAgain(client: Client, names: readonly string[], options: Options): Promise<string[]> {
  try {
    return await look(client, names, options);
  } catch (error) {
    if (error instanceof CliError && error.exit === EXIT.unreachable) return [error.message];
    throw error;
  }
}

/** Says of each node that is not there yet what it is instead; empty when the goal is met. */
async function look(
  client: Client,
  names: readonly string[],
  { for: goal, commit }: Options,
): Promise<string[]> {
  if (commit !== undefined) {
    const { inForce } = await client.get<StatusView>('/status');
    if (!inForce?.id.startsWith(commit)) return [`commit ${commit.slice(0, 10)} is not in force`];
  }
  const nodes = await getNodes(client, names);
  const missing = nodes.filter((node) => !goal.isMet(node));
  return missing.map(
    ({ name, phase, waitsFor }) => `${name} is ${phase}${waitsFor ? `, waits for ${waitsFor}` : ''}`,
  );
}

/** `next` resolves soon after an event, or when the time is over. */
function newsFrom(context: Context, options: ClientOptions, after: number, signal: AbortSignal) {
  let wake = (): void => {};
  void (async () => {
    for await (const _event of followEvents(context, options, after, signal)) wake();
  })();
  return {
    async next(most: number): Promise<void> {
      const woken = new AbortController();
      wake = () => woken.abort();
      await sleep(most, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => {});
      if (woken.signal.aborted) await sleep(GATHER, undefined, { signal }).catch(() => {});
    },
  };
}
