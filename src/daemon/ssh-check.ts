/** A look at a fresh install by SSH: with the host key that it reported, and no other. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { SshOutcome } from '../act/runner.ts';
import type { Situation } from '../act/step.ts';
import { INSTALL_ID_FILE } from '../agent/files.ts';
import type { Secrets } from './secrets.ts';

/** ms for the whole login. */
const PATIENCE = 20_000;
/** Facts of the agent (src/agent/files/facts.sh), the best one first. */
const KEY_FACTS = ['sshHostKey.ed25519', 'sshHostKey.ecdsa'];
const KEY = /^(ssh-ed25519|ecdsa-sha2-nistp256) [A-Za-z0-9+/=]+$/;

type Check = Pick<Situation, 'node' | 'policy' | 'state'>;

/** Never rejects: what goes wrong is why the install is not proven. The command is there for tests. */
export function createSshCheck(
  secrets: Pick<Secrets, 'read'>,
  command = `cat /${INSTALL_ID_FILE}`,
): (s: Check) => Promise<SshOutcome> {
  return async (s) => {
    const folder = await mkdtemp(join(tmpdir(), 'barewright-ssh-'));
    try {
      return await look(s, folder, secrets, command);
    } catch (error) {
      return { ok: false, why: error instanceof Error ? error.message : String(error) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

async function look(
  { node, state, policy: { sshCheck } }: Check,
  folder: string,
  secrets: Pick<Secrets, 'read'>,
  command: string,
): Promise<SshOutcome> {
  const address = node.bootAddress ?? state.attempt?.address;
  const known = KEY_FACTS.map((fact) => state.facts[fact]);
  const hostKey = known.find((text) => text !== undefined && KEY.test(text));
  if (!sshCheck || !address) return { ok: false, why: 'no address of it is known' };
  if (hostKey === undefined) return { ok: false, why: 'it has reported no SSH host key' };
  const files = { key: join(folder, 'key'), hosts: join(folder, 'known_hosts') };
  await writeFile(files.key, `${await secrets.read(sshCheck.key)}\n`, { mode: 0o600 });
  await writeFile(files.hosts, `${node.name} ${hostKey}\n`, { mode: 0o600 });
  const options = {
    ...{ BatchMode: 'yes', IdentitiesOnly: 'yes', IdentityFile: files.key, ConnectTimeout: '10' },
    ...{ StrictHostKeyChecking: 'yes', UserKnownHostsFile: files.hosts, GlobalKnownHostsFile: '/dev/null' },
    ...{
      HostKeyAlias: node.name,
      HostKeyAlgorithms: hostKey.split(' ')[0],
      UpdateHostKeys: 'no',
      LogLevel: 'ERROR',
    },
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const target = [
    '-F',
    '/dev/null',
    '-p',
    String(sshCheck.port),
    '-l',
    sshCheck.user,
    '--',
    address,
    command,
  ];
  const login = await execa('ssh', [...flags, ...target], {
    ...{ reject: false, stdin: 'ignore', timeout: PATIENCE, env: { SSH_AUTH_SOCK: '' } },
  });
  if (login.timedOut) return { ok: false, why: `no login within ${PATIENCE / 1000} s` };
  if (login.exitCode === undefined)
    return { ok: false, why: 'ssh cannot be run: apt-get install openssh-client' };
  if (login.exitCode !== 0) return { ok: false, why: saidBySsh(login.stderr) };
  const isOurs = login.stdout.trim() === state.attempt?.installId;
  return isOurs ? { ok: true, hostKey } : { ok: false, why: 'it carries the mark of another install' };
}

/** The line that says why; control characters of a stranger stay out of the journal. */
function saidBySsh(text: string): string {
  const lines = text.split('\n').map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim());
  const telling = lines.find((line) =>
    /verification failed|denied|refused|timed out|no route|closed/i.test(line),
  );
  return (telling ?? lines.findLast((line) => line !== '') ?? 'ssh says nothing').slice(0, 200);
}
