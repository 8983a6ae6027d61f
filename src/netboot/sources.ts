/** Where artifacts come from: a file of the daemon's machine, http(s), a container registry, or a Debian package. */

import { Agent, interceptors, request } from 'undici';
import type { ArtifactSpec } from '../model/site.ts';
import { NetbootError } from './errors.ts';
import { openOci } from './oci.ts';
import { openFile } from './open-file.ts';
import { openPackage } from './package.ts';
import type { OpenSource } from './receive.ts';
import { expectSigned } from './signature.ts';

export interface Sources {
  /** Rejects with NetbootError, or with what the system or the connection says; see `netbootError`. */
  open(artifact: ArtifactSpec, signal: AbortSignal): Promise<OpenSource>;
  close(): Promise<void>;
}

/** How long a server may take to begin, and how long it may pause, in ms. */
const PATIENCE = { headersTimeout: 30_000, bodyTimeout: 60_000 };

/** Of a list of sums, in bytes. */
const MOST_TEXT = 4 << 20;

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

  async function readText(url: string, signal: AbortSignal): Promise<Buffer> {
    const { body } = await openUrl(url, signal);
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of body as AsyncIterable<Buffer>) {
      parts.push(part);
      size += part.length;
      if (size > MOST_TEXT) throw new NetbootError('too-large', `${url} is larger than a list of sums`);
    }
    return Buffer.concat(parts);
  }

  return {
    async open({ file, url = '', package: name, path = '', signedBy, sha256 }, signal) {
      if (signedBy) await expectSigned(signedBy, sha256, (from) => readText(from, signal));
      if (name !== undefined) return openPackage(name, path, signal);
      if (file !== undefined) return openFile(file);
      return url.startsWith('oci://') ? openOci(url, sha256, signal) : openUrl(url, signal);
    },
    close: () => agent.destroy(),
  };
}
