import { describe, expect, it } from 'vitest';
import { makeGrubImage } from '../../src/netboot/grub-image.ts';
import { LOCAL_DISK_LOADERS, LOCAL_DISK_MODULES, localDiskConfig } from '../../src/render/local-disk.ts';

describe('makeGrubImage', () => {
  it('makes an EFI program that holds its configuration', async () => {
    const [loader] = LOCAL_DISK_LOADERS;
    if (!loader) throw new Error('no loader');
    const config = localDiskConfig(loader);
    const image = await makeGrubImage({ format: loader.format, modules: LOCAL_DISK_MODULES, config });
    expect(image.subarray(0, 2).toString()).toBe('MZ');
    expect(image.length).toBeLessThan(1 << 20);
  });

  it('says what is missing', async () => {
    const wanted = { format: 'x86_64-efi', modules: ['no-such-module'], config: '' };
    await expect(makeGrubImage(wanted)).rejects.toThrow('no-such-module');
  });
});
