/**
 * The whole way, on real firmware: commit → plan → IPMI → DHCP → TFTP and HTTP → kernel → answers by token → disk written →
 * callback → disarmed → boot from disk → first report → settled. One story in one rack, told in order.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reason } from '../../src/model/event.ts';
import { untilTrue } from '../promises/scene.ts';
import { ipmitool } from './a-network.ts';
import { type MetalNode, nodeFile, nodeText, siteFiles } from './a-site.ts';
import { aWorld, type World } from './a-world.ts';
import { deployArtifacts } from './deploy-artifacts.ts';

const BIOS: MetalNode = {
  ...{ name: 'bios', mac: '52:54:00:77:00:01', host: '127.77.0.1', address: '10.77.0.11' },
  ...{ firmware: 'bios', generation: 1 },
};
const UEFI: MetalNode = {
  ...{ name: 'uefi', mac: '52:54:00:77:00:02', host: '127.77.0.2', address: '10.77.0.12' },
  ...{ firmware: 'uefi', generation: 1 },
};
const STRANGER = { name: 'stranger', mac: '52:54:00:77:00:03', host: '127.77.0.3' };
const NODES = [BIOS, UEFI];
const LONG = 180_000;

/** The rungs of one install, in their order; others may come between them. */
const LADDER: Reason[] = [
  'AttemptStarted',
  'PowerIntent',
  'PowerResult',
  'DhcpSeen',
  'BootScriptServed',
  'AnswersServed',
  'InstallProgress',
  'InstallCompleted',
  'Disarmed',
  'Reported',
  'InstallSettled',
];

let world: World;

beforeAll(async () => {
  world = await aWorld({
    machines: [
      ...NODES.map(({ name, mac, host, firmware }) => ({
        ...{ name, mac, firmware, bmc: { host, port: 6230 }, memoryMb: 384, disk: { sizeGb: 1 } },
      })),
      {
        ...{ name: STRANGER.name, mac: STRANGER.mac, bmc: { host: STRANGER.host, port: 6230 } },
        ...{ firmware: 'bios', memoryMb: 128, disk: { sizeGb: 1 } },
      },
    ],
    files: siteFiles(NODES, await deployArtifacts()),
  });
}, LONG);
afterAll(async () => {
  await world?.close();
}, 60_000);

function lastId(): number {
  return world.events().at(-1)?.id ?? 0;
}

function settled(after: number): Promise<unknown> {
  return Promise.all(NODES.map(({ name }) => world.happened('InstallSettled', { node: name, after }, LONG)));
}

/** The reasons of a node's events, and of those only the wanted ones, each once, in the order of the first. */
function climbed(node: string, after: number): Reason[] {
  const reasons = world.events({ node, after }).map(({ reason }) => reason);
  return [...new Set(reasons)].filter((reason) => LADDER.includes(reason));
}

