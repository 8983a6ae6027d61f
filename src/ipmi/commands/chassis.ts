/** Chassis power: reading it and commanding it (IPMI 2.0 §28.2, §28.3). */

import { byteAt, IpmiFormatError, needBytes } from '../format-error.ts';

export const CMD_GET_CHASSIS_STATUS = 0x01;
export const CMD_CHASSIS_CONTROL = 0x02;

export type ChassisOp = 'on' | 'off' | 'cycle' | 'reset' | 'soft-off';

const OP_CODES: Readonly<Record<ChassisOp, number>> = { off: 0, on: 1, cycle: 2, reset: 3, 'soft-off': 5 };
const OPS = new Map(Object.entries(OP_CODES).map(([op, code]) => [code, op as ChassisOp]));

export interface ChassisStatus {
  powerOn: boolean;
  powerFault: boolean;
}

export function encodeChassisStatus({ powerOn, powerFault }: ChassisStatus): Buffer {
  return Buffer.from([(powerOn ? 0x01 : 0) | (powerFault ? 0x08 : 0), 0, 0]);
}

export function decodeChassisStatus(data: Buffer): ChassisStatus {
  needBytes(data, 3, 'Get Chassis Status');
  const power = byteAt(data, 0);
  return { powerOn: (power & 0x01) !== 0, powerFault: (power & 0x08) !== 0 };
}

export function encodeChassisControl(op: ChassisOp): Buffer {
  return Buffer.from([OP_CODES[op]]);
}

/** Throws IpmiFormatError for an operation not spoken here (diagnostic interrupt). */
export function decodeChassisControl(data: Buffer): ChassisOp {
  needBytes(data, 1, 'Chassis Control');
  const op = OPS.get(byteAt(data, 0) & 0x0f);
  if (op === undefined) throw new IpmiFormatError(`Chassis Control operation ${data[0]}`);
  return op;
}
