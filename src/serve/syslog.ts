/** Takes log lines by UDP, as busybox's syslogd sends them (RFC 3164). Nobody is known by it: whatever comes is only shown. */

import { createSocket } from 'node:dgram';

export interface SyslogServer {
  port: number;
  close(): Promise<void>;
}

/** Longer lines are cut. */
const MAX_LINE = 1_000;

/** Resolves when it listens; rejects with what the system says. Lines have no control characters and no priority. */
export function startSyslog(
  { host, port }: { host: string; port: number },
  onLine: (address: string, line: string) => void,
): Promise<SyslogServer> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (bytes, { address }) => {
    for (const line of syslogLines(bytes)) onLine(address, line);
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: host, port }, () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve({
        port: socket.address().port,
        close: () => new Promise((closed) => socket.close(() => closed())),
      });
    });
  });
}

/** Some senders put several lines into one message. */
export function syslogLines(bytes: Uint8Array): string[] {
  const text = new TextDecoder().decode(bytes).replace(/^<\d{1,3}>/, '');
  return text
    .split('\n')
    .map((line) =>
      line
        .slice(0, MAX_LINE)
        .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
        .trimEnd(),
    )
    .filter((line) => line !== '');
}
