/** The boot plane for GRUB, which speaks TFTP: the same answers under the same guards, by path. */

import { GRUB_CONFIG, GRUB_CONFIG_PATH, GRUB_LOCAL_DISK_SCRIPT } from '../../render/grub-script.ts';
import { type Artifact, DIGEST } from '../artifact.ts';
import type { BootPlanePorts } from '../boot-plane.ts';
import { MAC } from '../boot-schemas.ts';
import type { TftpFile } from './transfer.ts';

type Ports = Pick<BootPlanePorts, 'ready' | 'script' | 'answers' | 'artifact' | 'loader' | 'onError'>;

/** What `startTftpServer` asks: null where there is nothing for this machine under this path. */
export function createBootFiles(ports: Ports) {
  return async function open(path: string, address: string): Promise<TftpFile | null> {
    if (path === GRUB_CONFIG_PATH) return inMemory(GRUB_CONFIG);
    const [folder = '', name = '', file = '', ...more] = path.split('/');
    if (more.length > 0) return null;
    if (file !== '') return folder === 'i' ? await answers(name, file, address) : null;
    if (folder === 'boot') return bootScript(name, address);
    if (name === '') return loader(folder);
    return folder === 'netboot' ? artifact(name) : null;
  };

  /** A machine that asks for its script must never be left without the safe answer, whatever goes wrong here. */
  async function bootScript(mac: string, address: string): Promise<TftpFile | null> {
    if (!MAC.test(mac)) return null;
    try {
      if (!(await ports.ready())) return inMemory(GRUB_LOCAL_DISK_SCRIPT);
      const answer = await ports.script(mac, address, 'grub');
      if (answer.kind === 'unknown') return null;
      return inMemory(answer.kind === 'installer' ? answer.text : GRUB_LOCAL_DISK_SCRIPT);
    } catch (error) {
      ports.onError(error, `boot script of ${mac}`);
      return inMemory(GRUB_LOCAL_DISK_SCRIPT);
    }
  }

  async function answers(token: string, file: string, address: string): Promise<TftpFile | null> {
    if (!(await ports.ready())) return null;
    const answer = await ports.answers(token, file, address);
    return answer.ok ? inMemory(answer.content) : null;
  }

  async function artifact(digest: string): Promise<TftpFile | null> {
    const found = DIGEST.test(digest) && (await ports.ready()) ? ports.artifact(digest) : null;
    return found && onDisk(found);
  }

  async function loader(name: string): Promise<TftpFile | null> {
    const bytes = await ports.loader(name);
    return bytes && inMemory(bytes);
  }
}

function inMemory(content: string | Uint8Array): TftpFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    size: bytes.length,
    read: async (start, length) => bytes.subarray(start, start + length),
    close: async () => {},
  };
}

const AHEAD = 1 << 20;

/** A piece is read at a time, of which many blocks are taken; they are asked for in order. */
function onDisk({ size, read }: Artifact): TftpFile {
  let piece = { start: 0, bytes: Buffer.alloc(0) };

  async function load(start: number): Promise<void> {
    const end = Math.min(start + AHEAD, size) - 1;
    const parts: Buffer[] = [];
    if (start <= end) for await (const part of await read({ start, end })) parts.push(part);
    piece = { start, bytes: Buffer.concat(parts) };
  }

  return {
    size,
    async read(start, length) {
      const end = Math.min(start + length, size);
      if (start < piece.start || end > piece.start + piece.bytes.length) await load(start);
      return piece.bytes.subarray(start - piece.start, end - piece.start);
    },
    close: async () => {},
  };
}
