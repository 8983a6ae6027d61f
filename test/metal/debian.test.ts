/**
 * A real Debian, on BIOS and UEFI side by side: its image written, its root grown, its users, agent and host keys put in,
 * then checked over SSH with the key that the profile declares and the host key that the machine has reported.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inNamespace } from '../../src/lab/qemu/network.ts';
import { untilTrue } from '../promises/scene.ts';
import { type MetalNode, siteFiles } from './a-site.ts';
import { aWorld, type World } from './a-world.ts';
import { debianArtifacts } from './deploy-artifacts.ts';

const NODES: MetalNode[] = (['bios', 'uefi'] as const).map((firmware, index) => ({
  ...{ name: `debian-${firmware}`, mac: `52:54:00:77:00:1${index}`, host: `127.77.0.1${index}` },
  ...{ address: `10.77.0.2${index}`, firmware, generation: 1, profile: 'debian' },
}));
const DISK_GB = 3;
/** For each rung: a machine under emulation, beside another one, takes about a minute to boot; on a busy one, many. */
const PATIENCE_S = 900;
const LONG = 1_800_000;

let world: World;
let keys: string;

beforeAll(async () => {
  keys = mkdtempSync(join(tmpdir(), 'barewright-keys-'));
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ops@test', '-f', join(keys, 'id')]);
  const publicKey = readFileSync(join(keys, 'id.pub'), 'utf8').trim();
  const options = {
    ...{ profile: 'debian', patience: PATIENCE_S, apply: 'echo "applied on $(hostname)" >/srv/mark' },
    users: [{ name: 'ops', groups: ['adm', 'experiment'], sudo: true, sshKeys: [publicKey] }],
  };
  world = await aWorld({
    machines: NODES.map(({ name, mac, host, firmware }) => ({
      ...{ name, mac, firmware, bmc: { host, port: 6230 }, memoryMb: 768, disk: { sizeGb: DISK_GB } },
    })),
    files: siteFiles(NODES, await debianArtifacts(), options),
  });
}, LONG);
afterAll(async () => {
  await world?.close();
  rmSync(keys, { recursive: true, force: true });
}, 60_000);

/**
 * Runs commands on the node as `ops`, whose host must be the one that has reported this key, in one session: each costs
 * seconds under emulation. Resolves to what each of them printed.
 */
async function ssh({ name, address }: MetalNode, ...commands: string[]): Promise<string[]> {
  const known = join(keys, `known_hosts.${name}`);
  writeFileSync(known, `${address} ${factOf(name, 'sshHostKey.ed25519')}\n`);
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${known}`];
  const [program, args] = inNamespace(world.rack.namespace, [
    ...['ssh', '-F', 'none', '-i', join(keys, 'id'), ...options.flatMap((option) => ['-o', option])],
    ...[`ops@${address}`, commands.join(`; echo ${BETWEEN}; `)],
  ]);
  const { stdout } = await execa(program, args, { timeout: 600_000 });
  return stdout.split(`${BETWEEN}\n`).map((text) => text.trimEnd());
}

const BETWEEN = '--------';

/** Of the report of its last boot. */
function factOf(node: string, fact: string): string | undefined {
  return world.state(node)?.facts[fact];
}

describe('a Debian image', () => {
  it(
    'is installed from a commit, reports and settles',
    async () => {
      for (const { name } of NODES) {
        await untilTrue(() => world.state(name)?.phase === 'held', world.story, 120_000, 200);
      }
      await world.cli('approve', ...NODES.map(({ name }) => name), '--why', 'new machines');
      await Promise.all(NODES.map(({ name }) => world.happened('InstallSettled', { node: name }, LONG)));
      for (const { name, firmware } of NODES) {
        expect(world.state(name)).toMatchObject({
          phase: 'settled',
          record: { profile: 'debian', generation: 1 },
          stacks: [{ name: 'mark', state: 'ok' }],
        });
        expect(factOf(name, 'firmware')).toBe(firmware);
      }
    },
    LONG,
  );

  it.each(NODES)(
    'is found over SSH as the profile declares it: $name',
    async (node) => {
      const [record, names, groups, kibibytes, timer, mark, root, card] = await ssh(
        node,
        'sudo cat /etc/barewright/record',
        'hostname; hostname --fqdn',
        'id -nG',
        'df --block-size=K --output=size / | tail -n 1',
        'systemctl is-active barewright-agent.timer',
        'cat /srv/mark',
        'sudo passwd --status root',
        'ip -4 -o address show dev eth0',
      );
      expect(record).toContain(`BW_INSTALL_ID='${world.state(node.name)?.record?.installId}'\n`);
      expect(names).toBe(`${node.name}\n${node.name}.metal.test`);
      expect(groups).toBe('ops adm experiment');
      expect(Number(kibibytes?.replace('K', ''))).toBeGreaterThan(DISK_GB * 1024 * 1024 * 0.9);
      expect([timer, mark]).toEqual(['active', `applied on ${node.name}`]);
      expect(root).toMatch(/^root L /);
      // From the inventory, not by DHCP: such an address has no end.
      expect(card).toMatch(new RegExp(`inet ${node.address}/24 .*valid_lft forever`, 's'));
    },
    LONG,
  );

  it('has a host key and a machine id of each machine’s own', async () => {
    for (const fact of ['sshHostKey.ed25519', 'machineId']) {
      const found = NODES.map(({ name }) => factOf(name, fact));
      expect(found).not.toContain(undefined);
      expect(new Set(found).size).toBe(NODES.length);
    }
  });
});
