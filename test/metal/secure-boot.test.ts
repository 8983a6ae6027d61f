/**
 * The whole way with Secure Boot enforced: Debian's signed shim and GRUB by TFTP, the deploy ramdisk's signed kernel, the disk
 * written, and the disk's own signed loaders and kernel, to settled. Beside it a loader that nobody signed, refused.
 */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { untilTrue } from '../promises/scene.ts';
import { ipmitool } from './a-network.ts';
import { type MetalNode, nodeFile, nodeText, siteFiles } from './a-site.ts';
import { aWorld, type World } from './a-world.ts';
import { signedArtifacts } from './deploy-artifacts.ts';

const NODE: MetalNode = {
  ...{ name: 'secure', mac: '52:54:00:77:00:21', host: '127.77.0.1', address: '10.77.0.21' },
  ...{ firmware: 'uefi', bootLoader: 'grub', generation: 1 },
};
const LONG = 600_000;

let world: World;

beforeAll(async () => {
  const { name, mac, host } = NODE;
  world = await aWorld({
    machines: [
      {
        ...{ name, mac, bmc: { host, port: 6230 }, firmware: 'uefi', secureBoot: true },
        ...{ memoryMb: 512, disk: { sizeGb: 1 } },
      },
    ],
    files: patient(siteFiles([NODE], await signedArtifacts())),
  });
}, LONG);
afterAll(async () => {
  await world?.close();
}, 60_000);

/** Firmware in system management mode is slow where it is emulated. */
function patient(files: Map<string, string>): Map<string, string> {
  const slower = (path: string) =>
    files.set(path, (files.get(path) ?? '').replace(/(booting|restarting|install): \d+s/g, '$1: 300s'));
  slower('profiles/tiny.yaml');
  return slower('inventory/site.yaml');
}

const said = () => readFileSync(world.rack.machine(NODE.name).serialLog, 'latin1');
const lastId = () => world.events().at(-1)?.id ?? 0;

it(
  'installs by shim, GRUB and a signed kernel, and boots what it wrote',
  async () => {
    await untilTrue(() => world.state(NODE.name)?.phase === 'held', world.story, 60_000, 100);
    const after = lastId();
    await world.cli('approve', NODE.name, '--why', 'a new machine');
    await world.happened('InstallSettled', { node: NODE.name, after }, LONG);
    const story = world.events({ node: NODE.name, after }).map(({ message }) => message);
    expect(story).toContain('shimx64.efi sent to 10.77.0.21 by TFTP');
    expect(story).toContain('grubx64.efi sent to 10.77.0.21 by TFTP');
    expect(story).toContain('boot script fetched: the installer');
    expect(said()).toContain('Secure boot enabled');
    expect(world.rack.machine(NODE.name).state()).toMatchObject({ power: 'on', bootedFrom: 'disk' });
  },
  LONG,
);

it(
  'promise 6: with the network first in its boot order, GRUB sends it to its own disk',
  async () => {
    const after = lastId();
    await ipmitool(world.rack, NODE.host, 'chassis bootdev pxe options=persistent');
    await ipmitool(world.rack, NODE.host, 'power reset');
    const reported = () =>
      world.events({ node: NODE.name, after }).some(({ data }) => 'boot' in data && data.boot);
    await untilTrue(reported, world.story, 300_000, 100);
    expect(world.rack.machine(NODE.name).state().bootedFrom).toBe('network');
    const story = world.events({ node: NODE.name, after }).map(({ message }) => message);
    expect(story, world.story()).toContain('boot script fetched: boot your own disk');
  },
  LONG,
);

it(
  'Secure Boot is in force: iPXE, which nobody signed, is refused by the firmware',
  async () => {
    const other: MetalNode = { ...NODE };
    delete other.bootLoader;
    await world.commit('Without GRUB', new Map([[nodeFile(other), nodeText(other)]]));
    await world.happened('DhcpApplied', { after: lastId() - 1 }, 60_000);
    const before = said().length;
    await ipmitool(world.rack, NODE.host, 'power reset');
    const since = () => said().slice(before);
    await untilTrue(() => since().includes('Access Denied'), world.story, 300_000, 100);
    expect(since()).toContain('snponly.efi');
  },
  LONG,
);
