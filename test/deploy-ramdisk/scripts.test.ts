import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aTempDir } from '../builders/temp-dir.ts';

const ROOT = join(import.meta.dirname, '../../tools/deploy-ramdisk/root');
const AGENT = join(import.meta.dirname, '../../src/agent/files');
const SCRIPTS = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .map((path) => join(ROOT, path))
  .filter((path) => statSync(path).isFile());

/** Runs a line with the shell of the ramdisk, its functions at hand. */
function sh(line: string, ...args: string[]): { status: number | null; out: string; err: string } {
  const load = `for part in say disk record; do . ${ROOT}/lib/bw/$part.sh; done; . ${AGENT}/text.sh; ${line}`;
  const { status, stdout, stderr } = spawnSync('busybox', ['sh', '-uc', load, 'sh', ...args], {
    encoding: 'utf8',
  });
  return { status, out: stdout.trimEnd(), err: stderr.trimEnd() };
}

it('every script is one that a POSIX shell reads', () => {
  expect(SCRIPTS.length).toBeGreaterThan(8);
  for (const script of SCRIPTS) {
    execFileSync('sh', ['-n', script]);
    execFileSync('busybox', ['sh', '-n', script]);
  }
});

it('any text can be said in JSON', () => {
  for (const text of [
    'plain',
    'a "quoted" \\ back',
    'tab\tand\nline',
    'né\u0007',
    "$(id) `id` 'x'",
    '%s %d',
    '-n',
  ]) {
    const { out } = sh('printf "\\"%s\\"" "$(json_text "$1")"', text);
    expect(JSON.parse(out)).toBe(text.replaceAll(/[\t\n\u0007]/g, ' ').replaceAll('é', ''));
  }
  expect(JSON.parse(sh('printf "\\"%s\\"" "$(json_text "$1")"', '"'.repeat(1000)).out)).toHaveLength(250);
});

interface Block {
  /** Where the device hangs; a bus. */
  at?: string;
  removable?: string;
  ro?: string;
  size?: string;
  /** More files, by path below the device. */
  files?: Record<string, string | Uint8Array>;
}

/** Identification page 0x83 of an ATA disk, as it stands in sysfs. */
function page83(model: string, serial: string): Uint8Array {
  const text = `ATA     ${model.padEnd(40)}${serial.padStart(20)}`;
  return Buffer.concat([
    Buffer.from([0, 0x83, 0, 72, 2, 1, 0, 68]),
    Buffer.from(text),
    Buffer.from([1, 3, 0, 8]),
  ]);
}

function aSys(blocks: Record<string, Block>): string {
  const sys = aTempDir();
  mkdirSync(join(sys, 'block'));
  for (const [
    name,
    { at = 'pci0000:00', removable = '0', ro = '0', size = '2048', files = {} },
  ] of Object.entries(blocks)) {
    const device = join(sys, 'devices', at, name);
    for (const [path, content] of Object.entries({ removable, ro, size, ...files })) {
      mkdirSync(dirname(join(device, path)), { recursive: true });
      writeFileSync(join(device, path), typeof content === 'string' ? `${content}\n` : content);
    }
    symlinkSync(device, join(sys, 'block', name));
  }
  return sys;
}

const NVME: Block = {
  files: {
    wwid: 'eui.0025385b71b00e2f',
    'device/model': 'SAMSUNG MZQL2960HCJR-00A07            ',
    'device/serial': 'S64FNT0T  ',
  },
};
const SATA: Block = {
  files: {
    'device/wwid': 'naa.5002538e40a1b2c3',
    'device/vpd_pg83': page83('Samsung SSD 860 EVO 500GB', 'S3Z2NB0K123456X'),
  },
};

describe('which disk is meant', () => {
  const choose = (blocks: Record<string, Block>, wish: string) =>
    sh(`SYS=${aSys(blocks)}; choose_disk "$1"`, wish);

  it('the only one there is, whatever else is plugged in', () => {
    const others: Record<string, Block> = {
      loop0: {},
      sr0: { removable: '1' },
      sda: { at: 'pci0000:00/usb1/1-1' },
      sdb: { removable: '1' },
      sdc: { ro: '1' },
      sdd: { size: '0' },
      ram0: {},
      'dm-0': {},
      md127: {},
    };
    expect(choose({ ...others, vda: {} }, '')).toMatchObject({ status: 0, out: 'vda' });
    expect(choose(others, '')).toMatchObject({ status: 1, out: '', err: 'there is no disk' });
  });

  it('none, when it is not clear', () => {
    expect(choose({ vda: {}, vdb: {} }, '')).toMatchObject({
      status: 1,
      out: '',
      err: 'the profile names no disk, or not only one, and there are several: vda vdb',
    });
    expect(choose({ vda: {} }, '/dev/vdb')).toMatchObject({
      status: 1,
      out: '',
      err: 'there is no disk /dev/vdb; there are: vda',
    });
    expect(choose({ sda: { removable: '1' } }, '/dev/sda').status).toBe(1);
    const twins: Block = { files: { serial: 'SAME' } };
    expect(choose({ vda: twins, vdb: twins }, '/dev/disk/by-id/virtio-SAME').status).toBe(1);
  });

  it('the one that is named', () => {
    expect(choose({ vda: {}, vdb: {} }, '/dev/vdb')).toMatchObject({ status: 0, out: 'vdb' });
  });

  it.each([
    ['vda', 'virtio-node-1', { vda: { files: { serial: 'node-1' } }, vdb: { files: { serial: 'node-10' } } }],
    ['nvme0n1', 'nvme-eui.0025385b71b00e2f', { nvme0n1: NVME, sda: SATA }],
    ['nvme0n1', 'nvme-SAMSUNG_MZQL2960HCJR-00A07_S64FNT0T', { nvme0n1: NVME, sda: SATA }],
    ['nvme0n1', 'nvme-SAMSUNG_MZQL2960HCJR-00A07_S64FNT0T_1', { nvme0n1: NVME, sda: SATA }],
    ['sda', 'wwn-0x5002538e40a1b2c3', { nvme0n1: NVME, sda: SATA }],
    ['sda', 'scsi-35002538e40a1b2c3', { nvme0n1: NVME, sda: SATA }],
    ['sda', 'ata-Samsung_SSD_860_EVO_500GB_S3Z2NB0K123456X', { nvme0n1: NVME, sda: SATA }],
  ])('%s is %s, as udev names it', (name, id, blocks) => {
    expect(choose(blocks, `/dev/disk/by-id/${id}`)).toMatchObject({ status: 0, out: name });
    expect(choose(blocks, `/dev/disk/by-id/${id.slice(0, -1)}`).status).toBe(1);
  });
});

it('promise 10: what is left on the disk opens no door', () => {
  const answers = join(aTempDir(), 'answers');
  writeFileSync(
    answers,
    "# n1\nBW_NODE='n1'\nBW_CALLBACK_URL='http://h/i/TOKEN'\nBW_IMAGE_URL='http://h/x'\nBW_STACKS='a b'\n",
  );
  const text = readFileSync(join(ROOT, 'lib/bw/record.sh'), 'utf8').replaceAll('/answers', answers);
  expect(execFileSync('busybox', ['sh', '-c', `${text}\nidentity`], { encoding: 'utf8' })).toBe(
    "BW_NODE='n1'\nBW_STACKS='a b'\n",
  );
});
