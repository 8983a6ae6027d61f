import type { KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cipherSuite } from '../../src/ipmi/cipher-suite.ts';
import { decodeRequest } from '../../src/ipmi/message.ts';
import {
  decodeOpenRequest,
  decodeOpenResponse,
  encodeOpenRequest,
  encodeOpenResponse,
} from '../../src/ipmi/open-session.ts';
import { decodePacket, encodePlainPlus, type PlusPacket } from '../../src/ipmi/packet.ts';
import {
  decodeRakp1,
  decodeRakp2,
  decodeRakpCode,
  encodeRakp1,
  encodeRakp2,
  encodeRakpCode,
} from '../../src/ipmi/rakp.ts';
import {
  type Exchange,
  rakp2Code,
  rakp3Code,
  rakp4Code,
  sessionIntegrityKey,
  sessionKeys,
} from '../../src/ipmi/rakp-keys.ts';
import { open, seal } from '../../src/ipmi/session.ts';
import { RECORDED, type RecordedLogin } from './recorded.ts';

const PASSWORD = Buffer.from('secret');

describe.each(RECORDED)('a log-in of ipmitool on suite $suite', (recorded) => {
  const suite = cipherSuite(recorded.suite);
  const exchange = exchangeOf(recorded);

  it('reads and writes each message byte for byte', () => {
    const request = decodeOpenRequest(payload(recorded.openRequest));
    const response = decodeOpenResponse(payload(recorded.openResponse));
    const rakp1 = decodeRakp1(payload(recorded.rakp1));
    const rakp2 = decodeRakp2(payload(recorded.rakp2), suite.codeLength);
    const rakp3 = decodeRakpCode(payload(recorded.rakp3), suite.codeLength);
    const rakp4 = decodeRakpCode(payload(recorded.rakp4), suite.shortCodeLength);

    expect(again(0x10, encodeOpenRequest(request, suite))).toBe(recorded.openRequest);
    expect(again(0x11, encodeOpenResponse(response, suite))).toBe(recorded.openResponse);
    expect(again(0x12, encodeRakp1(rakp1))).toBe(recorded.rakp1);
    expect(again(0x13, encodeRakp2(rakp2))).toBe(recorded.rakp2);
    expect(again(0x14, encodeRakpCode(rakp3))).toBe(recorded.rakp3);
    expect(again(0x15, encodeRakpCode(rakp4))).toBe(recorded.rakp4);
  });

  it('makes the codes that ipmitool made', () => {
    const sik = sessionIntegrityKey(suite, PASSWORD, exchange);

    expect(rakp2Code(suite, PASSWORD, exchange).toString('hex')).toBe(
      recorded.rakp2.slice(-2 * suite.codeLength),
    );
    expect(rakp3Code(suite, PASSWORD, exchange).toString('hex')).toBe(
      recorded.rakp3.slice(-2 * suite.codeLength),
    );
    expect(rakp4Code(suite, sik, exchange).toString('hex')).toBe(
      recorded.rakp4.slice(-2 * suite.shortCodeLength),
    );
  });

  it('makes the keys that ipmitool printed', () => {
    const sik = sessionIntegrityKey(suite, PASSWORD, exchange);
    const keys = sessionKeys(suite, sik);

    expect(sik.toString('hex')).toBe(recorded.sik);
    expect(hexOf(keys.integrity)).toBe(recorded.k1);
    expect(hexOf(keys.cipher)).toBe(recorded.k2.slice(0, 32));
  });

  it('opens the first command of ipmitool, and seals it to the same bytes', () => {
    const keys = sessionKeys(suite, Buffer.from(recorded.sik, 'hex'));
    const packet = plus(recorded.firstCommand);
    const message = open(keys, packet);
    const request = decodeRequest(message);

    expect(request).toMatchObject({ netFn: 6, command: 0x3b, data: Buffer.from([4]) });
    const iv = packet.payload.subarray(0, 16);
    const sealed = seal(keys, 0, packet.sessionId, packet.sequence, message, iv);
    expect(sealed.toString('hex')).toBe(recorded.firstCommand);
  });

  it.each([6, 20, 40, 60])('refuses the command with byte %i changed', (at) => {
    const keys = sessionKeys(suite, Buffer.from(recorded.sik, 'hex'));
    const bytes = Buffer.from(recorded.firstCommand, 'hex');
    bytes[at] = (bytes[at] ?? 0) ^ 0x01;

    expect(() => open(keys, plus(bytes.toString('hex')))).toThrow('wrong integrity code');
  });
});

function hexOf(key: KeyObject | Buffer): string {
  return (Buffer.isBuffer(key) ? key : key.export()).toString('hex');
}

function plus(hex: string): PlusPacket {
  const packet = decodePacket(Buffer.from(hex, 'hex'));
  if (packet.kind !== 'plus') throw new Error(`a packet of kind ${packet.kind}`);
  return packet;
}

function payload(hex: string): Buffer {
  return plus(hex).payload;
}

function again(payloadType: number, bytes: Buffer): string {
  return encodePlainPlus(payloadType, bytes).toString('hex');
}

function exchangeOf(recorded: RecordedLogin): Exchange {
  const { consoleId, bmcId } = decodeOpenResponse(payload(recorded.openResponse));
  const { consoleRandom, role, username } = decodeRakp1(payload(recorded.rakp1));
  const { bmcRandom, guid } = decodeRakp2(payload(recorded.rakp2), cipherSuite(recorded.suite).codeLength);
  return { consoleId, bmcId, consoleRandom, bmcRandom, guid, role, username };
}
