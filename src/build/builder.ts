/** The port of a builder: Docker Engine, or buildah. */

import type { Login } from '../registry/auth.ts';
import type { Repository } from '../registry/client.ts';

export interface BuildRequest {
  /** The files of the context as a tar archive; as often as it is asked for. */
  context(): AsyncIterable<Uint8Array>;
  /** Inside the context. */
  dockerfile: string;
  args: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  /** `linux/arm64`; null for the builder's own. */
  platform: string | null;
  target: Target;
  /** Its reason says why it is to end. */
  signal: AbortSignal;
  onLine(line: string): void;
}

/** Where the image goes. */
export interface Target {
  repository: Repository;
  /** Of the registry: `https://karoo.example.org:5000`. */
  endpoint: string;
  login: Login | null;
}

export interface Builder {
  /** `Docker Engine 20.10.24`, for people. Rejects with BuildError `unreachable`. */
  describe(signal: AbortSignal): Promise<string>;
  /** Fetches the image where it is not there yet; null where its digest cannot be known. Never rejects. */
  digestOf(image: string, platform: string | null, signal: AbortSignal): Promise<string | null>;
  /** Resolves with the digest of the image, which is in the repository then. Rejects with BuildError or RegistryError. */
  build(request: BuildRequest): Promise<string>;
}

/** The tag that an image has until its own tags are written; nobody else's. */
export function stagingTag(platform: string | null): string {
  return `barewright-build${platform === null ? '' : `-${platform.replaceAll('/', '-')}`}`;
}
