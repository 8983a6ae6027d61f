/** From a BMC's codes to what the caller may do about them (table in docs/architecture.md). */

import {
  COMPLETION_BUSY,
  COMPLETION_INVALID_COMMAND,
  COMPLETION_INVALID_FIELD,
  COMPLETION_NOT_IN_STATE,
  COMPLETION_NOT_READY,
  COMPLETION_OUT_OF_RANGE,
  COMPLETION_OUT_OF_SPACE,
  COMPLETION_PRIVILEGE,
  completionText,
  rmcpStatusText,
  STATUS_BAD_CODE,
  STATUS_INVALID_ROLE,
  STATUS_NO_PRIVILEGE,
  STATUS_NO_RESOURCES,
  STATUS_NO_SUITE,
  STATUS_UNKNOWN_USER,
} from '../../ipmi/status.ts';
import { PowerError, type PowerErrorKind } from '../../model/power.ts';

const COMPLETION_KINDS: CompletionKinds = new Map<number, PowerErrorKind>([
  [COMPLETION_BUSY, 'busy'],
  [COMPLETION_INVALID_COMMAND, 'unsupported'],
  [0xc2, 'unsupported'],
  [0xc3, 'timeout'],
  [COMPLETION_OUT_OF_SPACE, 'busy'],
  [COMPLETION_OUT_OF_RANGE, 'unsupported'],
  [COMPLETION_INVALID_FIELD, 'unsupported'],
  [0xd1, 'not-ready'],
  [COMPLETION_NOT_READY, 'not-ready'],
  [COMPLETION_PRIVILEGE, 'privilege'],
  [COMPLETION_NOT_IN_STATE, 'invalid-state'],
  [0xd6, 'unsupported'],
]);

const STATUS_KINDS = new Map<number, PowerErrorKind>([
  [STATUS_NO_RESOURCES, 'busy'],
  [0x04, 'cipher'],
  [0x05, 'cipher'],
  [0x06, 'cipher'],
  [0x07, 'cipher'],
  [STATUS_INVALID_ROLE, 'privilege'],
  [STATUS_NO_PRIVILEGE, 'privilege'],
  [0x0b, 'busy'],
  [STATUS_UNKNOWN_USER, 'auth'],
  [0x0e, 'auth'],
  [STATUS_BAD_CODE, 'auth'],
  [0x10, 'cipher'],
  [STATUS_NO_SUITE, 'cipher'],
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
