/** dnsmasq as a child of the daemon: one process, its files, and the way back to the last good ones. */

import { checkFiles } from './check.ts';
import { type Child, startChild } from './child.ts';
import { CONF, type ConfigFiles, readFiles, replaceFiles, sameFiles } from './config-files.ts';
import { DhcpError } from './error.ts';
import { createEvidence, type DhcpEvidence } from './evidence.ts';
import type { LogLine } from './log-line.ts';
import type { Applied, Runner } from './runner.ts';
import { type SilencePorts, watchSilence } from './silence.ts';

export interface ManagedOptions {
  program: readonly string[];
  directory: string;
  leaseFile: string;
  silence: Pick<SilencePorts, 'ask' | 'interval'>;
  onEvent(evidence: DhcpEvidence): void;
  onLog(line: string): void;
  /** It ended by itself, or had to be ended; it is not running any more. */
  onTrouble(error: DhcpError): void;
}

/** Files of an earlier run that lie in the directory count as good: they were in force. Nothing is started yet. */
export async function createManaged(options: ManagedOptions): Promise<Runner> {
  const { program, directory, leaseFile, onTrouble, onLog } = options;
  const evidence = createEvidence(options.onEvent);
  let warnings: string[] = [];
  /** On disk, and what the child runs with. */
  let files = await readFiles(directory);
  let child: Child | null = null;
  /** Whoever is at work sees the end of the child by itself. */
  let busy = false;
  let condemned: DhcpError | null = null;

  const silence = watchSilence({
    ...options.silence,
    isDue: () => child !== null && !busy,
    onSilence(error) {
      condemned = error;
      child?.kill();
    },
  });

  function onLine(line: LogLine): void {
    if (line.kind === 'warning') warnings = [...warnings.slice(-4), line.text];
    evidence(line);
  }

  async function start(): Promise<void> {
    warnings = [];
    const started = await startChild({ program, directory, leaseFile, onLine, onLog });
    child = started;
    void started.ended.then((why) => {
      if (child !== started) return;
      child = null;
      const error = condemned ?? new DhcpError('died', `dnsmasq ended by itself: ${why}`);
      condemned = null;
      if (!busy) onTrouble(error);
    });
  }

  async function stop(): Promise<void> {
    const running = child;
    child = null;
    await running?.stop();
  }

  async function apply(wanted: ConfigFiles): Promise<Applied> {
    if (child && sameFiles(wanted, files)) return 'unchanged';
    await checkFiles(program, wanted);
    const before = files;
    try {
      await replaceFiles(directory, wanted);
      const how = await takeIn(before, wanted);
      files = wanted;
      return how;
    } catch (error) {
      await rollBack(before, wanted);
      throw error;
    }
  }

  async function takeIn(before: ConfigFiles | null, wanted: ConfigFiles): Promise<Applied> {
    if (child && before?.get(CONF) === wanted.get(CONF)) {
      await child.reload();
      return 'reloaded';
    }
    await stop();
    await start();
    return 'restarted';
  }

  /**
   * Back to what was answered from before; where there was nothing, the new files stay for the next attempt. A child that
   * still runs is told to read the old ones, where any had been replaced.
   */
  async function rollBack(before: ConfigFiles | null, wanted: ConfigFiles): Promise<void> {
    files = before ?? wanted;
    if (!before || sameFiles(before, wanted)) return;
    try {
      const changed = await replaceFiles(directory, before);
      if (child) return changed ? await child.reload() : undefined;
    } catch {
      // Nothing more can be written; or it does not read any more, and is begun anew.
    }
    await stop();
    await start().catch(() => {
      // The cause of it all is reported, and the next attempt is due soon.
    });
  }

  async function alone<T>(work: () => Promise<T>): Promise<T> {
    busy = true;
    try {
      const done = await work();
      if (!child && files) throw new DhcpError('died', 'dnsmasq ended right after it had read its files');
      return done;
    } finally {
      busy = false;
    }
  }

  return {
    apply: (wanted) => alone(() => apply(wanted)),
    goOn: () => alone(async () => (child || !files ? undefined : start())),
    inForce: () => (child ? files : null),
    warnings: () => warnings,
    async close() {
      await silence.close();
      await stop();
    },
  };
}
