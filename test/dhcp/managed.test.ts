import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aMgmtNode, aNetwork } from '../builders/dnsmasq.ts';
import { aDnsmasq, filesOn } from './a-dnsmasq.ts';
import { anOrphan, aPortTaker, aWire } from './a-wire.ts';

const MAC = '52:54:00:77:00:0b';
const OTHER = '52:54:00:77:00:0c';
const STRANGER = '52:54:00:99:00:01';
const TFTP = ['busybox', 'tftp', '-g', '-l', '-', '-r'];
const two = { nodes: [aMgmtNode('n1', 11), aMgmtNode('n2', 12)] };

describe('a managed dnsmasq', () => {
  it('gives a known machine its address and options, and an unknown one nothing', async () => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire);
    expect(await dnsmasq.apply(filesOn(wire))).toBe('restarted');
    expect(await wire.lease(MAC)).toMatchObject({
      ip: '10.77.0.11',
      subnet: '255.255.255.0',
      router: '10.77.0.1',
      dns: '10.77.0.1',
      ntpsrv: '10.77.0.1',
      domain: 'karoo.example.org',
      hostname: 'n1',
      lease: '3600',
    });
    expect(await wire.lease(STRANGER, 2)).toBeNull();
    expect(dnsmasq.seen).toEqual([
      { kind: 'offer', mac: MAC, address: '10.77.0.11', pxe: false, detail: expect.stringMatching(/^udhcp/) },
      { kind: 'ack', mac: MAC, address: '10.77.0.11', pxe: false, detail: expect.stringMatching(/^udhcp/) },
      ...Array(2).fill({ kind: 'ignored', mac: STRANGER, address: '', pxe: false, detail: '' }),
    ]);
    expect(dnsmasq.view()).toMatchObject({ state: 'ok', message: 'answers 1 interface of the inventory' });
    expect(dnsmasq.problems).toEqual([]);
  });

  it('answers for the names of machines that never had a lease, and sends loaders by TFTP', async () => {
    const wire = aWire();
    writeFileSync(join(wire.directory, 'tftp', 'snponly.efi'), 'loader');
    const dnsmasq = await aDnsmasq(wire);
    await dnsmasq.apply(filesOn(wire, two));
    await wire.lease(MAC);
    await wire.run('ip', 'addr', 'add', '10.77.0.11/24', 'dev', 'cli0');
    expect(await wire.run('busybox', 'nslookup', 'n2.karoo.example.org', '10.77.0.1')).toContain(
      '10.77.0.12',
    );
    const sent = dnsmasq.logged('sent ');
    expect(await wire.run(...TFTP, 'snponly.efi', '10.77.0.1')).toBe('loader');
    await sent;
    expect(dnsmasq.seen.at(-1)).toEqual({
      kind: 'tftp',
      mac: MAC,
      address: '10.77.0.11',
      pxe: true,
      detail: 'snponly.efi',
    });
  });

  it('gives IPv6 addresses by MAC too', async () => {
    const wire = aWire();
    const node = aMgmtNode('n2', 12).with({
      interfaces: [{ name: 'eno1', mac: OTHER, network: 'mgmt6', address: 'fd77::12', boot: true }],
      bootAddress: 'fd77::12',
    });
    const networks = [aNetwork('mgmt6', 'fd77::/64', { dns: ['fd77::1'] })];
    const dnsmasq = await aDnsmasq(wire);
    await dnsmasq.apply(filesOn(wire, { nodes: [node], networks }));
    expect(await wire.lease6(STRANGER, 1)).toBe('');
    const told = await wire.lease6(OTHER);
    expect(told).toMatch(/^3 .*fd770000000000000000000000000012/m);
    expect(told).toMatch(/^23 fd770000000000000000000000000001$/m);
    expect(dnsmasq.seen.map(({ kind, mac, address }) => [kind, mac, address])).toEqual([
      ['offer', OTHER, 'fd77::12'],
      ['ack', OTHER, 'fd77::12'],
    ]);
  });

  it('reloads for another machine, keeps leases, and restarts only for dnsmasq.conf', async () => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire);
    await dnsmasq.apply(filesOn(wire));
    expect(await wire.lease(MAC)).not.toBeNull();
    const pid = dnsmasq.pid();
    expect(dnsmasq.serves([`${OTHER},10.77.0.12,n2,1h`])).toBe(false);

    expect(await dnsmasq.apply(filesOn(wire, two))).toBe('reloaded');
    expect(dnsmasq.serves([`${OTHER},10.77.0.12,n2,1h`])).toBe(true);
    expect(await wire.lease(OTHER)).toMatchObject({ ip: '10.77.0.12' });
    expect(await dnsmasq.apply(filesOn(wire))).toBe('reloaded');
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
    expect(dnsmasq.pid()).toBe(pid);
    expect(readFileSync(join(wire.directory, 'leases'), 'utf8')).toContain(`${MAC} 10.77.0.11 n1`);

    const longer = { networks: [aNetwork('mgmt', '10.77.0.0/24', { leaseTime: 7_200_000 })] };
    expect(await dnsmasq.apply(filesOn(wire, longer))).toBe('restarted');
    expect(dnsmasq.pid()).not.toBe(pid);
    expect(readFileSync(join(wire.directory, 'leases'), 'utf8')).toContain(`${MAC} 10.77.0.11 n1`);
    expect(await wire.lease(MAC)).toMatchObject({ lease: '7200' });
    expect(dnsmasq.applied).toEqual(['restarted', 'reloaded', 'reloaded', 'restarted']);
  });

  it('says that an interface does not exist', async () => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire);
    await dnsmasq.apply(filesOn(wire, { dnsmasq: { interfaces: [wire.interface, 'eno9'] } }));
    expect(dnsmasq.view()).toMatchObject({
      state: 'ok',
      message: 'answers 1 interface of the inventory; warning: interface eno9 does not currently exist',
    });
  });

  it('does nothing when nothing has changed: no SIGHUP, and no file is touched', async () => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire);
    await dnsmasq.apply(filesOn(wire));
    const lines = dnsmasq.log.length;
    expect(await dnsmasq.apply(filesOn(wire))).toBe('unchanged');
    // A lease behind it in the log: whatever a reload had said would stand before.
    await wire.lease(MAC);
    expect(dnsmasq.log.slice(lines).filter((line) => / read |started/.test(line))).toEqual([]);
    expect(dnsmasq.applied).toEqual(['restarted']);
  });

  it('takes wishes that come fast as one', async () => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire, { gap: 200 });
    await dnsmasq.apply(filesOn(wire));
    const answers = await Promise.all(
      [filesOn(wire, two), filesOn(wire), filesOn(wire, two)].map(dnsmasq.apply),
    );
    expect(answers).toEqual(['reloaded', 'reloaded', 'reloaded']);
    expect(dnsmasq.applied).toEqual(['restarted', 'reloaded']);
  });

  it('comes back when it is killed', async () => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire);
    await dnsmasq.apply(filesOn(wire));
    const pid = dnsmasq.pid();
    const back = dnsmasq.next('recovered');
    process.kill(pid, 'SIGKILL');
    await back;
    expect(dnsmasq.problems).toEqual([
      expect.objectContaining({ code: 'died', message: 'dnsmasq ended by itself: it was ended by SIGKILL' }),
    ]);
    expect(dnsmasq.view().state).toBe('ok');
    expect(dnsmasq.pid()).not.toBe(pid);
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
  });

  it('is ended and started again when it hangs', async () => {
    const wire = aWire();
    writeFileSync(join(wire.directory, 'tftp', 'alive'), 'barewright');
    let reachable = false;
    const ask = async () => {
      if (!reachable) return null;
      return (await wire.run('timeout', '1', ...TFTP, 'alive', '10.77.0.1')) === 'barewright';
    };
    const dnsmasq = await aDnsmasq(wire, { silence: { ask, interval: 10 } });
    await dnsmasq.apply(filesOn(wire));
    await wire.lease(MAC);
    await wire.run('ip', 'addr', 'add', '10.77.0.11/24', 'dev', 'cli0');
    reachable = true;
    await dnsmasq.logged('sent ');
    const back = dnsmasq.next('recovered');
    process.kill(dnsmasq.pid(), 'SIGSTOP');
    await back;
    reachable = false;
    expect(dnsmasq.problems).toEqual([expect.objectContaining({ code: 'silent' })]);
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
  });

  it('says that the port is taken, and comes up when it is free', async () => {
    const wire = aWire();
    const taker = await aPortTaker(wire);
    const dnsmasq = await aDnsmasq(wire);
    await expect(dnsmasq.apply(filesOn(wire))).rejects.toMatchObject({
      code: 'start',
      message: expect.stringContaining('Address already in use'),
    });
    expect(dnsmasq.view()).toMatchObject({
      state: 'problem',
      message: expect.stringMatching(/Address already in use; no machine is answered$/),
    });
    const up = dnsmasq.next('recovered');
    taker.kill();
    await up;
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
  });

  it('ends a dnsmasq that outlived its daemon, and takes its place', async () => {
    const wire = aWire();
    const before = await aDnsmasq(wire);
    await before.apply(filesOn(wire));
    await before.close();
    const orphan = await anOrphan(wire);
    const dnsmasq = await aDnsmasq(wire);
    expect(await dnsmasq.apply(filesOn(wire))).toBe('restarted');
    expect(orphan.signalCode ?? orphan.exitCode).not.toBeNull();
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
  });

  it('leaves no process behind when it is closed', async () => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire);
    await dnsmasq.apply(filesOn(wire));
    await dnsmasq.close();
    expect(() => process.kill(dnsmasq.pid(), 0)).toThrow(expect.objectContaining({ code: 'ESRCH' }));
    await expect(dnsmasq.apply(filesOn(wire))).rejects.toMatchObject({ message: 'the daemon ends' });
  });
});
