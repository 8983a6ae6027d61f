/** What a connection says when it fails, as an error a person can act on. */

import { connectionWords, isDiskFull } from '../model/connection-words.ts';
import { RegistryError } from './errors.ts';

const CERTIFICATE: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted',
  CERT_SIGNATURE_FAILURE: 'its certificate comes from an authority that is not trusted',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: compare the clocks',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it speaks no TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it speaks no TLS on this port',
  EPROTO: 'it speaks no TLS that can be used',
};

/** Takes what was thrown while speaking to `registry` (host and port). Passes RegistryErrors on as they are. */
export function connectionError(error: unknown, registry: string, signal?: AbortSignal): RegistryError {
  if (error instanceof RegistryError) return error;
  const options = { cause: error };
  if (signal?.aborted) return new RegistryError('closed', `${registry}: given up`, options);
  if (isDiskFull(error)) return new RegistryError('no-space', 'the disk of this machine is full', options);
  const { code = '', message } = error as NodeJS.ErrnoException;
  const distrust =
    CERTIFICATE[code] ?? (code.startsWith('ERR_SSL') || code.startsWith('CERT_') ? message : null);
  if (distrust !== null) return new RegistryError('tls', `${registry} is not trusted: ${distrust}`, options);
  return new RegistryError(
    'unreachable',
    `${registry} cannot be reached: ${connectionWords(error)}`,
    options,
  );
}
