/** What a simulated BMC does at each command: a table from network function and command to handler. */

import { type CipherSuiteId, cipherSuiteRecords } from '../../ipmi/cipher-suite.ts';
import {
  BOOT_FLAGS,
  CMD_GET_BOOT_OPTIONS,
  CMD_SET_BOOT_OPTIONS,
  decodeGetBootOptions,
  decodeSetBootOptions,
  encodeBootOptions,
} from '../../ipmi/commands/boot-options.ts';
import {
  CMD_GET_CHANNEL_AUTH,
  CMD_GET_CHANNEL_CIPHERS,
  decodeChannelCiphersRequest,
  encodeChannelAuth,
  encodeChannelCiphers,
} from '../../ipmi/commands/channel.ts';
import {
  type ChassisOp,
  CMD_CHASSIS_CONTROL,
  CMD_GET_CHASSIS_STATUS,
  decodeChassisControl,
  encodeChassisStatus,
} from '../../ipmi/commands/chassis.ts';
import { CMD_GET_DEVICE_ID, type DeviceId, encodeDeviceId } from '../../ipmi/commands/device-id.ts';
import {
  CMD_CLOSE_SESSION,
  CMD_SET_SESSION_PRIVILEGE,
  decodeCloseSession,
  decodeSetPrivilege,
  encodeSetPrivilege,
  PRIVILEGE_OPERATOR,
  PRIVILEGE_USER,
} from '../../ipmi/commands/session.ts';
import { IpmiFormatError } from '../../ipmi/format-error.ts';
import { encodeResponse, type IpmiRequest, NETFN_APP, NETFN_CHASSIS } from '../../ipmi/message.ts';
import {
  COMPLETION_INVALID_COMMAND,
  COMPLETION_INVALID_FIELD,
  COMPLETION_NOT_IN_STATE,
  COMPLETION_OK,
  COMPLETION_PRIVILEGE,
  COMPLETION_UNSUPPORTED_PARAMETER,
} from '../../ipmi/status.ts';
import type { BootStore } from './boot-store.ts';
import { type BmcFaults, faultNumber } from './faults.ts';
import type { BmcSession, SessionTable } from './session-table.ts';

/** The machine behind the BMC. */
export interface Chassis {
  powerOn(): boolean;
  /** Starts the operation and returns at once; a number refuses it with that completion code. */
  control(op: ChassisOp): number | undefined;
}

export interface CommandParts {
  chassis: Chassis;
  boot: BootStore;
  suites: readonly CipherSuiteId[];
  identity: DeviceId;
  sessions: SessionTable;
  faults: BmcFaults;
}

/** Data on success, or a completion code that refuses; undefined for no answer at all. */
type Outcome = Buffer | number | undefined;

interface Command {
  /** Least privilege; 0 is allowed outside a session too (IPMI 2.0 appendix G). */
  privilege: number;
  run(parts: CommandParts, data: Buffer, session: BmcSession | undefined): Outcome;
}

const DONE = Buffer.alloc(0);
const key = (netFn: number, command: number) => (netFn << 8) | command;

const COMMANDS = new Map<number, Command>([
  [
    key(NETFN_APP, CMD_GET_DEVICE_ID),
    { privilege: PRIVILEGE_USER, run: ({ identity }) => encodeDeviceId(identity) },
  ],
  [key(NETFN_APP, CMD_GET_CHANNEL_AUTH), { privilege: 0, run: () => encodeChannelAuth(CHANNEL_AUTH) }],
  [key(NETFN_APP, CMD_GET_CHANNEL_CIPHERS), { privilege: 0, run: getChannelCiphers }],
  [key(NETFN_APP, CMD_SET_SESSION_PRIVILEGE), { privilege: PRIVILEGE_USER, run: setPrivilege }],
  [key(NETFN_APP, CMD_CLOSE_SESSION), { privilege: PRIVILEGE_USER, run: closeSession }],
  [key(NETFN_CHASSIS, CMD_GET_CHASSIS_STATUS), { privilege: PRIVILEGE_USER, run: getChassisStatus }],
  [key(NETFN_CHASSIS, CMD_CHASSIS_CONTROL), { privilege: PRIVILEGE_OPERATOR, run: chassisControl }],
  [key(NETFN_CHASSIS, CMD_SET_BOOT_OPTIONS), { privilege: PRIVILEGE_OPERATOR, run: setBootOptions }],
  [key(NETFN_CHASSIS, CMD_GET_BOOT_OPTIONS), { privilege: PRIVILEGE_OPERATOR, run: getBootOptions }],
]);

