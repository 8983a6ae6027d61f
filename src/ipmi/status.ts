/** Codes with which a BMC says no: completion codes of commands (IPMI 2.0 table 5-2) and RMCP+ status codes (table 13-15). */

export const COMPLETION_OK = 0x00;
export const COMPLETION_UNSUPPORTED_PARAMETER = 0x80;
export const COMPLETION_BUSY = 0xc0;
export const COMPLETION_INVALID_COMMAND = 0xc1;
export const COMPLETION_OUT_OF_SPACE = 0xc4;
export const COMPLETION_OUT_OF_RANGE = 0xc9;
export const COMPLETION_INVALID_FIELD = 0xcc;
export const COMPLETION_NOT_READY = 0xd2;
export const COMPLETION_PRIVILEGE = 0xd4;
export const COMPLETION_NOT_IN_STATE = 0xd5;

const COMPLETION_TEXTS = new Map<number, string>([
  [0x00, 'done'],
  [0x80, 'parameter not supported'],
  [0xc0, 'node busy'],
  [0xc1, 'invalid command'],
  [0xc2, 'command invalid for this LUN'],
  [0xc3, 'timeout while processing the command'],
  [0xc4, 'out of space'],
  [0xc5, 'reservation cancelled or invalid'],
  [0xc6, 'request data truncated'],
  [0xc7, 'request data length invalid'],
  [0xc8, 'request data field length limit exceeded'],
  [0xc9, 'parameter out of range'],
  [0xca, 'cannot return the number of bytes asked for'],
  [0xcb, 'requested sensor, data or record not present'],
  [0xcc, 'invalid data field in request'],
  [0xcd, 'command illegal for this sensor or record'],
  [0xce, 'no answer can be given'],
  [0xcf, 'duplicated request'],
  [0xd0, 'SDR repository in update mode'],
  [0xd1, 'device in firmware update mode'],
  [0xd2, 'BMC initialization in progress'],
  [0xd3, 'destination unavailable'],
  [0xd4, 'insufficient privilege level'],
  [0xd5, 'not supported in the present state'],
  [0xd6, 'sub-function disabled'],
  [0xff, 'unspecified error'],
]);

/** `node busy (0xc0)`. */
export function completionText(code: number): string {
  return `${COMPLETION_TEXTS.get(code) ?? (code < 0x80 ? 'OEM code' : 'command-specific code')} (0x${hex(code)})`;
}

export const STATUS_OK = 0x00;
export const STATUS_NO_RESOURCES = 0x01;
export const STATUS_INVALID_SESSION = 0x02;
export const STATUS_INVALID_ROLE = 0x09;
export const STATUS_NO_PRIVILEGE = 0x0a;
export const STATUS_UNKNOWN_USER = 0x0d;
export const STATUS_BAD_CODE = 0x0f;
export const STATUS_NO_SUITE = 0x11;

const STATUS_TEXTS = new Map<number, string>([
  [0x00, 'done'],
  [0x01, 'no free session'],
  [0x02, 'invalid session id'],
  [0x03, 'invalid payload type'],
  [0x04, 'invalid authentication algorithm'],
  [0x05, 'invalid integrity algorithm'],
  [0x06, 'no matching authentication payload'],
  [0x07, 'no matching integrity payload'],
  [0x08, 'inactive session id'],
  [0x09, 'invalid role'],
  [0x0a, 'role or privilege not allowed'],
  [0x0b, 'no resources for a session of this role'],
  [0x0c, 'invalid name length'],
  [0x0d, 'unknown user name'],
  [0x0e, 'unauthorized GUID'],
  [0x0f, 'invalid integrity check value'],
  [0x10, 'invalid confidentiality algorithm'],
  [0x11, 'no matching cipher suite'],
  [0x12, 'illegal or unrecognized parameter'],
]);

/** `no free session (0x01)`. */
export function rmcpStatusText(status: number): string {
  return `${STATUS_TEXTS.get(status) ?? 'unknown status'} (0x${hex(status)})`;
}

function hex(code: number): string {
  return code.toString(16).padStart(2, '0');
}
