/** The simulated BMC by itself: no sockets, time that is told. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandomPool } from '../../src/drivers/ipmi/random-pool.ts';
import { cipherSuite } from '../../src/ipmi/cipher-suite.ts';
import {
  encodeBootFlags,
  encodeSetBootOptions,
  KEEP_AFTER_TIMEOUT,
} from '../../src/ipmi/commands/boot-options.ts';
import { encodeChassisControl } from '../../src/ipmi/commands/chassis.ts';
import { decodeResponse, encodeRequest, type IpmiRequest } from '../../src/ipmi/message.ts';
import { decodeOpenResponse, encodeOpenRequest } from '../../src/ipmi/open-session.ts';
import { decodePacket, encodePlainPlus, type PlusPacket } from '../../src/ipmi/packet.ts';
import { decodeRakp2, encodeRakp1, encodeRakpCode } from '../../src/ipmi/rakp.ts';
import { rakp3Code, sessionIntegrityKey, sessionKeys } from '../../src/ipmi/rakp-keys.ts';
import { encodePing } from '../../src/ipmi/rmcp.ts';
import { open, seal } from '../../src/ipmi/session.ts';
import { type BmcOptions, createBmc } from '../../src/lab/bmc/bmc.ts';
import { RECORDED } from '../ipmi/recorded.ts';

const random = createRandomPool();
const SUITE = cipherSuite(17);

function setup(options: Partial<BmcOptions> = {}) {
  const ops: string[] = [];
  const time = { now: 1_000_000 };
  const bmc = createBmc({
    users: [{ name: 'admin', password: 'secret' }],
    random,
    now: () => time.now,
    chassis: {
      powerOn: () => true,
      control: (op) => {
        ops.push(op);
        return undefined;
      },
    },
    ...options,
  });

  function exchange(packet: Buffer, from?: string): PlusPacket | undefined {
    let answer: PlusPacket | undefined;
    bmc.handle(
      packet,
      (bytes) => {
        const decoded = decodePacket(bytes);
        if (decoded.kind === 'plus') answer = decoded;
      },
      from,
    );
    return answer;
  }

  function openSession(consoleId: number, from?: string) {
    const request = encodeOpenRequest({ tag: 1, privilege: 4, consoleId }, SUITE);
    const answer = exchange(encodePlainPlus(0x10, request), from);
    if (!answer) throw new Error('no answer to Open Session');
    return decodeOpenResponse(answer.payload);
  }

  /** A session at privilege "operator" and a way to send in it. */
  function logIn(consoleId = 1) {
    const { bmcId } = openSession(consoleId);
    const username = Buffer.from('admin');
    const password = Buffer.from('secret');
    const consoleRandom = random(16);
    const rakp1 = encodeRakp1({ tag: 2, bmcId, consoleRandom, role: 0x14, username });
    const answer = exchange(encodePlainPlus(0x12, rakp1));
    if (!answer) throw new Error('no answer to RAKP 1');
    const { bmcRandom, guid } = decodeRakp2(answer.payload, SUITE.codeLength);
    const parts = { consoleId, bmcId, consoleRandom, bmcRandom, guid, role: 0x14, username };
    const code = rakp3Code(SUITE, password, parts);
    exchange(encodePlainPlus(0x14, encodeRakpCode({ tag: 3, status: 0, sessionId: bmcId, code })));
    const keys = sessionKeys(SUITE, sessionIntegrityKey(SUITE, password, parts));
    let sequence = 0;

    function sealed(request: Partial<IpmiRequest> & { command: number }): Buffer {
      sequence += 1;
      const message = encodeRequest({ netFn: 0, sequence: sequence & 0x3f, ...request });
      return seal(keys, 0, bmcId, sequence, message, random(16));
    }
    function send(packet: Buffer): number | undefined {
      const reply = exchange(packet);
      return reply && decodeResponse(open(keys, reply)).completionCode;
    }
    const command = (number: number, data: Buffer = Buffer.alloc(0), netFn = 0) =>
      send(sealed({ command: number, data, netFn }));
    expect(command(0x3b, Buffer.from([3]), 6)).toBe(0);
    return {
      sealed,
      send,
      command,
      setBoot: (p: number, data: Buffer) => command(8, encodeSetBootOptions(p, data)),
    };
  }

  return { bmc, ops, time, exchange, openSession, logIn };
}

const PXE_ONCE = encodeBootFlags({ valid: true, persistent: false, efi: true, device: 'pxe' });
const PXE_ALWAYS = encodeBootFlags({ valid: true, persistent: true, efi: false, device: 'pxe' });

describe('sessions', () => {
  it('fill a table of four, and the fifth is refused', () => {
    const { openSession } = setup();
    expect([1, 2, 3, 4, 5].map((id) => openSession(id).status)).toEqual([0, 0, 0, 0, 1]);
  });

  it('are one when the request is repeated', () => {
    const { bmc, openSession } = setup();
    const first = openSession(1, '127.0.0.1:4000');
    expect(openSession(1, '127.0.0.1:4000').bmcId).toBe(first.bmcId);
    expect(openSession(1, '127.0.0.1:4001').bmcId).not.toBe(first.bmcId);
    expect(bmc.sessionCount()).toBe(2);
  });

  it('are taken back: a log-in after 5 s, a session after a minute without use', () => {
    const { bmc, time, openSession, logIn } = setup();
    openSession(1);
    const { command } = logIn(2);
    time.now += 5_000;
    expect(bmc.sessionCount()).toBe(1);
    time.now += 54_999;
    expect(command(1)).toBe(0);
    time.now += 59_999;
    expect(bmc.sessionCount()).toBe(1);
    time.now += 1;
    expect(bmc.sessionCount()).toBe(0);
    expect(command(1)).toBeUndefined();
  });
});

