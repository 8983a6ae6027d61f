/** What stands beside a virtual rack in its namespace, written by hand: dnsmasq, a server of boot scripts, ipmitool. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { inNamespace } from '../../src/lab/qemu/network.ts';
import type { VirtualRack } from '../../src/lab/qemu/virtual-rack.ts';

export const CREDENTIALS = { username: 'admin', password: 'secret-of-the-rack' };
const SERVER = join(import.meta.dirname, 'script-server-child.ts');

/** Runs ipmitool against a BMC inside the namespace. Resolves to what it printed; rejects when it fails. */
export async function ipmitool(rack: VirtualRack, host: string, command: string): Promise<string> {
  const where = ['-I', 'lanplus', '-C', '17', '-H', host, '-p', '6230', '-U', CREDENTIALS.username, '-E'];
  const [program, args] = inNamespace(rack.namespace, ['ipmitool', ...where, ...command.split(' ')]);
  const env = { IPMITOOL_PASSWORD: CREDENTIALS.password };
  return (await execa(program, args, { env, timeout: 20_000 })).stdout;
}

/** dnsmasq for these machines alone. It ends with the test. */
export async function startDnsmasq(
  rack: VirtualRack,
  hosts: readonly { mac: string; address: string }[],
): Promise<void> {
  const tftp = join(rack.directory, 'tftp');
  mkdirSync(tftp);
  for (const name of ['undionly.kpxe', 'snponly.efi'])
    copyFileSync(join('/usr/lib/ipxe', name), join(tftp, name));
  const file = join(rack.directory, 'dnsmasq.conf');
  writeFileSync(file, dnsmasqConf(rack.directory, hosts));
  const child = startIn(rack, ['dnsmasq', '--keep-in-foreground', '-C', file], ['ignore', 'ignore', 'pipe']);
  // It says that it is ready before it serves.
  await untilSays(child, child.stderr, 'DHCP, static leases only');
}

function dnsmasqConf(directory: string, hosts: readonly { mac: string; address: string }[]): string {
  return `port=0
user=root
log-facility=-
interface=br0
bind-interfaces
dhcp-leasefile=${directory}/leases
pid-file=
dhcp-authoritative
no-ping
dhcp-range=10.77.0.0,static,255.255.255.0,1h
dhcp-ignore=tag:!known
${hosts.map(({ mac, address }) => `dhcp-host=${mac},${address},1h`).join('\n')}
enable-tftp
tftp-root=${directory}/tftp
dhcp-match=set:ipxe,175
dhcp-match=set:efi64,option:client-arch,7
dhcp-match=set:efi64,option:client-arch,9
dhcp-boot=tag:ipxe,http://10.77.0.1:8080/boot/\${net0/mac:hexhyp}
dhcp-boot=tag:!ipxe,tag:efi64,snponly.efi
dhcp-boot=tag:!ipxe,tag:!efi64,undionly.kpxe
dhcp-option=tag:ipxe,encap:175,176,1b
enable-ra
dhcp-range=fd77::,ra-only,64
ra-param=br0,30,0
`;
}

export interface ScriptServer {
  /** Paths asked for so far, oldest first. */
  asked(): string[];
  /** Resolves when a path was asked for. */
  wasAsked(path: string): Promise<void>;
}

/** Answers every path with this boot script. It ends with the test. */
export async function startScriptServer(rack: VirtualRack, script: string): Promise<ScriptServer> {
  const child = startIn(rack, [process.execPath, SERVER, script], ['ignore', 'pipe', 'inherit']);
  let said = '';
  let look = () => {};
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    look();
  });
  await untilSays(child, child.stdout, 'listening');
  const asked = () => said.split('\n').filter((line) => line.startsWith('/'));
  return {
    asked,
    wasAsked: (path) =>
      new Promise((resolve) => {
        look = () => asked().includes(path) && resolve();
        look();
      }),
  };
}

function startIn(
  rack: VirtualRack,
  command: readonly string[],
  stdio: ('ignore' | 'pipe' | 'inherit')[],
): ChildProcess {
  const [program, args] = inNamespace(rack.namespace, command);
  const child = spawn(program, args, { stdio });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function untilSays(child: ChildProcess, stream: ChildProcess['stdout'], part: string): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes(part)) resolve();
    });
    void once(child, 'exit').then(() => reject(new Error(`ended before it was ready: ${said}`)));
  });
}
