import { execFile } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTftpServer } from '../../../src/serve/tftp/server.ts';

const run = promisify(execFile);

/** On a port of its own, with these files. */
async function aServer(files: Record<string, Buffer>) {
  const probe = createSocket('udp4').bind(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  const sent: string[] = [];
  const asked: string[] = [];
  const errors: unknown[] = [];
  let closed = 0;
  const server = await startTftpServer({
    address: '127.0.0.1',
    port,
    async open(path, address) {
      asked.push(`${path} ${address}`);
      const bytes = files[path];
      if (path === 'broken') throw new Error('no');
      if (!bytes) return null;
      const read = async (start: number, length: number) => bytes.subarray(start, start + length);
      return { size: bytes.length, read, close: async () => void closed++ };
    },
    onSent: (path) => void sent.push(path),
    onError: (error) => void errors.push(error),
  });
  onTestFinished(server.close);
  /** By curl, which negotiates size and block size; or by busybox, which asks for what it is told. */
  const curl = async (path: string, ...more: string[]) =>
    (await run('curl', ['-s', ...more, `tftp://127.0.0.1:${port}/${path}`], { encoding: 'buffer' })).stdout;
  return { port, sent, asked, errors, curl, closed: () => closed };
}

async function aClient(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void socket.close());
  await once(socket, 'listening');
  return socket;
}

/** Takes block after block, and acknowledges every 32nd and the last: what a window of 32 asks for. */
async function fetched(port: number, path: string, options: string): Promise<Buffer> {
  const client = await aClient();
  const parts: Buffer[] = [];
  const done = Promise.withResolvers<Buffer>();
  client.on('message', (packet, from) => {
    const isOptions = packet.readUInt16BE(0) === 6;
    const isNext = !isOptions && packet.readUInt16BE(2) === ((parts.length + 1) & 0xffff);
    if (isNext) parts.push(packet.subarray(4));
    const isLast = isNext && packet.length < 4 + 8;
    if (isOptions || isLast || (isNext && parts.length % 32 === 0)) {
      client.send(ack(parts.length & 0xffff), from.port, from.address);
    }
    if (isLast) done.resolve(Buffer.concat(parts));
  });
  client.send(rrq(`${path}\0octet\0${options}`), port, '127.0.0.1');
  return done.promise;
}

const rrq = (text: string) => Buffer.from(`\0\x01${text}`, 'latin1');
const ack = (block: number) => Buffer.from([0, 4, block >> 8, block & 255]);
const bytes = (length: number) => Buffer.from(Array.from({ length }, (_, i) => (i * 7) % 251));

describe('the TFTP server', () => {
  it.each([1, 511, 512, 513, 1428, 70_000])('sends a file of %d bytes to curl', async (size) => {
    const content = bytes(size);
    const server = await aServer({ 'grub/grub.cfg': content });
    expect((await server.curl('/grub/grub.cfg', '--tftp-blksize', '1428')).equals(content)).toBe(true);
    expect(server.asked).toEqual(['grub/grub.cfg 127.0.0.1']);
    expect(server.sent).toEqual(['grub/grub.cfg']);
    expect(server.closed()).toBe(1);
  });

  it('sends it to a client without options, and an empty one', async () => {
    const content = bytes(5_000);
    const server = await aServer({ f: content, empty: Buffer.alloc(0) });
    expect((await server.curl('/f', '--tftp-no-options')).equals(content)).toBe(true);
    expect(await fetched(server.port, 'empty', '')).toEqual(Buffer.alloc(0));
  });

  it('counts on beyond 65,535 blocks, where the number of one rolls over', async () => {
    const content = bytes(65_540 * 8 + 3);
    const server = await aServer({ big: content });
    const got = await fetched(server.port, 'big', 'blksize\x008\0windowsize\x0032\0');
    expect(got.equals(content)).toBe(true);
  });

  it('refuses what there is not, and what is no read request', async () => {
    const server = await aServer({});
    await expect(server.curl('/none')).rejects.toMatchObject({ code: 68 });
    const client = await aClient();
    for (const wrong of [Buffer.from('\0\x02a\0octet\0'), rrq('a\0netascii\0'), rrq('a'), Buffer.alloc(3)]) {
      client.send(wrong, server.port, '127.0.0.1');
      const [answer] = await once(client, 'message');
      expect(answer.readUInt16BE(0)).toBe(5);
    }
    expect(server.asked).toEqual(['none 127.0.0.1']);
  });

  it('an error while a file is made is said, and the machine hears one', async () => {
    const server = await aServer({});
    await expect(server.curl('/broken')).rejects.toThrow();
    expect(server.errors).toEqual([new Error('no')]);
  });

  it('sends a window at a time, and again from what was acknowledged (RFC 7440)', async () => {
    const content = bytes(20);
    const server = await aServer({ f: content });
    const client = await aClient();
    const heard: [number, string][] = [];
    client.on('message', (packet, { port }) => {
      heard.push([packet.readUInt16BE(2), packet.subarray(4).toString('latin1')]);
      from = port;
    });
    let from = 0;
    const next = async (n: number) => {
      while (heard.length < n) await once(client, 'message');
      return heard.splice(0);
    };
    client.send(rrq('f\0octet\0blksize\x008\0windowsize\x002\0tsize\x000\0'), server.port, '127.0.0.1');
    const [options] = await once(client, 'message');
    expect(options.toString('latin1')).toBe('\0\x06blksize\x008\0windowsize\x002\0tsize\x0020\0');
    heard.splice(0);
    client.send(ack(0), from, '127.0.0.1');
    expect((await next(2)).map(([block]) => block)).toEqual([1, 2]);
    client.send(ack(1), from, '127.0.0.1');
    expect((await next(2)).map(([block]) => block)).toEqual([2, 3]);
    client.send(ack(3), from, '127.0.0.1');
    await server.curl('/f').catch(() => {});
    expect(server.sent[0]).toBe('f');
  });

  it('what is not acknowledged is sent again', async () => {
    const server = await aServer({ f: bytes(3) });
    const client = await aClient();
    client.send(rrq('f\0octet\0'), server.port, '127.0.0.1');
    const [first] = await once(client, 'message');
    const [again, { port }] = await once(client, 'message');
    expect(again.equals(first)).toBe(true);
    client.send(ack(1), port, '127.0.0.1');
    await server.curl('/f');
    expect(server.sent).toEqual(['f', 'f']);
  });

  it('listens once', async () => {
    const { port } = await aServer({});
    const options = { address: '127.0.0.1', port, open: async () => null, onSent() {}, onError() {} };
    await expect(startTftpServer(options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
