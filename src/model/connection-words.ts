/** What the errors of a connection mean, in words for a person. Pure. */

const WORDS: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up now',
  EHOSTUNREACH: 'no route to its host',
  ENETUNREACH: 'no route to its network',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'it fell silent',
  UND_ERR_SOCKET: 'the connection broke',
  UND_ERR_ABORTED: 'the connection broke',
};

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

/** Takes what Node or undici threw; an error of another kind speaks for itself. */
export function connectionWords(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return WORDS[code] ?? `${message ?? error}`;
}

/** Why the other side is not trusted over TLS; null where it is something else that failed. */
export function distrustWords(error: unknown): string | null {
  const { code, message } = error as NodeJS.ErrnoException;
  // A DOMException's is a number.
  if (typeof code !== 'string') return null;
  return CERTIFICATE[code] ?? (code.startsWith('ERR_SSL') || code.startsWith('CERT_') ? message : null);
}

/** Whether there is no room on the disk of this machine. */
export function isDiskFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
