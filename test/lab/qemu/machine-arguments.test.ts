import { describe, expect, it } from 'vitest';
import { type MachineHardware, machineArguments } from '../../../src/lab/qemu/machine-arguments.ts';

const HARDWARE: MachineHardware = {
  ...{ name: 'n1', mac: '52:54:00:77:00:01', firmware: 'bios', memoryMb: 512, tap: 'tap1' },
  ...{ disk: '/r/n1/disk.img', variables: '/r/n1/variables.fd' },
  ...{ console: '/r/n1/console', serialLog: '/r/n1/serial.log' },
};

/** An option and its value on one line, as a person would write them. */
function lines(args: readonly string[]): string[] {
  return args.join(' ').replace(/ -/g, '\n-').split('\n');
}

describe('machineArguments', () => {
  it('starts a BIOS machine from its disk', () => {
    expect(lines(machineArguments(HARDWARE, 'disk', 'tcg'))).toEqual([
      '-name n1',
      '-nodefaults',
      '-no-user-config',
      '-display none',
      '-machine pc,graphics=off',
      '-accel tcg,thread=multi',
      '-cpu qemu64,-cx16',
      '-m 512',
      '-smp 1',
      '-drive if=none,id=disk,file=/r/n1/disk.img,format=raw,cache=unsafe,discard=unmap',
      '-device virtio-blk-pci,drive=disk,serial=n1,bootindex=0',
      '-netdev tap,id=net,ifname=tap1,script=no,downscript=no',
      '-device virtio-net-pci,netdev=net,mac=52:54:00:77:00:01,bootindex=1',
      '-object rng-random,id=rng,filename=/dev/urandom',
      '-device virtio-rng-pci,rng=rng',
      '-chardev socket,id=serial,path=/r/n1/console,server=on,wait=off,logfile=/r/n1/serial.log,logappend=on',
      '-serial chardev:serial',
      '-chardev socket,id=qmp,fd=3',
      '-mon chardev=qmp,mode=control',
      '-action reboot=shutdown,shutdown=pause',
    ]);
  });

  it('starts a UEFI machine from the network, under KVM', () => {
    const args = lines(machineArguments({ ...HARDWARE, firmware: 'uefi' }, 'network', 'kvm'));
    expect(args.filter((line) => !lines(machineArguments(HARDWARE, 'disk', 'tcg')).includes(line))).toEqual([
      '-machine q35',
      '-accel kvm',
      '-cpu host',
      '-drive if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd',
      '-drive if=pflash,format=raw,file=/r/n1/variables.fd',
      '-device virtio-blk-pci,drive=disk,serial=n1,bootindex=1',
      '-device virtio-net-pci,netdev=net,mac=52:54:00:77:00:01,bootindex=0,romfile=',
    ]);
  });

  it('takes a path with a comma for a path', () => {
    const args = machineArguments({ ...HARDWARE, disk: '/a,readonly=on' }, 'disk', 'tcg');
    expect(args.join(' ')).toContain('file=/a,,readonly=on,format=raw');
  });
});