describe('packets', () => {
  it('that come again are answered again and done once', () => {
    const { ops, logIn } = setup();
    const { sealed, send } = logIn();
    const reset = { command: 2, data: encodeChassisControl('reset'), sequence: 9 };
    const packet = sealed(reset);

    expect([send(packet), send(packet), send(sealed(reset))]).toEqual([0, 0, 0]);
    expect(ops).toEqual(['reset']);
  });

  it('that are old, far ahead or of another session are not answered', () => {
    const { logIn } = setup();
    const { sealed, send } = logIn();
    const packets = Array.from({ length: 40 }, () => sealed({ command: 1 }));
    const [first, second, ...others] = packets;

    expect(first && send(first)).toBe(0);
    expect(second && send(second)).toBe(0);
    expect(first && send(first)).toBeUndefined();
    expect(send(others.at(-1) ?? Buffer.alloc(0))).toBeUndefined();
    expect(others[5] && send(others[5])).toBe(0);
    expect(others[2] && send(others[2])).toBe(0);
  });

  it('ask for commands that are unknown, forbidden or garbled', () => {
    const { logIn } = setup();
    const { command } = logIn();

    expect(command(0x7f)).toBe(0xc1);
    expect(command(2, Buffer.from([9]))).toBe(0xcc);
    expect(command(2)).toBe(0xcc);
    expect(command(9, Buffer.from([99, 0, 0]))).toBe(0x80);
    expect(command(0x3b, Buffer.from([5]), 6)).toBe(0x81);
  });

  it('of presence are answered', () => {
    const { bmc } = setup();
    const answers: Buffer[] = [];
    bmc.handle(encodePing(3), (answer) => answers.push(answer));
    expect(answers.map((answer) => decodePacket(answer))).toEqual([
      { kind: 'asf', type: 'pong', tag: 3, ipmi: true },
    ]);
  });
});

describe('boot flags', () => {
  it('lose their valid bit after a minute without a power command', () => {
    const { bmc, time, logIn } = setup();
    logIn().setBoot(5, PXE_ONCE);
    time.now += 59_999;
    expect(bmc.bootFlags().valid).toBe(true);
    time.now += 1;
    expect(bmc.bootFlags()).toMatchObject({ valid: false, device: 'pxe' });
  });

  it('get another minute from a power command', () => {
    const { bmc, time, logIn } = setup();
    const { setBoot, command } = logIn();
    setBoot(5, PXE_ONCE);
    time.now += 50_000;
    command(2, encodeChassisControl('on'));
    time.now += 50_000;
    expect(bmc.bootFlags().valid).toBe(true);
  });

  it('stay when parameter 3 says so', () => {
    const { bmc, time, logIn } = setup();
    const { setBoot } = logIn();
    setBoot(3, Buffer.from([KEEP_AFTER_TIMEOUT]));
    setBoot(5, PXE_ONCE);
    time.now += 3_600_000;
    expect(bmc.bootFlags().valid).toBe(true);
  });

  it('are used up by a boot, unless they are persistent', () => {
    const { bmc, logIn } = setup();
    const { setBoot } = logIn();
    setBoot(5, PXE_ONCE);
    expect([bmc.takeBootFlags().device, bmc.takeBootFlags().device]).toEqual(['pxe', 'none']);
    setBoot(5, PXE_ALWAYS);
    expect([bmc.takeBootFlags().device, bmc.takeBootFlags().device]).toEqual(['pxe', 'pxe']);
  });
});

describe('whatever comes in', () => {
  it('is answered at most once and never throws', () => {
    const { bmc } = setup();
    const truth = RECORDED.flatMap(({ suite: _, ...hex }) => Object.values(hex));
    const packet = fc.oneof(
      fc.uint8Array({ maxLength: 150 }).map((array) => Buffer.from(array)),
      fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from([6, 0, 255, 7, 6, ...array])),
      fc.tuple(fc.constantFrom(...truth), fc.nat(), fc.nat(255)).map(([hex, at, value]) => {
        const bytes = Buffer.from(hex, 'hex');
        bytes[at % bytes.length] = value;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(packet, (bytes) => {
        let answers = 0;
        bmc.handle(bytes, () => {
          answers += 1;
        });
        expect(answers).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2000 },
    );
    expect(bmc.sessionCount()).toBeLessThanOrEqual(4);
  });

  it('is a session with any commands in it', () => {
    const { logIn } = setup();
    const { command } = logIn();
    fc.assert(
      fc.property(
        fc.constantFrom(0, 6),
        fc.nat(255),
        fc.uint8Array({ maxLength: 20 }),
        (netFn, number, data) => {
          // Close Session would end the game.
          fc.pre(netFn !== 6 || number !== 0x3c);
          expect(command(number, Buffer.from(data), netFn)).toBeTypeOf('number');
        },
      ),
      { numRuns: 500 },
    );
  });
});
