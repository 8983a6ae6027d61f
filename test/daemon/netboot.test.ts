import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { aTempDir } from '../builders/temp-dir.ts';
import { sha256Of } from '../netboot/a-server.ts';
import { aScene, type Scene } from '../promises/scene.ts';

let scene: Scene;
afterEach(() => scene?.close());

const KERNEL = 'the kernel';
const INITRD = 'the initrd';

it('no machine is touched before its kernel and initrd are there and right; then they are served by digest', async () => {
  const folder = aTempDir();
  const file = (name: string) => join(folder, name);
  const netboot = `{ kernel: { file: ${file('vmlinuz')}, sha256: ${sha256Of(KERNEL)} }, initrd: { file: ${file('initrd.gz')}, sha256: ${sha256Of(INITRD)} } }`;
  writeFileSync(file('vmlinuz'), KERNEL);
  writeFileSync(file('initrd.gz'), 'another initrd');
  scene = await aScene({ count: 2, site: { netboot } });
  await scene.until((s) => s.phase === 'settled' && s.known);

  await scene.commit(scene.withNode('n01', { generation: 2 }), 'n01 anew');
  await scene.until(
    (s) =>
      s.phase === 'held' &&
      s.waitingFor.includes(`the initrd of profile base cannot be fetched from ${file('initrd.gz')}`),
    ['n01'],
  );
  expect(scene.journal().state('n01')).toMatchObject({ attempt: null, attemptsUsed: 0 });
  expect(scene.powerCommands()).toEqual([]);

  writeFileSync(file('initrd.gz'), INITRD);
  await scene.commit({ packages: ['htop'] }, 'any other commit tries it again at once');
  await scene.until((s) => s.phase === 'settled' && s.record?.generation === 2, ['n01']);
  expect(scene.wipes()).toEqual(['n01']);
  const get = (sha256: string) => fetch(`${scene.daemon().bootUrl}/netboot/${sha256}`);
  expect(await (await get(sha256Of(INITRD))).text()).toBe(INITRD);

  const kernelOnly = netboot.replace(sha256Of(INITRD), sha256Of(KERNEL));
  await scene.commit({ netboot: kernelOnly }, 'no profile names the initrd any more');
  await expect.poll(async () => (await get(sha256Of(INITRD))).status, { timeout: 20_000 }).toBe(404);
  expect((await get(sha256Of(KERNEL))).status).toBe(200);
});
