import type { SecretRef } from '../model/secret-ref.ts';
import { ChannelError, type ChannelPorts } from './channel.ts';

/** A secret, read now: a rotated one is taken from then on. */
export async function readSecret({ read }: Pick<ChannelPorts, 'read'>, ref: SecretRef): Promise<string> {
  try {
    return (await read(ref)).trim();
  } catch (error) {
    throw new ChannelError('secret', error instanceof Error ? error.message : String(error));
  }
}

const LOOPBACK = /^(?:127(?:\.\d+){3}|\[::1\]|localhost)$/;

/** An address that is a secret itself: it may not cross a network in the clear, and no message may repeat it. */
export async function readAddress(ports: Pick<ChannelPorts, 'read'>, ref: SecretRef): Promise<URL> {
  const text = await readSecret(ports, ref);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new ChannelError('secret', 'the address that was read is no http or https address');
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw new ChannelError('secret', 'the address that was read would be sent messages without encryption');
  }
  return url;
}

/** What no message may repeat of an address that is a secret: all of it, and each part that lets anybody post. */
export function partsOf(address: URL): string[] {
  const { href, pathname, searchParams } = address;
  return [href, ...pathname.split('/'), ...searchParams.values()];
}
