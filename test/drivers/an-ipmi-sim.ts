/** `ipmi_sim` of OpenIPMI on a loopback port: a BMC that nobody here wrote. */

import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { encodePing } from '../../src/ipmi/rmcp.ts';
import { aTempDir } from '../builders/temp-dir.ts';

export interface AnIpmiSim {
  host: string;
  port: number;
  /** Power as the machine behind the BMC has it. */
  power(): boolean;
  setPower(on: boolean): void;
  /** In ipmi_sim's words: `none`, `pxe`, `default` for the disk. */
  nextBoot(): string;
}

/** Quick, as ipmi_sim waits for it, and idempotent, as it may be asked twice. */
const CHASSIS = `#!/bin/sh
cd "$(dirname "$0")"; op=$1; shift
case $op in
  get) for p; do case $p in power | boot) read -r v < $p; echo $p:$v;; *) echo $p:0;; esac; done;;
  set) while [ $# -ge 2 ]; do case $1 in power | boot) echo $2 > $1;; esac; shift 2; done;;
esac
exit 0
`;

export async function anIpmiSim(): Promise<AnIpmiSim> {
  const directory = aTempDir();
  const file = (name: string) => join(directory, name);
  const host = '127.0.0.1';
  const port = await freePort();
  writeFileSync(file('chassis'), CHASSIS);
  chmodSync(file('chassis'), 0o755);
  writeFileSync(file('power'), '0\n');
  writeFileSync(file('boot'), 'none\n');
  mkdirSync(file('state'));
  writeFileSync(file('bmc.conf'), configuration(file('chassis'), host, port));
  writeFileSync(file('bmc.emu'), EMULATION);
  const child = spawn(
    'ipmi_sim',
    ['-n', '-c', file('bmc.conf'), '-f', file('bmc.emu'), '-s', file('state')],
    {
      stdio: 'ignore',
    },
  );
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  await answersPing(host, port);
  return {
    host,
    port,
    power: () => readFileSync(file('power'), 'utf8').trim() === '1',
    setPower: (on) => writeFileSync(file('power'), on ? '1\n' : '0\n'),
    nextBoot: () => readFileSync(file('boot'), 'utf8').trim(),
  };
}

function configuration(chassis: string, host: string, port: number): string {
  return `name "test"
set_working_mc 0x20
startlan 1
  addr ${host} ${port}
  priv_limit admin
  allowed_auths_admin none md2 md5 straight
  guid a123456789abcdefa123456789abcd01
endlan
chassis_control "${chassis}"
user 1 true "" "test" user 10 none md2 md5 straight
user 2 true "admin" "secret" admin 10 none md2 md5 straight
`;
}

const EMULATION = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
sel_enable 0x20 1000 0x0a
mc_enable 0x20
`;

/** ipmi_sim wants its port in a file, so a free one is looked for first. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  const listening = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await listening;
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Asks until the first answer comes. */
async function answersPing(host: string, port: number): Promise<void> {
  const socket = createSocket('udp4');
  const timer = setInterval(() => socket.send(encodePing(1), port, host), 10);
  socket.on('error', () => {});
  await once(socket, 'message');
  clearInterval(timer);
  socket.close();
}
