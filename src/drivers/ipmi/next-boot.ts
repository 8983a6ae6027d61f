/** The boot device of the next start: set, read back, believed only then (IPMI 2.0 §28.12, §28.13). */

import {
  BOOT_FLAGS,
  BOOT_VALID_CLEARING,
  type BootFlags,
  CMD_GET_BOOT_OPTIONS,
  CMD_SET_BOOT_OPTIONS,
  decodeBootFlags,
  decodeBootOptions,
  encodeBootFlags,
  encodeGetBootOptions,
  encodeSetBootOptions,
  KEEP_AFTER_TIMEOUT,
  NO_BOOT_FLAGS,
} from '../../ipmi/commands/boot-options.ts';
import { NETFN_CHASSIS } from '../../ipmi/message.ts';
import { PowerError } from '../../model/power.ts';
import type { SendCommand } from './commands.ts';

/** Rejects with PowerError: `not-confirmed` when the flags did not stick, `timeout` when it is not known. */
export async function setNextBoot(send: SendCommand, wanted: BootFlags): Promise<void> {
  await keepFlags(send);
  if (await setAndRead(send, wanted)) return;
  // The device is right and the flags are not marked valid. Either the BMC does not keep that mark (ipmi_sim does not),
  // or it ignored the command and shows an old value. Clearing the device and setting it again tells them apart.
  await writeFlags(send, NO_BOOT_FLAGS);
  const cleared = await readFlags(send);
  if (cleared.device === wanted.device) throw notConfirmed(wanted, cleared);
  await setAndRead(send, wanted);
}

/**
 * Asks the BMC not to drop the flags after a minute without a power command. Not all can (OpenBMC has no such
 * parameter): then the power command has to come in time, as it normally does.
 */
async function keepFlags(send: SendCommand): Promise<void> {
  try {
    await send({
      name: 'setting the boot flag expiry',
      netFn: NETFN_CHASSIS,
      command: CMD_SET_BOOT_OPTIONS,
      data: encodeSetBootOptions(BOOT_VALID_CLEARING, Buffer.from([KEEP_AFTER_TIMEOUT])),
      write: true,
      refusals: UNKNOWN_PARAMETER,
    });
  } catch (error) {
    const bearable = error instanceof PowerError && BEARABLE.has(error.kind);
    if (!bearable) throw error;
  }
}

/** The code 0x80 of the boot option commands (§28.12). */
const UNKNOWN_PARAMETER = new Map([[0x80, 'unsupported']] as const);
const BEARABLE: ReadonlySet<string> = new Set(['unsupported', 'protocol', 'timeout']);

/** True when device and valid mark are as wanted, false when only the device is; rejects otherwise. */
async function setAndRead(send: SendCommand, wanted: BootFlags): Promise<boolean> {
  const lost = await writeFlags(send, wanted);
  const found = await readFlags(send);
  if (found.device === wanted.device) return found.valid;
  throw lost ?? notConfirmed(wanted, found);
}

/** A lost answer is not repeated but returned: reading the flags shows whether the command arrived. */
async function writeFlags(send: SendCommand, flags: BootFlags): Promise<PowerError | undefined> {
  try {
    await send({
      name: 'setting the boot flags',
      netFn: NETFN_CHASSIS,
      command: CMD_SET_BOOT_OPTIONS,
      data: encodeSetBootOptions(BOOT_FLAGS, encodeBootFlags(flags)),
      write: true,
      refusals: UNKNOWN_PARAMETER,
    });
    return undefined;
  } catch (error) {
    if (error instanceof PowerError && error.kind === 'timeout') return error;
    throw error;
  }
}

async function readFlags(send: SendCommand): Promise<BootFlags> {
  const data = await send({
    name: 'reading the boot flags',
    netFn: NETFN_CHASSIS,
    command: CMD_GET_BOOT_OPTIONS,
    data: encodeGetBootOptions(BOOT_FLAGS),
    write: false,
    refusals: UNKNOWN_PARAMETER,
  });
  return decodeBootFlags(decodeBootOptions(data).data);
}

function notConfirmed(wanted: BootFlags, found: BootFlags): PowerError {
  return new PowerError(
    'not-confirmed',
    `the BMC accepted ${wanted.device} as the next boot device and still shows ${found.device}`,
  );
}
