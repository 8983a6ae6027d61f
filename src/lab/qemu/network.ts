/** The rack's own network: a namespace with one bridge and a tap for each machine. Needs root. */

import { execa } from 'execa';

export const BRIDGE = 'br0';
/** The daemon's own addresses on the bridge. */
export const GATEWAY = '10.77.0.1';
const GATEWAY_6 = 'fd77::1';

/** A namespace that cannot be made; the message says what to change. */
export class NamespaceError extends Error {
  override readonly name = 'NamespaceError';
}

/** Makes the namespace with bridge and taps, all up. Rejects with NamespaceError, having removed what it made. */
export async function createNamespace(name: string, taps: readonly string[]): Promise<void> {
  await ip(['netns', 'add', name]);
  try {
    await ip(['-n', name, '-batch', '-'], devices(taps));
  } catch (error) {
    await removeNamespace(name);
    throw error;
  }
}

/** Its devices go with it as soon as no process is left in it. A namespace that is not there is no error. */
export async function removeNamespace(name: string): Promise<void> {
  if ((await namespaces()).includes(name)) await ip(['netns', 'del', name]);
}

/** Ids of the processes in it. */
export async function processesIn(name: string): Promise<number[]> {
  if (!(await namespaces()).includes(name)) return [];
  return (await ip(['netns', 'pids', name])).split('\n').filter(Boolean).map(Number);
}

/** A command as it has to be run in order to run there. */
export function inNamespace(name: string, command: readonly string[]): [program: string, args: string[]] {
  return ['ip', ['netns', 'exec', name, ...command]];
}

/** Rejects with NamespaceError where there is one of that name: it is somebody else's. */
export async function expectFree(name: string): Promise<void> {
  if (!(await namespaces()).includes(name)) return;
  throw new NamespaceError(`there is a network namespace "${name}" already`);
}

async function namespaces(): Promise<string[]> {
  return (await ip(['netns', 'list'])).split('\n').map((line) => line.split(' ')[0] ?? '');
}

/** No forwarding delay: a machine asks for its address seconds after its link is up. */
function devices(taps: readonly string[]): string {
  return [
    'link set lo up',
    `link add ${BRIDGE} type bridge forward_delay 0 stp_state 0`,
    `addr add ${GATEWAY}/24 dev ${BRIDGE}`,
    `addr add ${GATEWAY_6}/64 dev ${BRIDGE} nodad`,
    `link set ${BRIDGE} up`,
    ...taps.flatMap((tap) => [`tuntap add dev ${tap} mode tap`, `link set ${tap} master ${BRIDGE} up`]),
    '',
  ].join('\n');
}

async function ip(args: readonly string[], input = ''): Promise<string> {
  try {
    return (await execa('ip', args, { input })).stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    const why = said || (error instanceof Error ? error.message : String(error));
    const hint = /not permitted|denied/i.test(why) ? '; the virtual rack needs root' : '';
    throw new NamespaceError(`ip ${args.join(' ')}: ${why}${hint}`);
  }
}
