/** DHCP as it is wanted, kept so: put in force, started again after it went, tried again after it failed. */

import { type ConfigFiles, countHosts } from './config-files.ts';
import { DhcpError, waitsForCommit } from './error.ts';
import type { DhcpEvidence } from './evidence.ts';
import { createHanded } from './handed.ts';
import { createManaged } from './managed.ts';
import type { Applied, Runner } from './runner.ts';
import { SILENCE_INTERVAL, type SilencePorts } from './silence.ts';
import { createTimer } from './timer.ts';

export interface DnsmasqOptions {
  mode: 'managed' | 'files';
  /** Where its files lie. */
  directory: string;
  /** Program and leading arguments. Default `['dnsmasq']`. */
  program?: readonly string[];
  /** Of mode `managed`. dnsmasq keeps it open from its start on, so its own user need not reach it. */
  leaseFile?: string;
  /** Of mode `managed`: how it is asked now and then whether it answers, and ms between two questions. Not at all by default. */
  silence?: Partial<Pick<SilencePorts, 'ask' | 'interval'>>;
  /** Of mode `files`: program and arguments. */
  reload?: readonly string[];
  /** ms between two changes of what is in force; later wishes replace earlier ones meanwhile. Default 500. */
  gap?: number;
  /** ms before the second repetition of what failed; the first comes at once, later ones take longer. Default 1000. */
  retry?: number;
  clock(): number;
  onEvent(evidence: DhcpEvidence): void;
  /** Every line of its log, in mode `managed`. */
  onLog?(line: string): void;
  /** Said once for as long as nothing changes. */
  onProblem(error: DhcpError): void;
  /** Something else is in force, or all is well again after a problem (`recovered`). */
  onApplied(change: Exclude<Applied, 'unchanged'> | 'recovered', hosts: number): void;
}

/** How it is, in one sentence, and since when (ms since the epoch). */
export interface DnsmasqView {
  state: 'starting' | 'ok' | 'problem';
  message: string;
  since: number;
}

export interface Dnsmasq {
  /** Resolves when these files, or later ones that took their place, are in force; rejects with a DhcpError. */
  apply(files: ConfigFiles): Promise<Applied>;
  /** Nothing new can be wanted, as the inventory cannot be rendered: says so, and goes on with the last good files. */
  refuse(error: DhcpError): void;
  /** Whether the hosts in force have all these lines. */
  serves(lines: readonly string[]): boolean;
  view(): DnsmasqView;
  close(): Promise<void>;
}

const LONGEST_RETRY = 300_000;
/** Who has run for as long is not in a crash loop. */
const CALM = 60_000;

/** Starts nothing before the first `apply` or `refuse`. */
export async function startDnsmasq(options: DnsmasqOptions): Promise<Dnsmasq> {
  const { clock, onProblem, onApplied, gap = 500, retry = 1000 } = options;
  let wanted: ConfigFiles | null = null;
  let asked: PromiseWithResolvers<Applied> | null = null;
  /** Stands until other files are wanted: trying again is no use. */
  let refusal: DhcpError | null = null;
  let problem: DhcpError | null = null;
  let since = clock();
  let begun = false;
  let closed = false;
  let failures = 0;
  let lastFailure = Number.NEGATIVE_INFINITY;
  let lastChange = Number.NEGATIVE_INFINITY;
  let served: { files: ConfigFiles; lines: ReadonlySet<string> } | null = null;

  const timer = createTimer(converge);
  const runner = await createRunner(options, failed);

  async function apply(files: ConfigFiles): Promise<Applied> {
    if (closed) throw ended();
    wanted = files;
    refusal = null;
    asked ??= Promise.withResolvers();
    const { promise } = asked;
    timer.within(Math.max(0, lastChange + gap - clock()));
    return promise;
  }

  function refuse(error: DhcpError): void {
    refusal = error;
    say(error);
    timer.within(0);
  }

  /** One attempt to have what is wanted; calls never overlap. */
  async function converge(): Promise<void> {
    const caller = asked;
    asked = null;
    try {
      const how = wanted ? await runner.apply(wanted) : await runner.goOn().then(() => 'unchanged' as const);
      succeeded(how);
      caller?.resolve(how);
    } catch (error) {
      const cause =
        error instanceof DhcpError ? error : new DhcpError('start', String(error), { cause: error });
      if (waitsForCommit(cause)) {
        refusal = cause;
        wanted = null;
      }
      failed(cause);
      caller?.reject(cause);
    }
  }

  function succeeded(how: Applied): void {
    const recovered = problem !== null && refusal === null;
    if (how !== 'unchanged') lastChange = clock();
    if (!begun || recovered) since = clock();
    begun = true;
    // What was refused is refused still, whatever else went wrong and was mended meanwhile.
    if (refusal) say(refusal);
    if (recovered) problem = null;
    if (recovered) onApplied('recovered', hosts());
    else if (how !== 'unchanged') onApplied(how, hosts());
  }

  /** Tried again at once, then later and later while it keeps failing. */
  function failed(error: DhcpError): void {
    const now = clock();
    failures = now - lastFailure > CALM + LONGEST_RETRY ? 1 : failures + 1;
    lastFailure = now;
    say(error);
    timer.within(failures === 1 ? 0 : Math.min(retry * 2 ** (failures - 2), LONGEST_RETRY));
  }

  function say(error: DhcpError): void {
    const news = problem?.code !== error.code || problem.message !== error.message;
    if (!problem) since = clock();
    problem = error;
    if (news) onProblem(error);
  }

  function hosts(): number {
    const files = runner.inForce();
    return files ? countHosts(files) : 0;
  }

  function serves(lines: readonly string[]): boolean {
    const files = runner.inForce();
    if (!files) return false;
    if (served?.files !== files) served = { files, lines: new Set((files.get('hosts') ?? '').split('\n')) };
    const { lines: known } = served;
    return lines.every((line) => known.has(line));
  }

  function view(): DnsmasqView {
    if (problem) {
      const stays = runner.inForce() ? 'the last good files stay in force' : 'no machine is answered';
      return { state: 'problem', message: `${problem.message}; ${stays}`, since };
    }
    if (!begun) return { state: 'starting', message: 'nothing is in force yet', since };
    const warnings = runner.warnings().map((warning) => `; warning: ${warning}`);
    return { state: 'ok', message: `answers ${sayHosts(hosts())}${warnings.join('')}`, since };
  }

  async function close(): Promise<void> {
    closed = true;
    await timer.close();
    asked?.reject(ended());
    asked = null;
    await runner.close();
  }

  return { apply, refuse, serves, view, close };
}

/** `12 interfaces of the inventory`. */
export function sayHosts(hosts: number): string {
  return `${hosts} interface${hosts === 1 ? '' : 's'} of the inventory`;
}

function ended(): DhcpError {
  return new DhcpError('start', 'the daemon ends');
}

function createRunner(options: DnsmasqOptions, onTrouble: (error: DhcpError) => void): Promise<Runner> {
  const { mode, directory, program = ['dnsmasq'], reload = [], onEvent, onLog = () => {} } = options;
  if (mode === 'files') return createHanded({ program, directory, reload });
  const { leaseFile = `${directory}/leases` } = options;
  const silence = { ask: async () => null, interval: SILENCE_INTERVAL, ...options.silence };
  return createManaged({ program, directory, leaseFile, silence, onEvent, onTrouble, onLog });
}
