/** Network boot: the boot script by MAC, then, for an installer, its answers. */

import { type Answers, AnswersError, readAnswers } from './answers.ts';
import { type BootPlan, readBootScript } from './boot-script.ts';
import type { Hardware } from './hardware.ts';
import type { HttpAnswer } from './http-port.ts';

export type NetworkBoot =
  | { kind: 'local-disk' }
  | { kind: 'installer'; answers: Answers }
  /** The machine waits for a key that nobody presses. */
  | { kind: 'prompt'; why: string };

const TRIES = 3;

/**
 * Asks `{bootUrl}/boot/{mac}` (lower case, hyphens) and carries the script out. No server, 404 and any other
 * refusal fall through to the disk, as firmware does; a script that cannot be carried out ends at a prompt.
 */
export async function networkBoot(hardware: Hardware): Promise<NetworkBoot> {
  const mac = hardware.mac.replaceAll(':', '-');
  const answer = await get(hardware, `${hardware.bootUrl}/boot/${mac}`);
  if (answer?.status !== 200) {
    hardware.note({ kind: 'boot-script', status: answer?.status ?? null, answer: 'none' });
    return { kind: 'local-disk' };
  }
  const plan = readBootScript(answer.text, hardware.firmware);
  hardware.note({
    kind: 'boot-script',
    status: 200,
    answer: plan.kind === 'kernel' ? 'installer' : plan.kind,
  });
  if (plan.kind === 'local-disk') return plan;
  if (plan.kind === 'unusable') return { kind: 'prompt', why: plan.why };
  return startKernel(hardware, plan);
}

/** Kernel and initrd themselves are not fetched: a rack has no operating system to run. */
async function startKernel(
  hardware: Hardware,
  plan: Extract<BootPlan, { kind: 'kernel' }>,
): Promise<NetworkBoot> {
  const url = plan.initrds.find(({ name }) => name === 'answers.cpio')?.url;
  if (url === undefined) return { kind: 'prompt', why: 'the kernel was started without answers' };
  const answer = await get(hardware, url);
  hardware.note({ kind: 'answers', status: answer?.status ?? null });
  if (answer?.status !== 200) {
    return { kind: 'prompt', why: `no answers: ${answer ? `status ${answer.status}` : 'no answer'}` };
  }
  try {
    return { kind: 'installer', answers: readAnswers(answer.text) };
  } catch (error) {
    if (error instanceof AnswersError) return { kind: 'prompt', why: error.message };
    throw error;
  }
}

/** Tries again where nothing answered; any answer at all is taken. */
async function get(hardware: Hardware, url: string): Promise<HttpAnswer | null> {
  for (let left = TRIES; left > 0; left--) {
    const answer = await hardware.request({ method: 'GET', url });
    if (answer) return answer;
    if (left > 1) await hardware.run.sleep(hardware.times.retry);
  }
  return null;
}
