/** Our own client against a BMC that misbehaves. */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBmcMemory } from '../../src/drivers/bmc-memory.ts';
import type { BmcFault } from '../../src/lab/bmc/faults.ts';
import { type ABmc, aBmc } from './a-bmc.ts';
import { ownClient, SHORT_OPEN, SHORT_READ, SHORT_WRITE } from './a-client.ts';

const LOSSY = {
  open: [15, 15, 30, 60, 120, 200],
  login: [15, 15, 30, 60, 120, 200],
  read: [15, 15, 30, 60, 120, 200],
  write: 60,
  close: [20, 20],
};

describe('the password', () => {
  it('that is wrong is sent exactly once, until the secret changes', async () => {
    const bmc = await aBmc();
    const where = { ...bmc, memory: createBmcMemory() };
    const wrong = ownClient({ ...where, password: 'wrong' });

    await expect(wrong.readPower()).rejects.toMatchObject({ kind: 'auth' });
    await expect(wrong.setPower('on')).rejects.toThrow('not tried again until the secret changes');
    await expect(ownClient({ ...where, password: 'wrong' }).readPower()).rejects.toMatchObject({
      kind: 'auth',
    });
    expect(bmc.seen).toMatchObject({ open: 1, rakp1: 1 });

    expect(await ownClient(where).readPower()).toBe('off');
    expect(bmc.seen).toMatchObject({ open: 2, rakp1: 2 });
  });

  it('that is wrong leaves no session behind', async () => {
    const bmc = await aBmc({ sessions: 1 });
    await expect(ownClient({ ...bmc, password: 'wrong' }).readPower()).rejects.toMatchObject({
      kind: 'auth',
    });

    expect(await ownClient(bmc).readPower()).toBe('off');
  });

  it('that is too long for the protocol is not sent at all', async () => {
    const bmc = await aBmc();
    const driver = ownClient({ ...bmc, password: 'twenty-one characters' });

    await expect(driver.readPower()).rejects.toThrow('the password is longer than 20 bytes');
    expect(bmc.seen.receive).toBe(0);
  });

  it('of a mere user reads, and is refused to write', async () => {
    const bmc = await aBmc({ users: [{ name: 'admin', password: 'secret', privilege: 2 }] });
    const driver = ownClient(bmc);

    expect(await driver.readPower()).toBe('off');
    await expect(driver.setPower('on')).rejects.toMatchObject({ kind: 'privilege' });
    expect(await driver.readPower()).toBe('off');
  });
});

describe('sessions', () => {
  it('are closed after each command, also after one that failed', async () => {
    const bmc = await aBmc({ sessions: 1 });
    const driver = ownClient(bmc);
    for (let n = 0; n < 6; n++) await driver.readPower();
    await expect(driver.setPower('reset')).rejects.toMatchObject({ kind: 'invalid-state' });
    bmc.faults.control = 'no-answer';
    await expect(ownClient(bmc, SHORT_WRITE).setPower('on')).rejects.toMatchObject({ kind: 'timeout' });

    expect(bmc.bmc.sessionCount()).toBe(0);
  });

  it('that are all taken make the BMC busy', async () => {
    const bmc = await aBmc();
    bmc.faults.open = 'full';

    await expect(ownClient(bmc).readPower()).rejects.toMatchObject({ kind: 'busy', recourse: 'wait' });
    expect(bmc.seen.open).toBe(1);
  });

  it('ask for suite 17 first, then for 3, and remember', async () => {
    const bmc = await aBmc({ suites: [3] });
    const driver = ownClient(bmc);
    await driver.readPower();
    expect(bmc.seen.open).toBe(2);
    await driver.readPower();
    expect(bmc.seen.open).toBe(3);
  });

  it('without a common suite fail as cipher, each suite asked for once', async () => {
    const bmc = await aBmc({ suites: [] });

    await expect(ownClient(bmc).readPower()).rejects.toMatchObject({ kind: 'cipher' });
    expect(bmc.seen.open).toBe(2);
  });
});

