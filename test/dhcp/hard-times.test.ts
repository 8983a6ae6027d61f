/** What a machine can do to a dnsmasq that was well: a full disk, a folder taken away, a user without rights. */

import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aMgmtNode, aNetwork } from '../builders/dnsmasq.ts';
import { aDnsmasq, filesOn } from './a-dnsmasq.ts';
import { aWire, type Wire } from './a-wire.ts';

const MAC = '52:54:00:77:00:0b';
const two = { nodes: [aMgmtNode('n1', 11), aMgmtNode('n2', 12)] };
/** Only a restart takes it in. */
const longer = { networks: [aNetwork('mgmt', '10.77.0.0/24', { leaseTime: 7_200_000 })] };

/** The directory becomes a file system of its own, of 256 KiB. */
function onSmallDisk({ directory }: Wire): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=755', 'tmpfs', directory]);
  onTestFinished(() => void execFileSync('umount', ['--lazy', directory]));
  mkdirSync(join(directory, 'tftp'));
}

function fill(directory: string): string {
  const file = join(directory, 'full');
  try {
    writeFileSync(file, Buffer.alloc(1 << 20));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  return file;
}

describe('a managed dnsmasq in hard times', () => {
  it('a full disk: the condition says so, DHCP goes on, and follows when there is room', async () => {
    const wire = aWire();
    onSmallDisk(wire);
    const dnsmasq = await aDnsmasq(wire);
    await dnsmasq.apply(filesOn(wire));
    const full = fill(wire.directory);
    await expect(dnsmasq.apply(filesOn(wire, two))).rejects.toMatchObject({
      code: 'write',
      message: expect.stringMatching(/^its files cannot be written: ENOSPC/),
    });
    expect(dnsmasq.view()).toMatchObject({
      state: 'problem',
      message: expect.stringMatching(/; the last good files stay in force$/),
    });
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
    const back = dnsmasq.next('recovered');
    rmSync(full);
    await back;
    expect(await wire.lease('52:54:00:77:00:0c')).toMatchObject({ ip: '10.77.0.12' });
  });

  it('a TFTP root that went away: a change that needs a restart says so, and comes when it is back', async () => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire);
    await dnsmasq.apply(filesOn(wire));
    const root = join(wire.directory, 'tftp');
    rmSync(root, { recursive: true });
    await expect(dnsmasq.apply(filesOn(wire, longer))).rejects.toMatchObject({
      code: 'start',
      message: expect.stringMatching(/TFTP directory .* inaccessible: No such file or directory/),
    });
    expect(dnsmasq.view().state).toBe('problem');
    const back = dnsmasq.next('recovered');
    mkdirSync(root);
    chmodSync(root, 0o755);
    await back;
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
  });

  it('needs no root: the capabilities of docs/systemd/barewright.service are enough', async () => {
    const unit = readFileSync(join(import.meta.dirname, '../../docs/systemd/barewright.service'), 'utf8');
    const names = /^AmbientCapabilities=(.*)$/m.exec(unit)?.[1]?.toLowerCase().replaceAll('cap_', '+') ?? '';
    const capabilities = `-all,${names.split(' ').join(',')}`;
    const wire = aWire();
    const [nobody, nogroup] = [65_534, 65_534];
    chownSync(wire.directory, nobody, nogroup);
    const sets = ['--inh-caps', '--ambient-caps', '--bounding-set'].flatMap((set) => [set, capabilities]);
    const as = [
      'setpriv',
      '--reuid',
      `${nobody}`,
      '--regid',
      `${nogroup}`,
      '--clear-groups',
      '--no-new-privs',
    ];
    const program = [...wire.program.slice(0, -1), ...as, ...sets, 'dnsmasq'];
    const dnsmasq = await aDnsmasq(wire, { program });
    await dnsmasq.apply(filesOn(wire));
    expect(readFileSync(`/proc/${dnsmasq.pid()}/status`, 'utf8')).toMatch(
      new RegExp(`^Uid:\\s+${nobody}\\s`, 'm'),
    );
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
    expect(await dnsmasq.apply(filesOn(wire, two))).toBe('reloaded');
    expect(dnsmasq.problems).toEqual([]);
  });
});
