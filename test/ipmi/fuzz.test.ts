/** Decoders meet anything at all: they answer or throw their one error, and do nothing else. */

import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cipherSuite, suiteIdsOfRecords } from '../../src/ipmi/cipher-suite.ts';
import * as boot from '../../src/ipmi/commands/boot-options.ts';
import * as channel from '../../src/ipmi/commands/channel.ts';
import * as chassis from '../../src/ipmi/commands/chassis.ts';
import * as device from '../../src/ipmi/commands/device-id.ts';
import * as session from '../../src/ipmi/commands/session.ts';
import { IpmiFormatError } from '../../src/ipmi/format-error.ts';
import { decodeRequest, decodeResponse } from '../../src/ipmi/message.ts';
import { decodeOpenRequest, decodeOpenResponse } from '../../src/ipmi/open-session.ts';
import { decodePacket } from '../../src/ipmi/packet.ts';
import { decodeRakp1, decodeRakp2, decodeRakpCode } from '../../src/ipmi/rakp.ts';
import { open, seal } from '../../src/ipmi/session.ts';
import { RECORDED } from './recorded.ts';

const DECODERS: Readonly<Record<string, (bytes: Buffer) => unknown>> = {
  decodePacket,
  decodeRequest,
  decodeResponse,
  decodeOpenRequest,
  decodeOpenResponse,
  decodeRakp1,
  'decodeRakp2 (suite 3)': (bytes) => decodeRakp2(bytes, 20),
  'decodeRakp2 (suite 17)': (bytes) => decodeRakp2(bytes, 32),
  decodeRakpCode: (bytes) => decodeRakpCode(bytes, 12),
  suiteIdsOfRecords,
  decodeSetBootOptions: boot.decodeSetBootOptions,
  decodeGetBootOptions: boot.decodeGetBootOptions,
  decodeBootOptions: boot.decodeBootOptions,
  decodeBootFlags: boot.decodeBootFlags,
  decodeChannelAuth: channel.decodeChannelAuth,
  decodeChannelCiphers: channel.decodeChannelCiphers,
  decodeChannelCiphersRequest: channel.decodeChannelCiphersRequest,
  decodeChassisStatus: chassis.decodeChassisStatus,
  decodeChassisControl: chassis.decodeChassisControl,
  decodeDeviceId: device.decodeDeviceId,
  decodeSetPrivilege: session.decodeSetPrivilege,
  decodeCloseSession: session.decodeCloseSession,
};

/** Noise, noise that begins like a packet, and true packets with one byte changed or their end cut off. */
const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 120 }).map((array) => Buffer.from(array)),
  fc.uint8Array({ maxLength: 120 }).map((array) => Buffer.from([0x06, 0x00, 0xff, 0x07, 0x06, ...array])),
  fc
    .tuple(fc.constantFrom(...RECORDED.flatMap(packetsOf)), fc.nat(), fc.nat(255), fc.nat())
    .map(([hex, at, value, cut]) => {
      const bytes = Buffer.from(hex, 'hex');
      bytes[at % bytes.length] = value;
      return bytes.subarray(0, bytes.length - (cut % 8));
    }),
);

function packetsOf({ suite: _, ...hex }: (typeof RECORDED)[number]): string[] {
  return Object.values(hex);
}

describe.each(Object.entries(DECODERS))('%s', (_, decode) => {
  it('answers or throws IpmiFormatError, whatever it is given', () => {
    fc.assert(
      fc.property(garbage, (bytes) => {
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(IpmiFormatError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe.each([3, 17] as const)('open (suite %i)', (id) => {
  const keys = {
    suite: cipherSuite(id),
    integrity: createSecretKey(Buffer.alloc(20, 1)),
    cipher: createSecretKey(Buffer.alloc(16, 2)),
  };

  it('takes no garbage', () => {
    fc.assert(
      fc.property(garbage, (bytes) => {
        expect(() => {
          const packet = decodePacket(bytes);
          if (packet.kind !== 'plus') throw new IpmiFormatError('no session packet');
          open(keys, packet);
        }).toThrow(IpmiFormatError);
      }),
      { numRuns: 300 },
    );
  });

  it('takes no signed packet whose cipher text has wrong padding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (plain) => {
        const sealed = seal(keys, 0, 1, 1, Buffer.alloc(0), Buffer.from(plain));
        const packet = decodePacket(sealed);
        if (packet.kind !== 'plus') throw new Error(packet.kind);
        const wrongKey = { ...keys, cipher: createSecretKey(Buffer.from(plain)) };
        try {
          open(wrongKey, packet);
        } catch (error) {
          expect(error).toBeInstanceOf(IpmiFormatError);
        }
      }),
    );
  });
});
