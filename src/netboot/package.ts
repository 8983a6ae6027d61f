/** Debian packages as a source: downloaded with apt as the daemon's user, one file of them read, nothing installed. */

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { NetbootError } from './errors.ts';
import { openFile } from './open-file.ts';
import type { OpenSource } from './receive.ts';

/** Whatever apt's configuration says: only what its keys vouch for. */
const VERIFIED = [
  ...['APT::Get::AllowUnauthenticated', 'Acquire::AllowInsecureRepositories'],
  ...['Acquire::AllowWeakRepositories', 'Acquire::AllowDowngradeToInsecureRepositories'],
].flatMap((option) => ['-o', `${option}=false`]);
/** Of its download, in ms. */
const LONGEST = 15 * 60_000;

/** Rejects with NetbootError `package`: apt does not know it or cannot fetch it, or it has no such file. */
export async function openPackage(name: string, path: string, signal: AbortSignal): Promise<OpenSource> {
  const folder = await mkdtemp(join(tmpdir(), 'barewright-package-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const options = { cwd: folder, cancelSignal: signal, timeout: LONGEST, env: { LC_ALL: 'C' } };
    await execa('apt-get', ['-q', ...VERIFIED, 'download', name], options);
    const archive = (await readdir(folder)).find((file) => file.endsWith('.deb'));
    if (archive === undefined) throw new NetbootError('package', 'apt-get download left no package');
    const source = await fileOf(folder, archive, path, options);
    source.body.once('close', () => void remove());
    return source;
  } catch (error) {
    await remove();
    throw explained(error, name);
  }
}

/** Takes this one file out; it is gone again when it was read. Links are not followed. */
async function fileOf(
  folder: string,
  archive: string,
  path: string,
  options: { cwd: string },
): Promise<OpenSource> {
  const script = 'set -o pipefail; dpkg-deb --fsys-tarfile "$1" | tar -x -- ".$2"';
  await execa('bash', ['-c', script, 'bash', archive, path], options).catch((error: unknown) => {
    const isThere = !/Not found in archive/.test(String(error));
    throw isThere ? error : new NetbootError('package', `it has no file ${path}`, { cause: error });
  });
  return openFile(join(folder, path));
}

function explained(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || !('stderr' in error)) return error;
  const said = String(error.stderr).trim();
  if (/Unable to locate package|No packages found|Can't select/.test(said)) {
    return new NetbootError('package', `apt knows no package ${name}; try apt-get update, or another name`);
  }
  const lines = said.split('\n').filter((line) => line.startsWith('E: '));
  const why = lines.map((line) => line.slice(3)).join('; ') || error.message.split('\n')[0];
  return new NetbootError('package', `apt cannot download ${name}: ${why}`, { cause: error });
}
