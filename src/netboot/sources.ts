/** Where artifacts come from: a file of the daemon's machine, http(s), or a container registry. */

import { constants, open } from 'node:fs/promises';
import { Agent, interceptors, request } from 'undici';
import type { ArtifactSpec } from '../model/site.ts';
import { NetbootError } from './errors.ts';
import { openOci } from './oci.ts';
import type { OpenSource } from './receive.ts';

export interface Sources {
  /** Rejects with NetbootError, or with what the system or the connection says; see `netbootError`. */
  open(artifact: ArtifactSpec, signal: AbortSignal): Promise<OpenSource>;
  close(): Promise<void>;
}

/** How long a server may take to begin, and how long it may pause, in ms. */
const PATIENCE = { headersTimeout: 30_000, bodyTimeout: 60_000 };

/** Redirects are followed: whatever comes is held against the digest. */
export function createSources(): Sources {
  const agent = new Agent(PATIENCE);
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: 5 }));

  async function openUrl(url: string, signal: AbortSignal): Promise<OpenSource> {
    const { statusCode, headers, body } = await request(url, { dispatcher, signal });
    if (statusCode !== 200) {
      body.on('error', () => {}).destroy();
      throw new NetbootError('http', `its server answers ${statusCode}`);
    }
    const size = Number(headers['content-length']);
    return { size: Number.isSafeInteger(size) ? size : null, body };
  }

  return {
    open({ file, url = '', sha256 }, signal) {
      if (file !== undefined) return openFile(file);
      return url.startsWith('oci://') ? openOci(url, sha256, signal) : openUrl(url, signal);
    },
    close: () => agent.destroy(),
  };
}

/** Anything but a regular file is refused unread: a pipe would wait for ever, a device never end. */
async function openFile(path: string): Promise<OpenSource> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw new NetbootError('file', FILE_TROUBLE[(error as NodeJS.ErrnoException).code ?? ''] ?? `${error}`);
  });
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new NetbootError('file', 'it is no regular file');
  }
  return { size: stat.size, body: handle.createReadStream({ highWaterMark: 1 << 20 }) };
}

const FILE_TROUBLE: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'the daemon may not read it',
  EPERM: 'the daemon may not read it',
};
