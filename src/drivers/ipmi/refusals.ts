/** From a BMC's codes to what the caller may do about them (table in docs/architecture.md). */

import { completionText, rmcpStatusText } from '../../ipmi/status.ts';
import { PowerError, type PowerErrorKind } from '../../model/power.ts';

const COMPLETION_KINDS: CompletionKinds = new Map<number, PowerErrorKind>([
  [0xc0, 'busy'],
  [0xc1, 'unsupported'],
  [0xc2, 'unsupported'],
  [0xc3, 'timeout'],
  [0xc4, 'busy'],
  [0xc9, 'unsupported'],
  [0xcc, 'unsupported'],
  [0xd1, 'not-ready'],
  [0xd2, 'not-ready'],
  [0xd4, 'privilege'],
  [0xd5, 'invalid-state'],
  [0xd6, 'unsupported'],
]);

const STATUS_KINDS = new Map<number, PowerErrorKind>([
  [0x01, 'busy'],
  [0x04, 'cipher'],
  [0x05, 'cipher'],
  [0x06, 'cipher'],
  [0x07, 'cipher'],
  [0x09, 'privilege'],
  [0x0a, 'privilege'],
  [0x0b, 'busy'],
  [0x0d, 'auth'],
  [0x0e, 'auth'],
  [0x0f, 'auth'],
  [0x10, 'cipher'],
  [0x11, 'cipher'],
]);

/** What completion codes mean to the caller; those from 0x80 to 0xbe mean something else with each command. */
export type CompletionKinds = ReadonlyMap<number, PowerErrorKind>;

/** A command's completion code other than 0. `what`: `power on`; `own`: the codes of this command alone. */
export function completionError(what: string, code: number, own?: CompletionKinds): PowerError {
  return new PowerError(
    own?.get(code) ?? COMPLETION_KINDS.get(code) ?? 'protocol',
    `${what} was refused: ${completionText(code)}`,
  );
}

/** A status other than 0 in the answer to Open Session or RAKP. */
export function statusError(what: string, status: number): PowerError {
  return new PowerError(
    STATUS_KINDS.get(status) ?? 'protocol',
    `${what} was refused: ${rmcpStatusText(status)}`,
  );
}
