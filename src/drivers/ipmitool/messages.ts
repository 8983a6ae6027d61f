/** From what ipmitool (1.8.18, 1.8.19) prints on its standard error to what the caller may do about it. */

import { PowerError, type PowerErrorKind } from '../../model/power.ts';
import type { BmcCommand } from '../ipmi/commands.ts';
import { completionError } from '../ipmi/refusals.ts';

export interface IpmitoolFailure {
  error: PowerError;
  /** The session never opened: the command has not left. */
  beforeCommand: boolean;
}

export type FailedCommand = Pick<BmcCommand, 'name' | 'write' | 'refusals'>;

/** First match wins: what a BMC said comes before the general lines that follow it. */
const TEXTS: readonly (readonly [RegExp, PowerErrorKind, boolean])[] = [
  [/HMAC is invalid|unauthorized name|unauthorized GUID|invalid integrity check value/, 'auth', true],
  [/no matching cipher suite|invalid (authentication|integrity|confidentiality) algorithm/, 'cipher', true],
  [/no matching (authentication|integrity) payload/, 'cipher', true],
  [/insufficient resources/, 'busy', true],
  // ipmitool goes on after a lost log-in, and then complains of the privilege it has not got.
  [/no response from RAKP/, 'timeout', true],
  [/invalid role|unauthorized role or privilege|Set Session Privilege Level to .* failed/, 'privilege', true],
  [/Address lookup for .* failed|Could not open socket/, 'unreachable', true],
  [/Get Auth Capabilities error|Get Channel Authentication Capabilities/, 'unreachable', true],
  [/no response from Open Session|Error: Unable to establish/i, 'unreachable', true],
  [/Unable to send RAW command(?!.*rsp=)|No data available|timeout/i, 'timeout', false],
];

export function readFailure(stderr: string, command: FailedCommand): IpmitoolFailure {
  const { name, write, refusals } = command;
  const code = /RAW command \(.*rsp=0x([0-9a-f]{1,2})\)/i.exec(stderr)?.[1];
  if (code !== undefined) {
    return { error: completionError(name, Number.parseInt(code, 16), refusals), beforeCommand: false };
  }
  for (const [text, kind, beforeCommand] of TEXTS) {
    const found = text.exec(stderr);
    if (found) {
      return {
        error: new PowerError(kind, `${name}: ipmitool says "${lineAt(stderr, found.index)}"`),
        beforeCommand,
      };
    }
  }
  // What is not understood after a write may well have happened after it was done.
  const error = new PowerError(
    write ? 'timeout' : 'protocol',
    `${name}: ipmitool says "${lastLine(stderr)}"`,
  );
  return { error, beforeCommand: false };
}

/** The bytes in the output of `ipmitool raw`. Throws PowerError `protocol` for anything else. */
export function readRawOutput(stdout: string, name: string): Buffer {
  const text = stdout.replace(/\s+/g, '');
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new PowerError('protocol', `${name}: ipmitool printed no bytes`);
  return Buffer.from(text, 'hex');
}

function lineAt(text: string, index: number): string {
  const start = text.lastIndexOf('\n', index) + 1;
  const end = text.indexOf('\n', index);
  return tidy(text.slice(start, end < 0 ? undefined : end));
}

function lastLine(text: string): string {
  return tidy(text.trimEnd().split('\n').at(-1) ?? '');
}

function tidy(line: string): string {
  return line.replace(/^[>\s]+/, '').trim();
}
