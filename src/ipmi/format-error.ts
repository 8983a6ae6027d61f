/** The one error that decoders of this folder throw: bytes that are not what the protocol says. */
export class IpmiFormatError extends Error {
  override readonly name = 'IpmiFormatError';
}

/** Refuses a buffer that is shorter than the fixed part of a message. */
export function needBytes(bytes: Buffer, length: number, what: string): void {
  if (bytes.length < length) {
    throw new IpmiFormatError(`${what} needs ${length} bytes, got ${bytes.length}`);
  }
}

/** One byte that is there by a length check made before; reading past the end is a format error too. */
export function byteAt(bytes: Buffer, offset: number): number {
  const value = bytes[offset];
  if (value === undefined) throw new IpmiFormatError(`no byte at ${offset}, the message has ${bytes.length}`);
  return value;
}
