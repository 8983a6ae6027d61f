/** The command line of one boot of a virtual machine. Pure: values in, the whole argument list out. */

import type { Firmware } from '../../model/site.ts';

export type BootSource = 'network' | 'disk';
export type Accelerator = 'kvm' | 'tcg';

export interface MachineHardware {
  name: string;
  /** Lower case with colons. */
  mac: string;
  firmware: Firmware;
  /** UEFI that boots only what Microsoft's keys, and through the shim Debian's, have signed. */
  secureBoot?: boolean;
  memoryMb: number;
  /** Of a tap device in the namespace. */
  tap: string;
  /** Raw image. */
  disk: string;
  /** This machine's own copy of the UEFI variables. */
  variables: string;
  /** Unix socket of the serial port, and the file that keeps all it ever said. */
  console: string;
  serialLog: string;
}

/** Descriptor on which QEMU finds a connected socket for its monitor (QMP). */
export const QMP_FD = 3;

export const UEFI_CODE = '/usr/share/OVMF/OVMF_CODE_4M.fd';
export const UEFI_VARIABLES = '/usr/share/OVMF/OVMF_VARS_4M.fd';
/** With Secure Boot, and variables that hold Microsoft's keys; only code in system management mode may change them. */
export const SECURE_CODE = '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd';
export const SECURE_VARIABLES = '/usr/share/OVMF/OVMF_VARS_4M.ms.fd';

/**
 * Under emulation `qemu64` alone lets Linux 6.12 panic now and then; without cmpxchg16b it does not.
 */
const PROCESSOR: Record<Accelerator, readonly string[]> = {
  kvm: ['-accel', 'kvm', '-cpu', 'host'],
  tcg: ['-accel', 'tcg,thread=multi', '-cpu', 'qemu64,-cx16'],
};

/**
 * A guest that resets or powers off is left paused: every boot is a process of its own, so that the boot order is what
 * the BMC said for exactly this boot, on BIOS and UEFI alike.
 */
export function machineArguments(
  hardware: MachineHardware,
  first: BootSource,
  accelerator: Accelerator,
): string[] {
  const { name, mac, firmware, memoryMb, tap, secureBoot = false } = hardware;
  const nicIndex = first === 'network' ? 0 : 1;
  const file = (path: string) => path.replaceAll(',', ',,');
  return [
    ...['-name', name, '-nodefaults', '-no-user-config', '-display', 'none'],
    ...['-machine', secureBoot ? 'q35,smm=on' : MACHINE[firmware], ...PROCESSOR[accelerator]],
    ...['-m', `${memoryMb}`, '-smp', '1'],
    ...(firmware === 'uefi' ? uefi(file(hardware.variables), secureBoot) : []),
    ...['-drive', `if=none,id=disk,file=${file(hardware.disk)},format=raw,cache=unsafe,discard=unmap`],
    ...['-device', `virtio-blk-pci,drive=disk,serial=${serialOf(name)},bootindex=${1 - nicIndex}`],
    ...['-netdev', `tap,id=net,ifname=${tap},script=no,downscript=no`],
    ...['-device', `virtio-net-pci,netdev=net,mac=${mac},bootindex=${nicIndex}${ROM[firmware]}`],
    ...['-object', 'rng-random,id=rng,filename=/dev/urandom', '-device', 'virtio-rng-pci,rng=rng'],
    ...[
      '-chardev',
      serialPort(file(hardware.console), file(hardware.serialLog)),
      '-serial',
      'chardev:serial',
    ],
    ...['-chardev', `socket,id=qmp,fd=${QMP_FD}`, '-mon', 'chardev=qmp,mode=control'],
    ...['-action', 'reboot=shutdown,shutdown=pause'],
  ];
}

/** Without graphics, SeaBIOS and what it starts speak on the serial port, as OVMF does anyway. */
const MACHINE: Record<Firmware, string> = { bios: 'pc,graphics=off', uefi: 'q35' };

/**
 * OVMF boots from the network by itself, and chain-loads as real firmware does. SeaBIOS cannot: iPXE is the card's ROM,
 * QEMU's own choice of it, because of no other does QEMU make the PCI ids match the card's.
 */
const ROM: Record<Firmware, string> = { bios: '', uefi: ',romfile=' };

/** So that a site can name the disk: `/dev/disk/by-id/virtio-NAME`. A serial number has 20 bytes. */
function serialOf(name: string): string {
  return name.slice(0, 20);
}

function uefi(variables: string, secureBoot: boolean): string[] {
  return [
    ...(secureBoot ? ['-global', 'driver=cfi.pflash01,property=secure,value=on'] : []),
    ...['-drive', `if=pflash,format=raw,readonly=on,file=${secureBoot ? SECURE_CODE : UEFI_CODE}`],
    ...['-drive', `if=pflash,format=raw,file=${variables}`],
  ];
}

function serialPort(socket: string, log: string): string {
  return `socket,id=serial,path=${socket},server=on,wait=off,logfile=${log},logappend=on`;
}
