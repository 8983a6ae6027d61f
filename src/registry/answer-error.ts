/** What a registry's refusal means: status and body in, error out. OCI distribution spec 1.1, "Error Codes". */

import { oneLine } from '../model/one-line.ts';
import { RegistryError, type RegistryErrorCode } from './errors.ts';

/** Characters of a registry's own words. */
const MOST_SAID = 200;

/** `what` was asked for: `PUT karoo:5000/redis:7.2`. `body` is what came with it, cut off where it is long. */
export function answerError(status: number, body: string, what: string): RegistryError {
  const { code, message } = firstOf(body);
  const said = message === '' ? `${status}` : `${status} ${message}`;
  return new RegistryError(codeOf(status, code, body), `${what}: ${said}`);
}

function codeOf(status: number, code: string, body: string): RegistryErrorCode {
  if (code === 'DIGEST_INVALID') return 'digest';
  if (code === 'SIZE_INVALID') return 'truncated';
  if (code === 'BLOB_UPLOAD_INVALID' || code === 'BLOB_UPLOAD_UNKNOWN') return 'upload-lost';
  if (code === 'MANIFEST_BLOB_UNKNOWN') return 'incomplete';
  if (isFull(status, body)) return 'no-space';
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 405:
      // distribution's `registry` has no such routes then, and says so without a code of the specification.
      return code === '' ? 'read-only' : 'unsupported';
    case 415:
      return 'unsupported';
    case 416:
      return 'upload-lost';
    case 429:
      return 'too-many-requests';
    case 507:
      return 'no-space';
  }
  return status >= 500 ? 'server' : status >= 400 ? 'refused' : 'protocol';
}

/** distribution's `registry` passes the system's error on: number 28 (ENOSPC) or 122 (EDQUOT). */
function isFull(status: number, body: string): boolean {
  return status >= 500 && /"Err":\s*(28|122)\b|no space left|quota exceeded/i.test(body);
}

function firstOf(body: string): { code: string; message: string } {
  try {
    const [first] = (JSON.parse(body) as { errors?: { code?: unknown; message?: unknown }[] }).errors ?? [];
    return { code: oneLine(first?.code, MOST_SAID), message: oneLine(first?.message, MOST_SAID) };
  } catch {
    return { code: '', message: '' };
  }
}
