import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildDeployRamdisk } from '../../tools/deploy-ramdisk/build.ts';
import { orderModules } from '../../tools/deploy-ramdisk/modules.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { sha256Of } from '../netboot/a-server.ts';
import { aRamdisk } from './a-ramdisk.ts';
import { CACHE } from './built-once.ts';

it('the same packages and scripts make the same files', async () => {
  const first = await aRamdisk();
  const out = aTempDir();
  const again = buildDeployRamdisk({
    out,
    downloads: join(CACHE, 'deploy-ramdisk/packages'),
    tinyImage: true,
  });
  expect(again.initrd.sha256).toBe(first.initrd.sha256);
  expect(again.kernel.sha256).toBe(first.kernel.sha256);
  expect(again.tinyImage?.sha256).toBe(first.tinyImage.sha256);
  expect(again.initrd.sha256).toBe(sha256Of(readFileSync(again.initrd.file)));
  rmSync(join(out, 'manifest.json'));
}, 180_000);

it('a module comes after what it needs, and one that the kernel does not have is passed over', () => {
  const folder = aTempDir();
  const module = (path: string, depends: string, softdep = '') => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    const soft = softdep === '' ? '' : `softdep=pre: ${softdep}\0`;
    writeFileSync(join(folder, path), `\0\x7fELF\0license=GPL\0${soft}depends=${depends}\0name=x\0`);
  };
  module('drivers/virtio/virtio_pci.ko', 'virtio,virtio_ring');
  module('drivers/virtio/virtio.ko', 'virtio_ring');
  module('drivers/virtio/virtio_ring.ko', '');
  module('fs/xfs/xfs.ko', 'libcrc32c');
  module('lib/libcrc32c.ko', '', 'crc32c');
  module('crypto/crc32c.ko', '');
  const order = orderModules('# a remark\nvirtio-pci\nahci # built in\nlate xfs\n', folder);
  expect(order.early).toEqual(['virtio_ring.ko', 'virtio.ko', 'virtio_pci.ko']);
  expect(order.late).toEqual(['crc32c.ko', 'libcrc32c.ko', 'xfs.ko']);
});
