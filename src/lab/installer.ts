/** The installer: empties the disk, takes its time, tells of it, and writes the install record. */

import type { Answers } from './answers.ts';
import { type Hardware, isGood } from './hardware.ts';

/** Where an installation stands; `share` is the part of its time that the step takes. */
const STEPS = [
  { step: 'components', percent: 5, share: 0.1 },
  { step: 'partitioning', percent: 20, share: 0.1 },
  { step: 'base-system', percent: 40, share: 0.35 },
  { step: 'packages', percent: 65, share: 0.3 },
  { step: 'boot-loader', percent: 90, share: 0.15 },
] as const;

/** How often it tells of its completion while it is refused; while nobody answers it goes on, as the real ones do. */
const REFUSED_TRIES = 5;
const UNHEARD_TRIES = 60;

/**
 * Installs. Resolves with `reboot` once the completion was accepted, or with why the installer stopped; the
 * disk is blank from the partitioning on until everything is written.
 */
export async function install(hardware: Hardware, answers: Answers): Promise<'reboot' | { why: string }> {
  const { faults, random, run, times } = hardware;
  const wrong = faults.strikes('wrong-callback') ? random.pick(['token', 'install-id'] as const) : null;
  const trouble = faults.strikes('installer-hangs')
    ? 'hangs'
    : faults.strikes('installer-fails')
      ? 'fails'
      : null;
  const troubleAt = trouble ? random.pick(STEPS).step : null;
  const base = wrong === 'token' ? withWrongToken(answers.callbackUrl, random.hex(32)) : answers.callbackUrl;
  const silent = faults.strikes('no-callback');
  async function tell(what: 'progress' | 'complete' | 'failed', body: unknown) {
    if (silent) return 'refused';
    const answer = await hardware.request({ method: 'POST', url: `${base}/${what}`, body });
    if (answer === null || answer.status >= 500) return 'unheard';
    return isGood(answer) ? 'taken' : 'refused';
  }

  for (const { step, percent, share } of STEPS) {
    if (step === 'partitioning') wipe(hardware, answers.record.installId);
    await tell('progress', { step, percent });
    await run.sleep(times.install * share);
    if (step !== troubleAt) continue;
    hardware.note({ kind: 'fault', fault: `installer-${trouble}` });
    if (trouble === 'hangs') return { why: `hangs at ${step}` };
    await tell('failed', { why: `${step} failed: no space left on device` });
    return { why: `${step} failed` };
  }

  const installId = wrong === 'install-id' ? random.hex(32) : answers.record.installId;
  if (wrong) hardware.note({ kind: 'fault', fault: `wrong-callback: ${wrong}` });
  hardware.disk = {
    record: { ...answers.record, installId },
    reportUrl: answers.reportUrl,
    reportKey: answers.reportKey,
    configDigest: answers.configDigest,
    stacks: answers.stacks,
    machineId: random.hex(32),
  };
  hardware.note({ kind: 'installed', installId });
  const tries = { refused: 0, unheard: 0 };
  while (tries.refused < REFUSED_TRIES && tries.unheard < UNHEARD_TRIES) {
    const outcome = await tell('complete', {});
    if (outcome === 'taken') return 'reboot';
    tries[outcome] += 1;
    await run.sleep(times.retry);
  }
  return { why: 'nobody accepts that it is complete' };
}

function wipe(hardware: Hardware, installId: string): void {
  hardware.note({ kind: 'wipe', installId, lost: hardware.disk?.record.installId ?? null });
  hardware.disk = null;
}

/** The same place with another token: the last part of the path is the token. */
function withWrongToken(callbackUrl: string, token: string): string {
  return callbackUrl.replace(/[^/]*$/, token);
}
