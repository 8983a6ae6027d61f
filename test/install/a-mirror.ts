/** The mirror that the machines install from, and the kernel that belongs to it: from the environment, or made here. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GATEWAY, inNamespace } from '../../src/lab/qemu/network.ts';
import type { VirtualRack } from '../../src/lab/qemu/virtual-rack.ts';
import type { ArtifactSpec } from '../../src/model/site.ts';
import { buildPartialMirror } from '../../tools/partial-mirror/build.ts';

export interface Mirror {
  /** Served below `/debian`. */
  directory: string;
  url: string;
  /** Armored: what it is signed with. */
  key: string;
  kernel: ArtifactSpec;
  initrd: ArtifactSpec;
}

const PORT = 8900;

/**
 * `BAREWRIGHT_MIRROR` names a folder as tools/partial-mirror/build.ts makes it. Without it, one is made in the system's
 * folder for temporary files, and kept.
 */
export function aMirror(): Mirror {
  const home = process.env['BAREWRIGHT_MIRROR'] ?? join(tmpdir(), 'barewright-mirror');
  if (!existsSync(join(home, 'debian/key.asc'))) buildPartialMirror(home, join(home, 'downloads'));
  const artifact = (name: string) => {
    const file = join(home, name);
    return { file, sha256: createHash('sha256').update(readFileSync(file)).digest('hex') };
  };
  return {
    directory: home,
    url: `http://${GATEWAY}:${PORT}/debian`,
    key: readFileSync(join(home, 'debian/key.asc'), 'utf8'),
    kernel: artifact('linux'),
    initrd: artifact('initrd.gz'),
  };
}

/** Serves it inside the namespace; the returned function ends that. */
export async function serveMirror(
  { namespace }: Pick<VirtualRack, 'namespace'>,
  mirror: Mirror,
): Promise<() => void> {
  const server = join(import.meta.dirname, 'children/mirror-server.ts');
  const command = [process.execPath, server, mirror.directory, GATEWAY, `${PORT}`];
  const [program, args] = inNamespace(namespace, command);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return () => void child.kill('SIGKILL');
}
