/** Get Device ID (IPMI 2.0 §20.1): who made the BMC and what runs on it. */

import { byteAt, needBytes } from '../format-error.ts';

export const CMD_GET_DEVICE_ID = 0x01;

export interface DeviceId {
  deviceId: number;
  deviceRevision: number;
  firmwareMajor: number;
  /** Two decimal digits. */
  firmwareMinor: number;
  /** `2.0`, `1.5`. */
  ipmiVersion: string;
  /** IANA enterprise number, 20 bits in use. */
  manufacturer: number;
  product: number;
}

export function encodeDeviceId(id: DeviceId): Buffer {
  const data = Buffer.alloc(11);
  const [major = '2', minor = '0'] = id.ipmiVersion.split('.');
  data[0] = id.deviceId;
  data[1] = id.deviceRevision & 0x0f;
  data[2] = id.firmwareMajor & 0x7f;
  data[3] = (Math.floor(id.firmwareMinor / 10) << 4) | (id.firmwareMinor % 10);
  data[4] = (Number(minor) << 4) | Number(major);
  // Additional device support: a chassis device and nothing else.
  data[5] = 0x80;
  data.writeUIntLE(id.manufacturer & 0xfffff, 6, 3);
  data.writeUInt16LE(id.product, 9);
  return data;
}

export function decodeDeviceId(data: Buffer): DeviceId {
  needBytes(data, 11, 'Get Device ID');
  const minor = byteAt(data, 3);
  const version = byteAt(data, 4);
  return {
    deviceId: byteAt(data, 0),
    deviceRevision: byteAt(data, 1) & 0x0f,
    firmwareMajor: byteAt(data, 2) & 0x7f,
    firmwareMinor: (minor >> 4) * 10 + (minor & 0x0f),
    ipmiVersion: `${version & 0x0f}.${version >> 4}`,
    manufacturer: data.readUIntLE(6, 3) & 0xfffff,
    product: data.readUInt16LE(9),
  };
}