describe('a write', () => {
  it.each(['drop', 'no-answer'] as const)('whose answer is missing (%s) is not repeated', async (fault) => {
    const bmc = await aBmc();
    bmc.faults.control = fault;

    const write = ownClient(bmc, SHORT_WRITE).setPower('on');
    await expect(write).rejects.toMatchObject({ kind: 'timeout', recourse: 'reread' });
    expect(bmc.seen.control).toBe(1);
    expect(bmc.ops).toEqual(fault === 'drop' ? [] : ['on']);
  });

  it.each([
    ['code:192', 'busy'],
    ['code:210', 'not-ready'],
    ['code:212', 'privilege'],
    ['code:213', 'invalid-state'],
    ['code:193', 'unsupported'],
    ['code:255', 'protocol'],
  ] as const)('that is refused with %s is an error of kind %s', async (fault, kind) => {
    const bmc = await aBmc();
    bmc.faults.control = fault;

    await expect(ownClient(bmc).setPower('on')).rejects.toMatchObject({ name: 'PowerError', kind });
    expect(bmc.seen.control).toBe(1);
  });

  it('that is accepted and does nothing resolves: only reading shows it', async () => {
    const bmc = await aBmc();
    bmc.faults.control = 'ignore';
    const driver = ownClient(bmc);
    await driver.setPower('on');

    expect(await driver.readPower()).toBe('off');
  });
});

describe('the next boot', () => {
  it('is set valid, once, and with EFI where the firmware is', async () => {
    const bmc = await aBmc();
    await ownClient(bmc).setNextBoot('pxe', 'uefi');
    expect(bmc.nextBoot()).toEqual({ valid: true, persistent: false, efi: true, device: 'pxe' });
    await ownClient(bmc).setNextBoot('disk', 'bios');
    expect(bmc.nextBoot()).toEqual({ valid: true, persistent: false, efi: false, device: 'disk' });
  });

  it('that does not stick is not confirmed', async () => {
    const bmc = await aBmc();
    bmc.faults['boot-flags'] = 'ignore';

    await expect(ownClient(bmc).setNextBoot('pxe', 'uefi')).rejects.toMatchObject({ kind: 'not-confirmed' });
  });

  it('that looks right from an older command is not believed', async () => {
    const bmc = await aBmc();
    await ownClient(bmc).setNextBoot('pxe', 'uefi');
    bmc.bmc.takeBootFlags();
    bmc.faults['boot-flags'] = 'ignore';

    await expect(ownClient(bmc).setNextBoot('pxe', 'uefi')).rejects.toMatchObject({ kind: 'not-confirmed' });
  });

  it('whose answer is lost is read back instead of set again', async () => {
    const bmc = await aBmc();
    bmc.faults['boot-flags'] = 'no-answer';
    await ownClient(bmc, SHORT_WRITE).setNextBoot('pxe', 'uefi');

    expect(bmc.seen['boot-flags']).toBe(1);
    expect(bmc.nextBoot().device).toBe('pxe');
  });

  it('that never arrived is a timeout', async () => {
    const bmc = await aBmc();
    bmc.faults['boot-flags'] = 'drop';

    await expect(ownClient(bmc, SHORT_WRITE).setNextBoot('pxe', 'uefi')).rejects.toMatchObject({
      kind: 'timeout',
    });
    expect(bmc.seen['boot-flags']).toBe(1);
  });
});

