/** Two network namespaces with a cable between them: dnsmasq in one, DHCP clients in the other. */

import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { aTempDir } from '../builders/temp-dir.ts';

export interface Wire {
  /** What dnsmasq is started with. */
  program: string[];
  /** Its own interface, 10.77.0.1 and fd77::1. */
  interface: 'srv0';
  /** Namespace of the server. */
  namespace: string;
  /** A directory that dnsmasq's own user may read. */
  directory: string;
  /** Plays a machine with this MAC: what it was given, as udhcpc names it, or null. `tries` of one second each; `more`: further options of udhcpc. */
  lease(mac: string, tries?: number, more?: readonly string[]): Promise<Record<string, string> | null>;
  /** The same by DHCPv6: options of the reply as `code hex`, one a line, or empty. */
  lease6(mac: string, seconds?: number): Promise<string>;
  /** Runs a program on the client's side. */
  run(...command: string[]): Promise<string>;
}

/** Removed, with what runs in it, when the test is over. */
export function aWire(): Wire {
  const id = randomBytes(3).toString('hex');
  const [namespace, clients] = [`bwt${id}s`, `bwt${id}c`];
  const directory = join(aTempDir(), 'dnsmasq');
  for (const path of [join(directory, '..'), directory]) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o755);
  }
  mkdirSync(join(directory, 'tftp'));
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  for (const name of [namespace, clients]) {
    ip('netns', 'add', name);
    onTestFinished(() => void ip('netns', 'del', name));
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  ip('link', 'add', 'srv0', 'netns', namespace, 'type', 'veth', 'peer', 'name', 'cli0', 'netns', clients);
  ip('-n', namespace, 'addr', 'add', '10.77.0.1/24', 'dev', 'srv0');
  ip('-n', namespace, 'addr', 'add', 'fd77::1/64', 'dev', 'srv0', 'nodad');
  ip('-n', namespace, 'link', 'set', 'srv0', 'up');

  const script = join(directory, '..', 'bound.sh');
  writeFileSync(script, '#!/bin/sh\n[ "$1" = bound ] && env\nexit 0\n', { mode: 0o755 });

  function run(...command: string[]): Promise<string> {
    return new Promise((resolve) => {
      execFile('ip', ['netns', 'exec', clients, ...command], (_error, stdout) => resolve(stdout));
    });
  }

  function become(mac: string): void {
    ip('-n', clients, 'link', 'set', 'cli0', 'down');
    ip('-n', clients, 'link', 'set', 'cli0', 'address', mac);
    ip('-n', clients, 'link', 'set', 'cli0', 'up');
  }

  /** The link-local address is added without waiting for another machine to claim it. */
  async function lease6(mac: string, seconds = 10): Promise<string> {
    ip('-n', clients, 'addr', 'flush', 'dev', 'cli0');
    become(mac);
    ip('-n', clients, 'addr', 'replace', `fe80::${mac.slice(-2)}/64`, 'dev', 'cli0', 'nodad');
    const client = join(import.meta.dirname, 'children', 'dhcp6-client.ts');
    return run(process.execPath, client, 'cli0', mac, String(seconds));
  }

  async function lease(mac: string, tries = 3, more: readonly string[] = []) {
    become(mac);
    const udhcpc = [
      'udhcpc',
      '-i',
      'cli0',
      '-f',
      '-q',
      '-n',
      '-t',
      String(tries),
      '-T',
      '1',
      '-s',
      script,
      ...more,
    ];
    const out = await run('busybox', ...udhcpc);
    const told = Object.fromEntries(
      [...out.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    return told['ip'] === undefined ? null : (told as Record<string, string>);
  }

  return {
    program: ['ip', 'netns', 'exec', namespace, 'dnsmasq'],
    interface: 'srv0',
    namespace,
    directory,
    lease,
    lease6,
    run,
  };
}

/** A program that is no dnsmasq and has the DHCP port. */
export async function aPortTaker(wire: Wire): Promise<ChildProcess> {
  const script = "require('node:dgram').createSocket('udp4').bind(67, () => console.log('bound'))";
  const child = spawn('ip', ['netns', 'exec', wire.namespace, process.execPath, '-e', script]);
  onTestFinished(() => void child.kill());
  await once(child.stdout, 'data');
  return child;
}

/** A dnsmasq on the files of the directory, as a daemon that was killed leaves it behind. */
export async function anOrphan({ program: [name = '', ...args], directory }: Wire): Promise<ChildProcess> {
  const options = [`--conf-file=${directory}/dnsmasq.conf`, `--pid-file=${directory}/pid`];
  const more = [`--dhcp-leasefile=${directory}/leases`, '--log-facility=-'];
  const child = spawn(name, [...args, '--keep-in-foreground', ...options, ...more]);
  onTestFinished(() => void child.kill());
  await once(child.stderr, 'data');
  return child;
}
