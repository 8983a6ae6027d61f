/** How a simulated BMC misbehaves: a function decides at each stage of its work. */

/**
 * `receive` and `reply` come with every packet; `open`, `rakp1` and `rakp3` with the steps of a log-in; `command` with
 * every command in a session, `control` with Chassis Control, `boot-flags` with setting the boot flags.
 */
export type BmcStage =
  | 'receive'
  | 'reply'
  | 'open'
  | 'rakp1'
  | 'rakp3'
  | 'command'
  | 'control'
  | 'boot-flags';

/**
 * - `ok`: as it should be
 * - `drop`: the packet is lost; what it asked for is not done
 * - `no-answer`: what it asked for is done, the answer is lost (not before the log-in)
 * - `delay:<ms>`: done that much later (`receive` and `reply` only)
 * - `full`: "no free session" (`open` only)
 * - `ignore`: accepted, and nothing is done (`control` and `boot-flags` only)
 * - `code:<completion code>`: refused, decimal (commands only)
 */
export type BmcFault = 'ok' | 'drop' | 'no-answer' | 'full' | 'ignore' | `delay:${number}` | `code:${number}`;

export type BmcFaults = (stage: BmcStage) => BmcFault;

/** The number after the colon, or undefined where the fault is not of that sort. */
export function faultNumber(fault: BmcFault, sort: 'delay' | 'code'): number | undefined {
  return fault.startsWith(`${sort}:`) ? Number(fault.slice(sort.length + 1)) : undefined;
}