const CHANNEL_AUTH = { channel: 1, rmcpPlus: true, bmcKeySet: false };
/** Completion codes of Set Session Privilege Level and Close Session alone (§22.18, §22.19). */
const PRIVILEGE_ABOVE_LIMIT = 0x81;
const NO_SUCH_SESSION = 0x87;

/** The answer message; undefined where a fault swallows it. `session` is undefined outside one. */
export function answerCommand(
  parts: CommandParts,
  request: IpmiRequest,
  session: BmcSession | undefined,
): Buffer | undefined {
  const outcome = runCommand(parts, request, session);
  if (outcome === undefined) return undefined;
  if (typeof outcome === 'number') return encodeResponse(request, outcome);
  return encodeResponse(request, COMPLETION_OK, outcome);
}

function runCommand(parts: CommandParts, request: IpmiRequest, session: BmcSession | undefined): Outcome {
  const command = COMMANDS.get(key(request.netFn, request.command));
  if (!command) return session ? COMPLETION_INVALID_COMMAND : COMPLETION_PRIVILEGE;
  if ((session?.privilege ?? 0) < command.privilege) return COMPLETION_PRIVILEGE;
  try {
    return command.run(parts, request.data, session);
  } catch (error) {
    if (error instanceof IpmiFormatError) return COMPLETION_INVALID_FIELD;
    throw error;
  }
}

function getChannelCiphers({ suites }: CommandParts, data: Buffer): Outcome {
  return encodeChannelCiphers(
    CHANNEL_AUTH.channel,
    cipherSuiteRecords(suites),
    decodeChannelCiphersRequest(data),
  );
}

function setPrivilege(_: CommandParts, data: Buffer, session: BmcSession | undefined): Outcome {
  const wanted = decodeSetPrivilege(data);
  if (!session) return COMPLETION_PRIVILEGE;
  if (wanted > session.limit) return PRIVILEGE_ABOVE_LIMIT;
  if (wanted !== 0) session.privilege = wanted;
  return encodeSetPrivilege(session.privilege);
}

function closeSession({ sessions }: CommandParts, data: Buffer): Outcome {
  const id = decodeCloseSession(data);
  if (!sessions.find(id)) return NO_SUCH_SESSION;
  sessions.delete(id);
  return DONE;
}

function getChassisStatus({ chassis }: CommandParts): Outcome {
  return encodeChassisStatus({ powerOn: chassis.powerOn(), powerFault: false });
}

function chassisControl({ chassis, boot, faults }: CommandParts, data: Buffer): Outcome {
  const op = decodeChassisControl(data);
  const fault = faults('control');
  if (fault === 'drop') return undefined;
  const refused = faultNumber(fault, 'code');
  if (refused !== undefined) return refused;
  if ((op === 'cycle' || op === 'reset') && !chassis.powerOn()) return COMPLETION_NOT_IN_STATE;
  boot.restartExpiry();
  const code = fault === 'ignore' ? COMPLETION_OK : (chassis.control(op) ?? COMPLETION_OK);
  if (fault === 'no-answer') return undefined;
  return code === COMPLETION_OK ? DONE : code;
}

function setBootOptions({ boot, faults }: CommandParts, data: Buffer): Outcome {
  const option = decodeSetBootOptions(data);
  const fault = option.parameter === BOOT_FLAGS ? faults('boot-flags') : 'ok';
  if (fault === 'drop') return undefined;
  const refused = faultNumber(fault, 'code');
  if (refused !== undefined) return refused;
  // Without data only the lock bit is meant: nothing to store.
  const known = option.data.length === 0 || fault === 'ignore' || boot.set(option.parameter, option.data);
  if (fault === 'no-answer') return undefined;
  return known ? DONE : COMPLETION_UNSUPPORTED_PARAMETER;
}

function getBootOptions({ boot }: CommandParts, data: Buffer): Outcome {
  const parameter = decodeGetBootOptions(data);
  const value = boot.get(parameter);
  return value ? encodeBootOptions({ parameter, data: value }) : COMPLETION_UNSUPPORTED_PARAMETER;
}