describe('the network', () => {
  it('that is silent makes the BMC unreachable', async () => {
    const bmc = await aBmc();
    bmc.faults.receive = 'drop';

    await expect(ownClient(bmc, SHORT_OPEN).readPower()).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(ownClient(bmc, SHORT_OPEN).setPower('on')).rejects.toMatchObject({ kind: 'unreachable' });
    expect(bmc.ops).toEqual([]);
  });

  it('that breaks in the middle of a session is a timeout', async () => {
    const bmc = await aBmc();
    bmc.faults.command = 'drop';

    await expect(ownClient(bmc, SHORT_READ).readPower()).rejects.toMatchObject({ kind: 'timeout' });
    expect(bmc.seen.command).toBeGreaterThan(SHORT_READ.read.length);
  });

  it('that cannot be resolved is unreachable', async () => {
    const driver = ownClient({ host: 'no-such-host.invalid', port: 623 });

    await expect(driver.readPower()).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('may lose 30 % both ways: reads come through, writes are done at most once each', async () => {
    // Lost farewells leave sessions behind, and twelve reads go at once: not a test of full tables.
    const bmc = await aBmc({ sessions: 100 });
    const lose = seededLoss(0.3);
    bmc.faults.receive = lose;
    bmc.faults.reply = lose;
    const driver = ownClient(bmc, LOSSY);
    const reads = await Promise.all(Array.from({ length: 12 }, () => outcome(driver.readPower())));
    expect(reads.filter((read) => read === 'off').length).toBeGreaterThanOrEqual(8);
    expect(reads.filter((read) => read === 'auth')).toEqual([]);

    for (let n = 1; n <= 8; n++) {
      const result = await outcome(driver.setPower('on'));
      expect(['done', 'timeout', 'unreachable', 'busy']).toContain(result);
      expect(bmc.ops.length).toBeLessThanOrEqual(n);
      if (result === 'done') expect(bmc.power).toBe(true);
    }
  });

  it('may answer late: an answer to an earlier packet is still an answer', async () => {
    const bmc = await aBmc();
    bmc.faults.reply = 'delay:20';
    const timing = { open: [12, 1000], login: [12, 1000], read: [12, 1000], write: 1000, close: [1000] };

    expect(await ownClient(bmc, timing).readPower()).toBe('off');
  });

  it('may answer garbage: noise is no answer', async () => {
    const { host, port } = await anEcho();

    await expect(ownClient({ host, port }, SHORT_OPEN).readPower()).rejects.toMatchObject({
      kind: 'unreachable',
    });
  });

  it('may garble answers: a read fails as protocol, a write as one that may have been done', async () => {
    const bmc = await aBmc();
    const relay = await aGarbler(bmc);
    await expect(ownClient(relay, SHORT_READ).readPower()).rejects.toMatchObject({ kind: 'protocol' });
    relay.letThrough = 1;
    await expect(ownClient(relay, SHORT_WRITE).setPower('on')).rejects.toMatchObject({ kind: 'timeout' });
    expect(bmc.ops).toEqual(['on']);
  });
});

/** A multiplicative generator (Park and Miller), so that a failing run can be had again. */
function seededLoss(share: number): () => BmcFault {
  let state = 20_261;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 < share ? 'drop' : 'ok';
  };
}

async function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    (result) => (typeof result === 'string' ? result : 'done'),
    (error: { kind: string }) => error.kind,
  );
}

/** Sends every packet back to its sender. */
async function anEcho(): Promise<Pick<ABmc, 'host' | 'port'>> {
  const socket = createSocket('udp4', (packet, { address, port }) => socket.send(packet, port, address));
  const listening = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await listening;
  onTestFinished(() => void socket.close());
  return { host: '127.0.0.1', port: socket.address().port };
}

/** Stands before a BMC and changes the last byte of its answers to commands, after letting some through. */
async function aGarbler(bmc: Pick<ABmc, 'host' | 'port'>) {
  let client = { address: '', port: 0 };
  const socket = createSocket('udp4', (packet, sender) => {
    if (sender.port !== bmc.port) {
      client = sender;
      return socket.send(packet, bmc.port, bmc.host);
    }
    const inSession = packet[5] === 0xc0;
    if (inSession && relay.letThrough-- <= 0) packet[packet.length - 1] = (packet.at(-1) ?? 0) ^ 0xff;
    socket.send(packet, client.port, client.address);
  });
  const listening = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await listening;
  onTestFinished(() => void socket.close());
  const relay = { host: '127.0.0.1', port: socket.address().port, letThrough: 0 };
  return relay;
}
