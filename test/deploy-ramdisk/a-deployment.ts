/** The deploy ramdisk, its answers rendered as for a real attempt, and the real boot plane on a port of loopback. */

import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { installerOf } from '../../src/installers/table.ts';
import type { Profile } from '../../src/model/desired.ts';
import type { DiskImageSpec } from '../../src/model/site.ts';
import { isSigned } from '../../src/observe/signature.ts';
import { type BootPlanePorts, createBootPlane, type ReportBody } from '../../src/serve/boot-plane.ts';
import { aNode, aProfile, aRecord, aSite } from '../builders/node.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { sha256Of } from '../netboot/a-server.ts';
import { untilTrue } from '../promises/scene.ts';
import { aGuest, type Guest, HOST, MAC } from './a-guest.ts';
import { aRamdisk } from './a-ramdisk.ts';

export interface DeploymentOptions {
  image: { content: Uint8Array; format?: DiskImageSpec['format'] };
  /** What the profile says of the image, where that is not the truth. */
  sha256?: string;
  /** By serial number. */
  disks: ReadonlyMap<string, string>;
  /** More of the profile. */
  profile?: Partial<Profile>;
  /** Answers callbacks other than with yes. */
  callback?: BootPlanePorts['callback'];
  /** Sends the image otherwise than it should be. */
  read?: (range: { start: number; end: number }) => Promise<Readable>;
}

const REPORT_KEY = 'c0de'.repeat(16);
const RECORD = aRecord('tiny', 3, {
  installId: '0123456789abcdef'.repeat(2),
  installDigest: 'a1b2',
  commit: 'c0ffee',
});

/** Boots the ramdisk. What the daemon is told is gathered in `heard`. */
export async function aDeployment(options: DeploymentOptions) {
  const { image, disks } = options;
  const { kernel, initrd } = await aRamdisk();
  const sha256 = options.sha256 ?? sha256Of(image.content);
  const heard: string[] = [];
  const reports: ReportBody[] = [];
  const plane = createBootPlane({
    script: async () => ({ kind: 'unknown' }),
    answers: async () => ({ ok: false, why: 'bad-token' }),
    async callback(token, address, event) {
      const { callback = async () => ({ ok: true as const }) } = options;
      const answer = await callback(token, address, event);
      const { kind } = event;
      const what = kind === 'progress' ? event.step : kind === 'failed' ? event.why : '';
      heard.push(`${answer.ok ? kind : `${kind} refused`}: ${what}`);
      return answer;
    },
    async report(body, _address, signed) {
      if (!isSigned(signed, REPORT_KEY)) return { ok: false, why: 'bad-signature' };
      reports.push(body);
      return { ok: true, configDigest: 'c0de', sign: null };
    },
    stacks: async () => ({ ok: false, why: 'not-wanted' }),
    ready: async () => true,
    loader: async () => null,
    artifact: (wanted) =>
      wanted === sha256
        ? {
            sha256,
            size: image.content.length,
            read:
              options.read ??
              (async ({ start, end }) => Readable.from(Buffer.from(image.content).subarray(start, end + 1))),
          }
        : null,
    onError(error) {
      heard.push(`error: ${error}`);
    },
  });
  await plane.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => plane.close());
  const bootUrl = `http://${HOST}:${(plane.server.address() as AddressInfo).port}`;

  const node = aNode('n1').with({ bootMac: MAC, installDigest: 'a1b2', configDigest: 'c0de' }).build();
  const profile = aProfile('tiny', {
    installer: 'image',
    image: { url: 'http://images.test/x', sha256, format: image.format ?? 'raw.gz' },
    stacks: [{ name: 'base' }, { name: 'docker' }],
    ...options.profile,
  });
  const site = aSite([node], { policy: { reportInterval: 1_000 } });
  const files = installerOf(profile).files({
    site,
    node,
    profile,
    record: RECORD,
    bootUrl,
    callbackToken: 'TOKEN',
    reportKey: REPORT_KEY,
  });
  const archive = files.get('answers.cpio') ?? '';

  /** Boots the ramdisk with its answers behind it, as iPXE puts them: from a multiple of four bytes on. */
  async function boot(): Promise<Guest> {
    const together = join(aTempDir(), 'initrd');
    const ramdisk = await readFile(initrd.file);
    const padding = Buffer.alloc((4 - (ramdisk.length % 4)) % 4);
    writeFileSync(together, Buffer.concat([ramdisk, padding, Buffer.from(archive)]));
    return aGuest({ kernel: { kernel: kernel.file, initrd: together }, disks });
  }

  const guest = await boot();
  const all = () => [...heard, guest.console()].join('\n');

  /** Until it has told so, or has said so on its console. */
  async function told(wish: RegExp): Promise<void> {
    await untilTrue(() => wish.test(all()) || guest.hasEnded(), all, 180_000, 50);
    if (!wish.test(all())) throw new Error(`it ended without ${wish}:\n${all()}`);
  }

  /** Until it has restarted, as it does when all is done. */
  async function restarted(): Promise<void> {
    await untilTrue(guest.hasEnded, all, 180_000, 50);
    if (!guest.console().includes('restarting from disk')) throw new Error(`it did not restart:\n${all()}`);
  }

  return { guest, heard, reports, told, restarted, record: RECORD };
}