describe('real firmware', () => {
  it(
    'promise 3: machines that have not reported are held; approved, they are installed and settle',
    async () => {
      for (const command of ['chassis bootdev pxe', 'power on'])
        await ipmitool(world.rack, STRANGER.host, command);
      for (const { name } of NODES)
        await untilTrue(() => world.state(name)?.phase === 'held', world.story, 60_000, 100);
      const after = lastId();
      await world.cli('approve', 'bios', 'uefi', '--why', 'new machines');
      await settled(after);
      for (const { name } of NODES) {
        expect(climbed(name, after)).toEqual(LADDER);
        expect(world.state(name)).toMatchObject({
          phase: 'settled',
          record: { profile: 'tiny', generation: 1 },
          stacks: [{ name: 'mark', state: 'ok' }],
        });
        expect(world.rack.machine(name).state()).toMatchObject({ power: 'on', bootedFrom: 'disk' });
      }
    },
    LONG,
  );

  it(
    'promise 6: an unknown MAC on the same bridge gets neither address nor script',
    async () => {
      const said = () => readFileSync(world.rack.machine(STRANGER.name).serialLog, 'latin1');
      await untilTrue(() => said().includes('No bootable device'), said, 60_000, 100);
      expect(said()).toContain('Nothing to boot');
      // Of IPv6 it makes itself one of the link: nobody gives it that.
      expect(said()).not.toContain('10.77.0.');
      expect(world.log()).toContain(
        `a machine that is not in the inventory asks for an address: ${STRANGER.mac}`,
      );
      expect(world.events().filter(({ message }) => message.includes(STRANGER.mac))).toEqual([]);
      await ipmitool(world.rack, STRANGER.host, 'power off');
    },
    LONG,
  );

  it(
    'a commit that changes nothing touches nothing',
    async () => {
      const after = lastId();
      const boots = NODES.map(({ name }) => world.rack.machine(name).state().boots);
      await world.commit('A note', new Map([['README.md', 'Nothing of a machine.\n']]));
      const accepted = await world.happened('CommitAccepted', { after });
      await sweptAfter(accepted.time);
      expect(world.events({ after }).map(({ reason }) => reason)).toEqual(['CommitAccepted']);
      expect(NODES.map(({ name }) => world.rack.machine(name).state().boots)).toEqual(boots);
    },
    LONG,
  );

  it(
    'a machine that boots from the network first is sent to its own disk',
    async () => {
      const after = lastId();
      const asked = NODES.map(scriptsAskedFor);
      for (const { host } of NODES) {
        await ipmitool(world.rack, host, 'chassis bootdev pxe options=persistent');
        await ipmitool(world.rack, host, 'power reset');
      }
      for (const { name } of NODES) {
        await untilTrue(() => bootReported(name, after), world.story, 90_000, 100);
        expect(world.rack.machine(name).state().bootedFrom).toBe('network');
        expect(world.state(name)).toMatchObject({ phase: 'settled', record: { generation: 1 } });
      }
      expect(NODES.map(scriptsAskedFor)).toEqual(asked.map((count) => count + 1));
    },
    LONG,
  );

  it(
    'a raised generation reinstalls: through a power cut on one, and a killed daemon on the other',
    async () => {
      const after = lastId();
      const raised = NODES.map((node) => ({ ...node, generation: 2 }));
      await world.commit('Reinstall both', new Map(raised.map((node) => [nodeFile(node), nodeText(node)])));
      await Promise.all([cutPowerOf(BIOS, after), killDaemonDuring(UEFI, after)]);
      await settled(after);
      for (const { name } of NODES)
        expect(world.state(name)).toMatchObject({ phase: 'settled', record: { generation: 2 } });
      const attempts = (node: string) =>
        world.events({ node, after }).filter(({ reason }) => reason === 'AttemptStarted').length;
      expect([attempts('bios'), attempts('uefi')]).toEqual([2, 1]);
    },
    2 * LONG,
  );

  it('leaves nothing behind', async () => {
    const { directory } = world.rack;
    expect(existsSync(join(directory, 'data'))).toBe(true);
    await world.close();
    expect(existsSync(directory)).toBe(false);
  }, 60_000);
});

/** Until every BMC was asked once more, at the least: what a commit sets going begins at once. */
async function sweptAfter(time: number): Promise<void> {
  let lastAt = 0;
  while (lastAt <= time + 4_000) {
    lastAt = JSON.parse(await world.cli('status', '-o', 'json')).sweep.lastAt ?? 0;
  }
}

async function cutPowerOf({ name, host }: MetalNode, after: number): Promise<void> {
  await world.happened('InstallProgress', { node: name, after });
  await ipmitool(world.rack, host, 'power off');
}

async function killDaemonDuring({ name }: MetalNode, after: number): Promise<void> {
  await world.happened('InstallProgress', { node: name, after });
  await world.killDaemon();
  await world.startDaemon();
}

/** How often its iPXE has named the address of its boot script on the console, before it fetched it. */
function scriptsAskedFor({ name, mac }: MetalNode): number {
  const said = readFileSync(world.rack.machine(name).serialLog, 'latin1');
  return said.split(`Filename: http://10.77.0.1:8480/boot/${mac.replaceAll(':', '-')}`).length - 1;
}

function bootReported(node: string, after: number): boolean {
  return world
    .events({ node, after })
    .some(({ reason, data }) => reason === 'Reported' && 'boot' in data && data.boot);
}
