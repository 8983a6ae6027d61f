import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cipherSuite, cipherSuiteRecords, suiteIdsOfRecords } from '../../src/ipmi/cipher-suite.ts';
import * as boot from '../../src/ipmi/commands/boot-options.ts';
import * as channel from '../../src/ipmi/commands/channel.ts';
import * as chassis from '../../src/ipmi/commands/chassis.ts';
import * as device from '../../src/ipmi/commands/device-id.ts';
import * as session from '../../src/ipmi/commands/session.ts';
import { decodeRequest, decodeResponse, encodeRequest, encodeResponse } from '../../src/ipmi/message.ts';
import { decodePacket, encodeLegacy } from '../../src/ipmi/packet.ts';
import { encodePing, encodePong } from '../../src/ipmi/rmcp.ts';
import { open, seal } from '../../src/ipmi/session.ts';
import { completionText, rmcpStatusText } from '../../src/ipmi/status.ts';

const bytes = (max: number) => fc.uint8Array({ maxLength: max }).map((array) => Buffer.from(array));
const exactly = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));

describe('what is written is read again', () => {
  it('presence ping and pong', () => {
    expect(decodePacket(encodePing(7))).toEqual({ kind: 'asf', type: 'ping', tag: 7, ipmi: false });
    expect(decodePacket(encodePong(7))).toEqual({ kind: 'asf', type: 'pong', tag: 7, ipmi: true });
  });

  it('any request and response', () => {
    fc.assert(
      fc.property(
        fc.nat(31),
        fc.nat(255),
        fc.nat(63),
        fc.nat(255),
        bytes(200),
        (half, command, sequence, code, data) => {
          const request = { netFn: half * 2, command, sequence, data };
          expect(decodeRequest(encodeRequest(request))).toEqual(request);
          expect(decodeResponse(encodeResponse(request, code, data))).toEqual({
            ...request,
            completionCode: code,
          });
        },
      ),
    );
  });

  it('a message outside a session', () => {
    const message = encodeRequest({ netFn: 6, command: 0x38, sequence: 1, data: Buffer.from([0x8e, 4]) });

    expect(decodePacket(encodeLegacy(message))).toMatchObject({
      kind: 'legacy',
      sessionId: 0,
      payload: message,
    });
  });

  it.each([3, 17] as const)('any sealed message of suite %i', (id) => {
    const suite = cipherSuite(id);
    fc.assert(
      fc.property(exactly(20), exactly(16), exactly(16), bytes(100), (integrity, cipher, iv, message) => {
        const keys = { suite, integrity: createSecretKey(integrity), cipher: createSecretKey(cipher) };
        const packet = decodePacket(seal(keys, 0, 0x01020304, 9, message, iv));
        if (packet.kind !== 'plus') throw new Error(packet.kind);
        expect(packet).toMatchObject({
          sessionId: 0x01020304,
          sequence: 9,
          encrypted: true,
          authenticated: true,
        });
        expect(open(keys, packet)).toEqual(message);
      }),
    );
  });

  it('the data of each command', () => {
    const id: device.DeviceId = {
      deviceId: 32,
      deviceRevision: 1,
      firmwareMajor: 4,
      firmwareMinor: 27,
      ipmiVersion: '2.0',
      manufacturer: 10876,
      product: 0x0948,
    };
    const auth = { channel: 1, rmcpPlus: true, bmcKeySet: false };
    const flags: boot.BootFlags = { valid: true, persistent: false, efi: true, device: 'pxe' };
    const parameter = { parameter: boot.BOOT_FLAGS, data: boot.encodeBootFlags(flags) };

    expect(device.decodeDeviceId(device.encodeDeviceId(id))).toEqual(id);
    expect(channel.encodeChannelAuthRequest(4).toString('hex')).toBe('8e04');
    expect(channel.decodeChannelCiphersRequest(channel.encodeChannelCiphersRequest(2))).toBe(2);
    expect(channel.decodeChannelAuth(channel.encodeChannelAuth(auth))).toEqual(auth);
    expect(boot.encodeBootFlags(flags).toString('hex')).toBe('a004000000');
    expect(boot.decodeBootFlags(boot.encodeBootFlags(flags))).toEqual(flags);
    expect(boot.decodeBootOptions(boot.encodeBootOptions(parameter))).toEqual(parameter);
    expect(session.decodeCloseSession(session.encodeCloseSession(0xfffffffe))).toBe(0xfffffffe);
    for (const op of ['on', 'off', 'cycle', 'reset', 'soft-off'] as const) {
      expect(chassis.decodeChassisControl(chassis.encodeChassisControl(op))).toBe(op);
    }
  });

  it('the list of cipher suites, page by page', () => {
    const records = cipherSuiteRecords([3, 17, 3, 17]);
    const first = channel.decodeChannelCiphers(channel.encodeChannelCiphers(1, records, 0));
    const second = channel.decodeChannelCiphers(channel.encodeChannelCiphers(1, records, 1));

    expect([first.last, second.last]).toEqual([false, true]);
    expect(suiteIdsOfRecords(Buffer.concat([first.records, second.records]))).toEqual([3, 17, 3, 17]);
  });
});

describe('codes', () => {
  it('have a text and their number', () => {
    expect(completionText(0xd5)).toBe('not supported in the present state (0xd5)');
    expect(completionText(0x42)).toBe('OEM code (0x42)');
    expect(completionText(0x90)).toBe('command-specific code (0x90)');
    expect(rmcpStatusText(0x11)).toBe('no matching cipher suite (0x11)');
  });
});
