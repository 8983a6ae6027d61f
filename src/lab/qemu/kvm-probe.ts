/** Whether KVM really runs a guest here: `/dev/kvm` may exist and run none. */

import { spawn } from 'node:child_process';
import { type Accelerator, UEFI_CODE } from './machine-arguments.ts';

const PATIENCE_MS = 10_000;
/** What UEFI firmware says on its serial port once it is in 64-bit mode and looks for something to boot. */
const ALIVE = 'BdsDxe:';

/**
 * Boots UEFI firmware under KVM until it looks for a disk: protected mode, paging and interrupts are behind it then.
 * Takes 2 s where KVM works, and at most 10 s; never rejects.
 */
export function probeAccelerator(): Promise<Accelerator> {
  return new Promise((resolve) => {
    const guest = spawn('qemu-system-x86_64', PROBE, { stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(end, PATIENCE_MS);
    let said = '';
    function end(): void {
      guest.kill('SIGKILL');
    }
    guest.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes(ALIVE)) end();
    });
    // "KVM internal error": the guest is stopped for good, and nothing more comes.
    guest.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('KVM internal error')) end();
    });
    guest.on('error', () => {});
    guest.on('close', () => {
      clearTimeout(timer);
      resolve(said.includes(ALIVE) ? 'kvm' : 'tcg');
    });
  });
}

const PROBE = [
  ...['-accel', 'kvm', '-cpu', 'host', '-machine', 'q35', '-m', '128'],
  ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio'],
  ...['-drive', `if=pflash,format=raw,readonly=on,file=${UEFI_CODE}`],
];
