/** The power port over IPMI commands, whichever way they travel. */

import {
  CMD_CHASSIS_CONTROL,
  CMD_GET_CHASSIS_STATUS,
  decodeChassisStatus,
  encodeChassisControl,
} from '../../ipmi/commands/chassis.ts';
import { CMD_GET_DEVICE_ID, decodeDeviceId } from '../../ipmi/commands/device-id.ts';
import { IpmiFormatError } from '../../ipmi/format-error.ts';
import { NETFN_APP, NETFN_CHASSIS } from '../../ipmi/message.ts';
import { type PowerDriver, PowerError } from '../../model/power.ts';
import type { BmcRole, CommandChannel, SendCommand } from './commands.ts';
import { setNextBoot } from './next-boot.ts';
import { vendorName } from './vendors.ts';

export function createIpmiDriver(channel: CommandChannel): PowerDriver {
  /** Data that a BMC sent and that cannot be read is the BMC's fault, not ours. */
  async function run<T>(role: BmcRole, use: (send: SendCommand) => Promise<T>): Promise<T> {
    try {
      return await channel.run(role, use);
    } catch (error) {
      if (error instanceof IpmiFormatError) throw new PowerError('protocol', error.message, { cause: error });
      throw error;
    }
  }

  return {
    readPower: () =>
      run('user', async (send) => (decodeChassisStatus(await send(GET_STATUS)).powerOn ? 'on' : 'off')),
    setPower: (op) =>
      run('operator', async (send) => {
        await send({
          name: `power ${op}`,
          netFn: NETFN_CHASSIS,
          command: CMD_CHASSIS_CONTROL,
          data: encodeChassisControl(op),
          write: true,
        });
      }),
    setNextBoot: (device, firmware) =>
      run('operator', (send) =>
        setNextBoot(send, { valid: true, persistent: false, efi: firmware === 'uefi', device }),
      ),
    describe: () => run('user', async (send) => describeBmc(await send(GET_DEVICE_ID), channel.describe())),
    close: () => channel.close(),
  };
}

const GET_STATUS = {
  name: 'Get Chassis Status',
  netFn: NETFN_CHASSIS,
  command: CMD_GET_CHASSIS_STATUS,
  write: false,
};

const GET_DEVICE_ID = { name: 'Get Device ID', netFn: NETFN_APP, command: CMD_GET_DEVICE_ID, write: false };

function describeBmc(data: Buffer, way: string): string {
  const id = decodeDeviceId(data);
  const firmware = `${id.firmwareMajor}.${String(id.firmwareMinor).padStart(2, '0')}`;
  const product = `product 0x${id.product.toString(16).padStart(4, '0')}`;
  return `${vendorName(id.manufacturer)}, ${product}, firmware ${firmware}, IPMI ${id.ipmiVersion}, ${way}`;
}
