/** TFTP by the daemon itself, while any machine boots GRUB: dnsmasq's cannot answer by MAC and by token. */

import { networkInterfaces } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Site } from '../model/desired.ts';
import { needsOwnTftp } from '../render/dnsmasq/boot.ts';
import { startTftpServer } from '../serve/tftp/server.ts';
import type { TftpFile } from '../serve/tftp/transfer.ts';

export interface Tftp {
  /** Listens while the site needs it, on the addresses of dnsmasq's interfaces, or else on the boot server's own. */
  use(site: Site): void;
  /** Why it does not serve, although the site needs it; null when it does, or need not. */
  trouble(): string | null;
  close(): Promise<void>;
}

interface Ports {
  /** Base URL of the boot plane as machines reach it. */
  bootUrl: string;
  open(path: string, address: string): Promise<TftpFile | null>;
  /** A boot loader has arrived at this address. */
  onSent(file: string, address: string): void;
  log: Logger;
}

const PORT = 69;
/** dnsmasq gives the port up when it is restarted without TFTP, which takes a moment. */
const TRY_AGAIN = 1_000;

export function createTftp({ bootUrl, open, onSent, log }: Ports): Tftp {
  let servers: { close(): Promise<void> }[] = [];
  let wanted: readonly string[] = [];
  let bound: readonly string[] = [];
  let why: string | null = null;
  let work: Promise<void> = Promise.resolve();
  const ending = new AbortController();

  function use(site: Site): void {
    wanted = needsOwnTftp(site) ? addressesFor(site, bootUrl) : [];
    work = work.then(follow);
  }

  async function follow(): Promise<void> {
    while (!ending.signal.aborted && !same(wanted, bound)) {
      const addresses = wanted;
      await stop();
      try {
        for (const address of addresses) servers.push(await startAt(address));
        bound = addresses;
        why = null;
      } catch (error) {
        const said = (error as NodeJS.ErrnoException).code ?? String(error);
        if (why === null)
          log.warn({ reason: 'Tftp', code: said }, `TFTP port ${PORT} cannot be used: ${said}`);
        why = `TFTP: port ${PORT} of ${addresses.join(', ')} cannot be used: ${said}`;
        await stop();
        await pause(TRY_AGAIN, null, { signal: ending.signal }).catch(() => {});
      }
    }
  }

  function startAt(address: string) {
    return startTftpServer({
      address,
      port: PORT,
      open,
      onSent(path, to) {
        if (!path.includes('/')) onSent(path, to);
      },
      onError: (err, path) => log.warn({ err, reason: 'Tftp' }, `TFTP: ${path.split('/')[0]} was not sent`),
    });
  }

  async function stop(): Promise<void> {
    await Promise.all(servers.map((server) => server.close()));
    servers = [];
    bound = [];
  }

  return {
    use,
    trouble: () => (same(wanted, bound) ? null : (why ?? 'TFTP is being started')),
    async close() {
      ending.abort();
      await work;
      await stop();
    },
  };
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.join() === b.join();
}

function addressesFor({ services }: Site, bootUrl: string): string[] {
  const all = networkInterfaces();
  const own = services.dnsmasq.interfaces
    .flatMap((name) => all[name] ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  if (own.length > 0) return own;
  const [, host] = /^https?:\/\/([\d.]+)(?::|\/|$)/.exec(bootUrl) ?? [];
  return host === undefined ? ['0.0.0.0'] : [host];
}
