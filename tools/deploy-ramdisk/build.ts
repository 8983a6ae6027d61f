/**
 * Builds the deploy ramdisk: node tools/deploy-ramdisk/build.ts --out DIR [--tiny-image]
 *
 * Writes `vmlinuz` and `initrd.gz` (and `tiny.img.gz`, the disk image of the tests) into DIR and prints where they are and
 * their digests, as JSON. Takes Debian packages by apt-get download; needs no root. The same packages and scripts give the
 * same files, and what was made of them before is not made again.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type BuiltFile, builtFile, digestOfInputs, unlessBuilt } from './built-file.ts';
import { downloadPackages, kernelPackage, unpackPackages } from './packages.ts';
import { makeRamdisk, RAMDISK_PACKAGES } from './ramdisk.ts';
import { makeTinyImage } from './tiny-image.ts';

export interface DeployRamdisk {
  kernel: BuiltFile;
  initrd: BuiltFile;
  /** Only when it was asked for; `raw.gz`. */
  tinyImage: BuiltFile | null;
}

export interface BuildOptions {
  out: string;
  /** Where downloaded packages are kept; default `packages` below `out`. */
  downloads?: string;
  /** `linux-image-cloud-amd64` knows virtual machines only; `linux-image-amd64` is for hardware. */
  kernel?: string;
  /** `signed`: with Debian's signed shim and GRUB, which Secure Boot accepts. */
  tinyImage?: boolean | 'signed';
}

const SIGNED_LOADERS = ['shim-signed', 'grub-efi-amd64-signed'];

/** Throws what a program that it runs says. */
export function buildDeployRamdisk({
  out,
  downloads = join(out, 'packages'),
  kernel = 'linux-image-cloud-amd64',
  tinyImage = false,
}: BuildOptions): DeployRamdisk {
  const loaders = tinyImage === 'signed' ? SIGNED_LOADERS : [];
  const packages = downloadPackages([kernelPackage(kernel), ...RAMDISK_PACKAGES, ...loaders], downloads);
  const scripts = [...readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }), ...SHARED];
  const inputs = digestOfInputs(scripts, [packages.map((file) => basename(file)), tinyImage]);
  return unlessBuilt(join(out, 'manifest.json'), inputs, () => build(packages, out, tinyImage));
}

/** Sources outside this folder that have a part in the ramdisk. */
const SHARED = ['render/cpio.ts', 'agent/files/sign.sh', 'agent/files/text.sh'].map(
  (path) => `../../src/${path}`,
);

function build(packages: readonly string[], out: string, tinyImage: boolean | 'signed'): DeployRamdisk {
  const scratch = mkdtempSync(join(tmpdir(), 'barewright-ramdisk-'));
  try {
    const unpacked = join(scratch, 'unpacked');
    unpackPackages(packages, unpacked);
    const vmlinuz = readdirSync(join(unpacked, 'boot')).find((name) => name.startsWith('vmlinuz-'));
    if (vmlinuz === undefined) throw new Error('the packages hold no kernel');
    const kernel = put(join(out, 'vmlinuz'), readFileSync(join(unpacked, 'boot', vmlinuz)));
    const initrd = put(join(out, 'initrd.gz'), makeRamdisk(unpacked).initrd);
    const signed = tinyImage === 'signed' && {
      shim: join(unpacked, 'usr/lib/shim/shimx64.efi.signed'),
      grub: join(unpacked, 'usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed'),
    };
    const files = { kernel: kernel.file, initrd: initrd.file, scratch };
    const image = tinyImage ? makeTinyImage({ ...files, ...(signed ? { signed } : {}) }) : null;
    return {
      kernel,
      initrd,
      tinyImage: image && put(join(out, 'tiny.img.gz'), gzipSync(image, { level: 6 })),
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function put(file: string, content: Uint8Array): BuiltFile {
  writeFileSync(file, content);
  return builtFile(file);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      downloads: { type: 'string' },
      kernel: { type: 'string' },
      'tiny-image': { type: 'boolean', default: false },
    },
  });
  const { out, downloads, kernel, 'tiny-image': tinyImage } = values;
  if (out === undefined) {
    console.error('usage: build.ts --out DIR [--tiny-image] [--kernel PACKAGE] [--downloads DIR]');
    process.exit(2);
  }
  const built = buildDeployRamdisk({
    out: resolve(out),
    tinyImage,
    ...(downloads === undefined ? {} : { downloads: resolve(downloads) }),
    ...(kernel === undefined ? {} : { kernel }),
  });
  console.log(JSON.stringify(built, null, 2));
}
