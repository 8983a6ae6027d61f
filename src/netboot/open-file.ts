/** A file of the daemon's machine, opened to be taken into the store. */

import { constants, open } from 'node:fs/promises';
import { NetbootError } from './errors.ts';
import type { OpenSource } from './receive.ts';

/** Anything but a regular file is refused unread: a pipe would wait for ever, a device never end. */
export async function openFile(path: string): Promise<OpenSource> {
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
