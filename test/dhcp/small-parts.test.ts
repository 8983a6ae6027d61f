import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readFiles, replaceFiles } from '../../src/dhcp/config-files.ts';
import { fillTftpRoot } from '../../src/dhcp/loaders.ts';
import { endOrphan } from '../../src/dhcp/orphan.ts';
import { askTftp } from '../../src/dhcp/tftp-probe.ts';
import { createTimer } from '../../src/dhcp/timer.ts';
import { aTempDir } from '../builders/temp-dir.ts';

describe('replaceFiles', () => {
  const files = new Map(['dnsmasq.conf', 'hosts', 'opts', 'names'].map((name) => [name, `${name}\n`]));

  it('writes whole files that everybody may read, and touches none that is as it should be', async () => {
    const directory = join(aTempDir(), 'a', 'b');
    expect(await readFiles(directory)).toBeNull();
    expect(await replaceFiles(directory, files)).toBe(true);
    expect(await readFiles(directory)).toEqual(files);
    const before = readdirSync(directory).map((name) => statSync(join(directory, name)));
    expect(before.map(({ mode }) => mode & 0o777)).toEqual([0o644, 0o644, 0o644, 0o644]);
    expect(await replaceFiles(directory, files)).toBe(false);
    expect(readdirSync(directory).map((name) => statSync(join(directory, name)).ino)).toEqual(
      before.map(({ ino }) => ino),
    );
  });
});

describe('fillTftpRoot', () => {
  it('copies the loaders that there are, readable by everybody, and says which are missing', async () => {
    const [source, root] = [aTempDir(), join(aTempDir(), 'tftp')];
    writeFileSync(join(source, 'undionly.kpxe'), 'bios', { mode: 0o600 });
    const fill = () => fillTftpRoot(root, source, ['undionly.kpxe', 'snponly.efi']);
    expect(await fill()).toEqual(['snponly.efi']);
    expect(readFileSync(join(root, 'undionly.kpxe'), 'utf8')).toBe('bios');
    expect(statSync(join(root, 'undionly.kpxe')).mode & 0o777).toBe(0o644);
    const { ino } = statSync(join(root, 'undionly.kpxe'));
    await fill();
    expect(statSync(join(root, 'undionly.kpxe')).ino).toBe(ino);
    writeFileSync(join(source, 'undionly.kpxe'), 'newer');
    await fill();
    expect(readFileSync(join(root, 'undionly.kpxe'), 'utf8')).toBe('newer');
    expect(readdirSync(root).sort()).toEqual(['alive', 'undionly.kpxe']);
  });

  it('rejects where it cannot write', async () => {
    const root = join(aTempDir(), 'tftp');
    writeFileSync(root, 'a file');
    await expect(fillTftpRoot(root, aTempDir(), [])).rejects.toThrow('tftp');
  });
});

describe('askTftp', () => {
  /** Answers every request with this. */
  async function aServer(answer: Buffer | null): Promise<number> {
    const socket = createSocket('udp4');
    socket.on('message', (_message, { port, address }) => answer && socket.send(answer, port, address));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    onTestFinished(() => void socket.close());
    return socket.address().port;
  }

  it.each([
    ['data', Buffer.from('\0\x03\0\x01barewright')],
    ['an error', Buffer.from('\0\x05\0\x01no such file\0')],
  ])('takes %s for an answer', async (_, answer) => {
    expect(await askTftp('127.0.0.1', await aServer(answer), 'alive', 5_000)).toBe(true);
  });

  it('notices that nobody answers', async () => {
    expect(await askTftp('127.0.0.1', await aServer(null), 'alive', 20)).toBe(false);
  });
});

describe('endOrphan', () => {
  it('leaves a process alone that only has the number of the old one', async () => {
    const directory = aTempDir();
    writeFileSync(join(directory, 'pid'), `${process.pid}\n`);
    await endOrphan(join(directory, 'pid'), '--conf-file=/nowhere/dnsmasq.conf');
    await endOrphan(join(directory, 'none'), '--conf-file=/nowhere/dnsmasq.conf');
    expect(process.pid).toBeGreaterThan(0);
  });
});

describe('createTimer', () => {
  it('runs soonest first, never twice at once, and once more for what came meanwhile', async () => {
    const log: string[] = [];
    const gate = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const timer = createTimer(async () => {
      log.push('begin');
      if (log.length > 2) return second.resolve();
      timer.within(10_000);
      timer.within(0);
      await gate.promise;
      log.push('end');
    });
    timer.within(60_000);
    timer.within(0);
    timer.within(30_000);
    setTimeout(gate.resolve, 5);
    await second.promise;
    expect(log).toEqual(['begin', 'end', 'begin']);
    await timer.close();
    timer.within(0);
  });
});
