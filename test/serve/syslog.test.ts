import { createSocket } from 'node:dgram';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSyslog, syslogLines } from '../../src/serve/syslog.ts';

const lines = (text: string) => syslogLines(Buffer.from(text));

describe('lines of a message', () => {
  it('lose their priority, and keep what was said', () => {
    expect(lines("<13>Nov 27 01:15:17 main-menu[2484]: INFO: Menu item 'x' selected\n")).toEqual([
      "Nov 27 01:15:17 main-menu[2484]: INFO: Menu item 'x' selected",
    ]);
  });

  it('are bounded, and can do nothing to a terminal', () => {
    expect(lines(`<5>${'x'.repeat(5_000)}`)).toEqual(['x'.repeat(1_000)]);
    expect(lines('<5>\u001b[31mred\u202eder\u0007\r\n\n<6>next')).toEqual([' [31mred der', '<6>next']);
    expect(lines('\u0000')).toEqual([]);
  });

  it('of bytes that are no text are still text', () => {
    expect(syslogLines(Uint8Array.of(60, 53, 62, 255, 65))).toEqual(['\ufffdA']);
  });
});

it('are taken by UDP, with the address they came from; a port that is taken says so', async () => {
  const heard = Promise.withResolvers<[string, string]>();
  const server = await startSyslog({ host: '127.0.0.1', port: 0 }, (address, line) =>
    heard.resolve([address, line]),
  );
  onTestFinished(() => server.close());
  const sender = createSocket('udp4');
  onTestFinished(() => void sender.close());
  sender.send('<13>hello', server.port, '127.0.0.1');
  expect(await heard.promise).toEqual(['127.0.0.1', 'hello']);
  await expect(startSyslog({ host: '127.0.0.1', port: server.port }, () => {})).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
