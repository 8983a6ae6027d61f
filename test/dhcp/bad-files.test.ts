import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aMgmtNode } from '../builders/dnsmasq.ts';
import { aDnsmasq, filesOn, withText } from './a-dnsmasq.ts';
import { aWire } from './a-wire.ts';

const MAC = '52:54:00:77:00:0b';
const OTHER = '52:54:00:77:00:0c';
const two = { nodes: [aMgmtNode('n1', 11), aMgmtNode('n2', 12)] };
const [, version = ''] =
  /version (\d+\.\d+)/.exec(spawnSync('/usr/sbin/dnsmasq', ['--version']).stdout.toString()) ?? [];

describe('files that are not good', () => {
  it.each([
    ['dnsmasq.conf', 'dhcp-bogus=1\n', /bad option: dhcp-bogus=1$/],
    ['hosts', `${OTHER},n_2 x,1h\n`, /bad DHCP host name: dhcp-host=52:54:00:77:00:0c/],
    ['opts', 'tag:net-mgmt,option:nonsense,1\n', /: dhcp-option=tag:net-mgmt,option:nonsense,1$/],
  ])('a bad line in %s changes nothing: DHCP keeps answering', async (name, line, message) => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire);
    await dnsmasq.apply(filesOn(wire));
    const pid = dnsmasq.pid();
    const bad = withText(filesOn(wire, two), name, (text) => text + line);
    await expect(dnsmasq.apply(bad)).rejects.toMatchObject({
      code: 'check',
      message: expect.stringMatching(message),
    });
    expect(readFileSync(join(wire.directory, name), 'utf8')).toBe(filesOn(wire).get(name));
    expect(dnsmasq.view()).toMatchObject({
      state: 'problem',
      message: expect.stringMatching(/; the last good files stay in force$/),
    });
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
    expect(dnsmasq.pid()).toBe(pid);
    expect(await dnsmasq.apply(filesOn(wire, two))).toBe('reloaded');
    expect(dnsmasq.view().state).toBe('ok');
  });

  it('a refused change after a start: the files of the run before are answered from', async () => {
    const wire = aWire();
    const before = await aDnsmasq(wire);
    await before.apply(filesOn(wire));
    await before.close();
    const dnsmasq = await aDnsmasq(wire);
    const bad = withText(filesOn(wire), 'hosts', (text) => `${text}${OTHER},n_2 x,1h\n`);
    const up = dnsmasq.logged('opts');
    await expect(dnsmasq.apply(bad)).rejects.toMatchObject({ code: 'check' });
    await up;
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
  });

  it('what passes the check but does not start is rolled back', async () => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire, { retry: 60_000 });
    await dnsmasq.apply(filesOn(wire));
    const bad = withText(filesOn(wire), 'dnsmasq.conf', (text) =>
      text.replace('tftp-root=', 'tftp-root=/no/where'),
    );
    await expect(dnsmasq.apply(bad)).rejects.toMatchObject({
      code: 'start',
      message: expect.stringMatching(/TFTP directory .* inaccessible/),
    });
    expect(readFileSync(join(wire.directory, 'dnsmasq.conf'), 'utf8')).toBe(
      filesOn(wire).get('dnsmasq.conf'),
    );
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
  });

  it('what makes it crash at SIGHUP (`set:`, up to 2.90) is rolled back', async () => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire, { retry: 60_000 });
    const tagged = withText(filesOn(wire), 'hosts', (text) => text.replace(',10', ',set:x,10'));
    await dnsmasq.apply(tagged);
    await wire.lease(MAC);
    const pid = dnsmasq.pid();
    const more = withText(tagged, 'hosts', (text) => `${text}${OTHER},10.77.0.12,n2,1h\n`);
    const outcome = await dnsmasq.apply(more).catch((error) => error.code);
    const crashes = version <= '2.90';
    expect(outcome).toBe(crashes ? 'reload' : 'reloaded');
    expect(dnsmasq.pid() !== pid).toBe(crashes);
    expect(dnsmasq.serves([`${OTHER},10.77.0.12,n2,1h`])).toBe(!crashes);
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
  });

  it('does not crash at SIGHUP with the files that are rendered', async () => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire);
    await dnsmasq.apply(filesOn(wire));
    for (const files of [filesOn(wire, two), filesOn(wire), filesOn(wire, two)]) {
      await wire.lease(MAC);
      expect(await dnsmasq.apply(files)).toBe('reloaded');
    }
    expect(dnsmasq.problems).toEqual([]);
  });

  it('files that its user may not read are no start', async () => {
    const wire = aWire();
    chmodSync(wire.directory, 0o700);
    const dnsmasq = await aDnsmasq(wire, { retry: 60_000 });
    await expect(dnsmasq.apply(filesOn(wire))).rejects.toMatchObject({
      code: 'start',
      message: expect.stringContaining('Permission denied'),
    });
  });

  it('a directory that cannot be written: what is in force stays', async () => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire, { retry: 60_000 });
    await dnsmasq.apply(filesOn(wire));
    // A scratch file that cannot be opened stands for a full disk.
    mkdirSync(join(wire.directory, '.hosts.new'));
    await expect(dnsmasq.apply(filesOn(wire, two))).rejects.toMatchObject({ code: 'write' });
    expect(dnsmasq.view().message).toMatch(/cannot be written: .*; the last good files stay in force$/);
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
  });
});
