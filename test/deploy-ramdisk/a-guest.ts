/** A virtual machine under software emulation, in QEMU's own user network: the host's loopback is 10.0.2.2 to it. */

import { spawn } from 'node:child_process';
import { closeSync, copyFileSync, openSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { UEFI_CODE, UEFI_VARIABLES } from '../../src/lab/qemu/machine-arguments.ts';
import { aTempDir } from '../builders/temp-dir.ts';

export const MAC = '52:54:00:77:00:11';
export const HOST = '10.0.2.2';

export interface GuestOptions {
  /** Booted directly; without them the disk is. */
  kernel?: { kernel: string; initrd: string };
  /** Raw files, by serial number. */
  disks: ReadonlyMap<string, string>;
  firmware?: 'bios' | 'uefi';
}

export interface Guest {
  /** What it has said on its serial port. */
  console(): string;
  /** It restarted, or somebody killed it. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  kill(): Promise<void>;
}

/** Killed when the test is over, if it has not ended before. */
export function aGuest({ kernel, disks, firmware = 'bios' }: GuestOptions): Guest {
  const guest = spawn(
    'qemu-system-x86_64',
    [
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-serial', 'stdio', '-no-reboot'],
      ...[
        '-machine',
        firmware === 'uefi' ? 'q35' : 'pc',
        '-accel',
        'tcg',
        '-cpu',
        'qemu64,-cx16',
        '-m',
        '512',
      ],
      ...(firmware === 'uefi' ? uefi() : []),
      ...[...disks].flatMap(([serial, file], i) => [
        ...['-drive', `if=none,id=d${i},format=raw,cache=unsafe,file=${file}`],
        ...['-device', `virtio-blk-pci,drive=d${i},serial=${serial}${i === 0 ? ',bootindex=1' : ''}`],
      ]),
      ...['-netdev', 'user,id=net', '-device', `virtio-net-pci,netdev=net,mac=${MAC},romfile=`],
      ...(kernel
        ? ['-kernel', kernel.kernel, '-initrd', kernel.initrd, '-append', 'console=ttyS0 quiet']
        : []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  let over = false;
  for (const stream of [guest.stdout, guest.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      over = true;
      resolve();
    };
    guest.on('close', end);
    guest.on('error', (error) => {
      said += error.message;
      end();
    });
  });
  async function kill(): Promise<void> {
    guest.kill('SIGKILL');
    await ended;
  }
  onTestFinished(kill);
  return { console: () => said, ended, hasEnded: () => over, kill };
}

/** An empty disk of its size. */
export function aDisk(mebibytes: number): string {
  const file = join(aTempDir(), 'disk.img');
  closeSync(openSync(file, 'w'));
  truncateSync(file, mebibytes << 20);
  return file;
}

function uefi(): string[] {
  const variables = join(aTempDir(), 'variables.fd');
  copyFileSync(UEFI_VARIABLES, variables);
  return [
    ...['-drive', `if=pflash,format=raw,readonly=on,file=${UEFI_CODE}`],
    ...['-drive', `if=pflash,format=raw,file=${variables}`],
  ];
}
