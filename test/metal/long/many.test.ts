/** The long form: six machines at once, installed and installed anew, again and again, without one attempt too many. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { untilTrue } from '../../promises/scene.ts';
import { type MetalNode, nodeFile, nodeText, siteFiles } from '../a-site.ts';
import { aWorld, type World } from '../a-world.ts';
import { deployArtifacts } from '../deploy-artifacts.ts';

const ROUNDS = 4;
const NODES: MetalNode[] = Array.from({ length: 6 }, (_, i) => ({
  ...{ name: `n${i + 1}`, mac: `52:54:00:77:00:0${i + 1}`, host: `127.77.0.${i + 1}` },
  ...{ address: `10.77.0.${i + 11}`, firmware: i % 2 === 0 ? 'bios' : 'uefi', generation: 1 },
}));
/** Seconds for each rung: six emulated machines share two cores. */
const PATIENCE_S = 600;
const LONG = 3_600_000;

let world: World;

beforeAll(async () => {
  world = await aWorld({
    machines: NODES.map(({ name, mac, host, firmware }) => ({
      ...{ name, mac, firmware, bmc: { host, port: 6230 }, memoryMb: 384, disk: { sizeGb: 1 } },
    })),
    files: siteFiles(NODES, await deployArtifacts(), { patience: PATIENCE_S, policy: 'installsAtOnce: 6' }),
  });
}, LONG);
afterAll(() => world?.close(), 60_000);

function lastId(): number {
  return world.events().at(-1)?.id ?? 0;
}

it(
  'every round installs every machine once',
  async () => {
    for (const { name } of NODES)
      await untilTrue(() => world.state(name)?.phase === 'held', world.story, 120_000, 200);
    for (let generation = 1; generation <= ROUNDS; generation++) {
      const after = lastId();
      if (generation === 1) await world.cli('approve', ...NODES.map(({ name }) => name), '--why', 'new');
      else
        await world.commit(
          `Round ${generation}`,
          new Map(NODES.map((node) => [nodeFile(node), nodeText({ ...node, generation })])),
        );
      await Promise.all(
        NODES.map(({ name }) => world.happened('InstallSettled', { node: name, after }, LONG)),
      );
      for (const { name } of NODES) {
        expect(world.state(name)).toMatchObject({ phase: 'settled', record: { generation } });
        const attempts = world
          .events({ node: name, after })
          .filter(({ reason }) => reason === 'AttemptStarted');
        expect(attempts).toHaveLength(1);
      }
    }
  },
  LONG,
);
