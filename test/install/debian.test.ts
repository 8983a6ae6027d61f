/**
 * The real Debian installer, unattended, on BIOS and on UEFI: from the commit to the settled machine, and into it by SSH.
 * Under emulation a machine takes about a quarter of an hour.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inNamespace } from '../../src/lab/qemu/network.ts';
import { aWorld, type World } from '../metal/a-world.ts';
import { untilTrue } from '../promises/scene.ts';
import { aMirror, serveMirror } from './a-mirror.ts';
import { type InstallNode, installSite } from './a-site.ts';

const NODES: readonly InstallNode[] = [
  {
    ...{ name: 'bios', mac: '52:54:00:77:00:01', host: '127.77.0.1', address: '10.77.0.11' },
    firmware: 'bios' as const,
  },
  {
    ...{ name: 'uefi', mac: '52:54:00:77:00:02', host: '127.77.0.2', address: '10.77.0.12' },
    firmware: 'uefi' as const,
  },
].filter(({ name }) => (process.env['BAREWRIGHT_INSTALL'] ?? 'bios,uefi').split(',').includes(name));
const LONG = 75 * 60_000;

let world: World;
let keys: string;
let endMirror = () => {};

beforeAll(async () => {
  keys = mkdtempSync(join(tmpdir(), 'barewright-keys-'));
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ops@test', '-f', join(keys, 'id')]);
  const mirror = aMirror();
  const sshKey = readFileSync(join(keys, 'id.pub'), 'utf8').trim();
  world = await aWorld({
    machines: NODES.map(({ name, mac, host, firmware }) => ({
      ...{ name, mac, firmware, bmc: { host, port: 6230 }, memoryMb: 1_280, disk: { sizeGb: 6 } },
    })),
    files: installSite({ nodes: NODES, mirror, sshKey }),
  });
  endMirror = await serveMirror(world.rack, mirror);
}, 10 * 60_000);
afterAll(async () => {
  endMirror();
  await world?.close();
  rmSync(keys, { recursive: true, force: true });
}, 60_000);

/** What a command says on the machine, as the user `ops`. */
async function on({ address }: InstallNode, command: string): Promise<string> {
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
    'BatchMode=yes',
  ];
  const ssh = [
    'ssh',
    '-i',
    join(keys, 'id'),
    ...options.flatMap((one) => ['-o', one]),
    `ops@${address}`,
    command,
  ];
  const [program, args] = inNamespace(world.rack.namespace, ssh);
  return (await execa(program, args, { timeout: 120_000 })).stdout;
}

describe.each(NODES)('the Debian installer on $firmware', (node) => {
  it(
    'installs as the profile says, restarts when the daemon has taken note, and settles',
    async () => {
      const { name } = node;
      await untilTrue(() => world.state(name)?.phase === 'held', world.story, 120_000, 500);
      const after = world.events().at(-1)?.id ?? 0;
      await world.cli('approve', name, '--why', 'new machine');
      const settled = await world.happened('InstallSettled', { node: name, after }, LONG);
      const events = world.events({ node: name, after });
      const at = (reason: string) => events.find((event) => event.reason === reason)?.time ?? Number.NaN;
      const began = at('AttemptStarted');
      const seconds = (time: number) => Math.round((time - began) / 1_000);
      const steps = events.filter(({ reason }) => reason === 'InstallProgress');
      console.log(
        [
          ...steps.map(({ time, message }) => `${node.firmware} ${seconds(time)} s: ${message}`),
          `${node.firmware} installed after ${seconds(at('InstallCompleted'))} s, settled after ${seconds(settled.time)} s`,
        ].join('\n'),
      );
      expect(steps.map(({ message }) => message)).toContain(`partitioning /dev/vda (18 %)`);
      expect(world.state(name)).toMatchObject({ phase: 'settled', record: { profile: name, generation: 1 } });
    },
    LONG,
  );

  it('is what was declared, seen from inside', async () => {
    expect(await on(node, 'id -nG')).toContain('docker');
    expect(await on(node, 'sudo -n id -u')).toBe('0');
    expect(await on(node, 'sudo getent shadow root | cut -d: -f2')).toMatch(/^[!*]/);
    expect(await on(node, 'sudo getent shadow guest | cut -d: -f2')).toMatch(/^\$6\$saltsalt\$/);
    expect(await on(node, 'cat /etc/late-mark')).toBe(`${node.name} ${node.name} amd64`);
    expect(await on(node, 'dpkg -s tree | grep ^Status')).toBe('Status: install ok installed');
    expect(await on(node, 'hostname -f')).toBe(`${node.name}.install.test`);
    expect(await on(node, 'cat /proc/cmdline')).toContain('console=ttyS0,115200n8 panic=30');
    expect(await on(node, 'readlink /etc/localtime')).toContain('Africa/Johannesburg');
    expect(await on(node, 'ip -o -4 addr show eth0')).toContain(`${node.address}/24`);
    expect(await on(node, 'ip route show default')).toContain('via 10.77.0.1');
    expect(await on(node, 'sudo systemctl is-active systemd-networkd serial-getty@ttyS0')).toBe(
      'active\nactive',
    );
    expect(await on(node, 'sudo systemctl is-system-running || true')).toMatch(/^(running|starting)$/);
    const root = await on(node, 'findmnt -no SOURCE /');
    expect(root).toMatch(node.firmware === 'bios' ? /^\/dev\/vda2$/ : /^\/dev\/mapper\/system-root$/);
    expect(await on(node, 'sudo swapon --show=NAME --noheadings | wc -l')).toBe(
      node.firmware === 'bios' ? '1' : '0',
    );
    expect(await on(node, 'test -d /sys/firmware/efi && echo uefi || echo bios')).toBe(node.firmware);
  }, 300_000);

  it('promise 10: no token of the install is left on the disk', async () => {
    expect(
      await on(node, 'sudo grep -rlE "/i/[A-Za-z0-9_-]{20,}" /etc /var/log /root 2>/dev/null || true'),
    ).toBe('');
  }, 300_000);
});
