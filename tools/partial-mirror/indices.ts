/** Packages and Release files of the mirror, signed with a key that is thrown away. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes `dists/` and the public key, `key.asc`, anew. */
export function writeIndices(directory: string, suite: string, scratch: string): void {
  const dists = join(directory, 'dists', suite);
  rmSync(join(directory, 'dists'), { recursive: true, force: true });
  writePackages(directory, join(dists, 'main/binary-amd64'), ['pool/deb']);
  writePackages(directory, join(dists, 'main/debian-installer/binary-amd64'), ['-tudeb', 'pool/udeb']);
  const said = (key: string, value: string) => ['-o', `APT::FTPArchive::Release::${key}=${value}`];
  const release = execFileSync(
    'apt-ftparchive',
    [
      ...[
        ...said('Origin', 'Debian'),
        ...said('Label', 'Debian'),
        ...said('Suite', 'stable'),
        ...said('Codename', suite),
      ],
      ...[
        ...said('Version', '13'),
        ...said('Architectures', 'amd64'),
        ...said('Components', 'main'),
        'release',
        '.',
      ],
    ],
    { cwd: dists, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  writeFileSync(join(dists, 'Release'), release);
  sign(directory, dists, join(scratch, 'gnupg'));
}

function writePackages(directory: string, into: string, where: readonly string[]): void {
  mkdirSync(into, { recursive: true });
  const list = execFileSync('dpkg-scanpackages', ['--multiversion', ...where], {
    ...{ cwd: directory, maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] },
  });
  writeFileSync(join(into, 'Packages'), list);
  // The installer asks for it, to see whether the mirror has the architecture.
  writeFileSync(
    join(into, 'Release'),
    'Archive: stable\nComponent: main\nOrigin: Debian\nLabel: Debian\nArchitecture: amd64\n',
  );
  for (const [program, ...args] of [
    ['gzip', '-9kfn'],
    ['xz', '-kf'],
  ]) {
    execFileSync(program ?? '', [...args, join(into, 'Packages')]);
  }
}

/** apt and gpgv take both forms: in the file, and beside it. */
function sign(directory: string, dists: string, home: string): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const env = { ...process.env, GNUPGHOME: home };
  const gpg = (...args: string[]) =>
    execFileSync(
      'gpg',
      ['--batch', '--yes', '--quiet', '--passphrase', '', '--pinentry-mode', 'loopback', ...args],
      {
        ...{ env, stdio: ['ignore', 'pipe', 'pipe'] },
      },
    );
  try {
    gpg('--quick-generate-key', 'partial mirror <mirror@localhost>', 'rsa3072', 'sign', 'never');
    const release = join(dists, 'Release');
    gpg('--armor', '--detach-sign', '--digest-algo', 'SHA512', '--output', `${release}.gpg`, release);
    gpg('--clearsign', '--digest-algo', 'SHA512', '--output', join(dists, 'InRelease'), release);
    writeFileSync(join(directory, 'key.asc'), gpg('--armor', '--export'));
  } finally {
    execFileSync('gpgconf', ['--kill', 'gpg-agent'], { env, stdio: 'ignore' });
  }
}
