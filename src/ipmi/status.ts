/** Codes with which a BMC says no: completion codes of commands (IPMI 2.0 table 5-2) and RMCP+ status codes (table 13-15). */

export const COMPLETION_OK = 0x00;
export const COMPLETION_UNSUPPORTED_PARAMETER = 0x80;
export const COMPLETION_BUSY = 0xc0;
export const COMPLETION_INVALID_COMMAND = 0xc1;
export const COMPLETION_OUT_OF_SPACE = 0xc4;
export const COMPLETION_WRONG_LENGTH = 0xc7;
export const COMPLETION_OUT_OF_RANGE = 0xc9;
export const COMPLETION_INVALID_FIELD = 0xcc;
export const COMPLETION_NOT_READY = 0xd2;
export const COMPLETION_PRIVILEGE = 0xd4;
export const COMPLETION_NOT_IN_STATE = 0xd5;

const COMPLETION_TEXTS: Readonly<Record<number, string>> = {
  0: 'done',
  128: 'parameter not supported',
  192: 'node busy',
  193: 'invalid command',
  194: 'command invalid for this LUN',
  195: 'timeout while processing the command',
  196: 'out of space',
  197: 'reservation cancelled or invalid',
  198: 'request data truncated',
  199: 'request data length invalid',
  200: 'request data field length limit exceeded',
  201: 'parameter out of range',
  202: 'cannot return the number of bytes asked for',
  203: 'requested sensor, data or record not present',
  204: 'invalid data field in request',
  205: 'command illegal for this sensor or record',
  206: 'no answer can be given',
  207: 'duplicated request',
  208: 'SDR repository in update mode',
  209: 'device in firmware update mode',
  210: 'BMC initialization in progress',
  211: 'destination unavailable',
  212: 'insufficient privilege level',
  213: 'not supported in the present state',
  214: 'sub-function disabled',
  255: 'unspecified error',
};

/** `node busy (0xc0)`. */
export function completionText(code: number): string {
  return `${COMPLETION_TEXTS[code] ?? (code < 0x80 ? 'OEM code' : 'command-specific code')} (0x${hex(code)})`;
}

export const STATUS_OK = 0x00;
export const STATUS_NO_RESOURCES = 0x01;
export const STATUS_INVALID_SESSION = 0x02;
export const STATUS_INVALID_ROLE = 0x09;
export const STATUS_NO_PRIVILEGE = 0x0a;
export const STATUS_UNKNOWN_USER = 0x0d;
export const STATUS_BAD_CODE = 0x0f;
export const STATUS_NO_SUITE = 0x11;

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'no free session',
  2: 'invalid session id',
  3: 'invalid payload type',
  4: 'invalid authentication algorithm',
  5: 'invalid integrity algorithm',
  6: 'no matching authentication payload',
  7: 'no matching integrity payload',
  8: 'inactive session id',
  9: 'invalid role',
  10: 'role or privilege not allowed',
  11: 'no resources for a session of this role',
  12: 'invalid name length',
  13: 'unknown user name',
  14: 'unauthorized GUID',
  15: 'invalid integrity check value',
  16: 'invalid confidentiality algorithm',
  17: 'no matching cipher suite',
  18: 'illegal or unrecognized parameter',
};

/** `no free session (0x01)`. */
export function rmcpStatusText(status: number): string {
  return `${STATUS_TEXTS[status] ?? 'unknown status'} (0x${hex(status)})`;
}

function hex(code: number): string {
  return code.toString(16).padStart(2, '0');
}
