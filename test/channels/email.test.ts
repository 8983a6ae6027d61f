import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openChannel } from '../../src/channels/open-channel.ts';
import type { EmailSpec } from '../../src/model/notifications-spec.ts';
import { aFreePort } from '../builders/free-port.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aMessage, portsFor, SECRET } from './channels.ts';

interface Mail {
  from: string;
  to: string[];
  tls: boolean;
  login: boolean;
  content: string;
}

/** Debian's aiosmtpd, with a certificate of its own for `localhost`. */
async function aMailServer(mode: 'starttls' | 'tls' | 'none' | 'plain-only') {
  const dir = aTempDir();
  const [certificate, key] = [join(dir, 'crt'), join(dir, 'key')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
      ...['-keyout', key, '-out', certificate],
    ],
    { stdio: 'ignore' },
  );
  const port = await aFreePort();
  const program = join(import.meta.dirname, 'a-mail-server.py');
  const child = spawn('/usr/bin/python3', [program, mode, certificate, key, String(port)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  if ((await lines.next()).value !== 'ready') throw new Error('aiosmtpd did not start');
  const ca = readFileSync(certificate, 'utf8');

  return {
    port,
    async mail(): Promise<Mail> {
      return JSON.parse((await lines.next()).value ?? 'null');
    },
    channel(change: Partial<EmailSpec> = {}, word = SECRET) {
      const spec: EmailSpec = {
        ...{ host: 'localhost', port, from: 'barewright@example.org', to: ['ops@example.org'] },
        ...{ username: 'barewright', password: { file: 'word' }, ca: { file: 'ca' } },
        ...change,
      };
      const read = async (ref: object) => ('file' in ref && ref.file === 'ca' ? ca : word);
      return openChannel({ email: spec }, portsFor('', { read }));
    },
  };
}

describe('a real mail server', () => {
  it.each(['starttls', 'tls'] as const)('takes a mail over %s, logged in', async (security) => {
    const server = await aMailServer(security);
    const said = await server.channel({ security }).tell(aMessage());
    expect(said).toBe('250 2.0.0 taken as 4711');
    const mail = await server.mail();
    expect(mail).toMatchObject({ to: ['ops@example.org'], tls: true, login: true });
    expect(mail.content).toContain('Subject: [karoo] warning: 2 BMCs cannot be asked in pool sip:');
    expect(mail.content).toMatch(/Message-ID: <karoo-bmc-silent-problem-7-abc-0@example\.org>/i);
    expect(mail.content).toMatch(/Auto-Submitted: auto-generated/i);
    expect(mail.content).toContain('sip-n2: no answer in time');
    expect(mail.content).not.toContain(SECRET);
  });

  it('takes one without a login where that is declared', async () => {
    const server = await aMailServer('none');
    const email: EmailSpec = {
      ...{ host: '127.0.0.1', port: server.port, security: 'none' },
      ...{ from: 'a@b.org', to: ['c@d.org', 'e@f.org'] },
    };
    const channel = openChannel({ email }, portsFor(''));
    await channel.tell(aMessage());
    expect(await server.mail()).toMatchObject({ to: ['c@d.org', 'e@f.org'], tls: false, login: false });
  });

  it('that offers no encryption is not told the password', async () => {
    const server = await aMailServer('plain-only');
    const error = await server
      .channel()
      .tell(aMessage())
      .catch((error: Error) => error);
    expect(error).toMatchObject({ name: 'ChannelError', code: 'tls' });
    expect((error as Error).message).not.toContain(SECRET);
  });

  it('that refuses the login, the certificate or the mailbox says so without a secret', async () => {
    const server = await aMailServer('starttls');
    const attempts = [
      server.channel({}, 'another-secret'),
      server.channel({ host: '127.0.0.1' }),
      server.channel({ to: ['nobody@example.org'] }),
      server.channel({ port: 1 }),
    ];
    const errors = await Promise.all(
      attempts.map((channel) => channel.tell(aMessage()).catch((error: Error) => error)),
    );
    expect(errors.map((error) => (error as { code?: string }).code)).toEqual([
      ...['refused', 'tls', 'rejected', 'unreachable'],
    ]);
    expect(errors.map(String).join('\n')).not.toMatch(/another-secret|very-secret/);
    expect(String(errors[2])).toContain('no such mailbox');
  });
});
