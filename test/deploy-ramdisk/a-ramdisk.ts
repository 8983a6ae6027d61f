import { join } from 'node:path';
import { buildDeployRamdisk, type DeployRamdisk } from '../../tools/deploy-ramdisk/build.ts';
import type { BuiltFile } from '../../tools/deploy-ramdisk/built-file.ts';
import { makeDebianImage } from '../../tools/deploy-ramdisk/debian-image.ts';
import { CACHE, once } from './built-once.ts';

type Ramdisk = DeployRamdisk & { tinyImage: BuiltFile };
let ramdisk: Promise<Ramdisk> | null = null;
let debian: Promise<BuiltFile> | null = null;

/** The deploy ramdisk and the tiny image, as `tools/deploy-ramdisk` makes them; built once, and again when that changes. */
export function aRamdisk(): Promise<Ramdisk> {
  ramdisk ??= once('deploy-ramdisk', () => build('deploy-ramdisk', true));
  return ramdisk;
}

/** The same, with an image that Secure Boot accepts. */
export function aSignedRamdisk(): Promise<Ramdisk> {
  return once('deploy-ramdisk-signed', () => build('deploy-ramdisk-signed', 'signed'));
}

function build(name: string, tinyImage: true | 'signed'): Ramdisk {
  const built = buildDeployRamdisk({ out: join(CACHE, name), tinyImage });
  if (!built.tinyImage) throw new Error('no tiny image was made');
  return { ...built, tinyImage: built.tinyImage };
}

/** A bootable Debian of the suite that this machine runs. Takes a minute or two, once. */
export function aDebianImage(): Promise<BuiltFile> {
  debian ??= once('debian-image', () => makeDebianImage({ file: join(CACHE, 'debian.img.zst') }));
  return debian;
}
