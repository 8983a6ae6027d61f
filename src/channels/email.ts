/** Mail by SMTP. */

import { connectionWords, distrustWords } from '../model/connection-words.ts';
import type { EmailSpec } from '../model/notifications-spec.ts';
import { headline, paragraphs } from '../notify/text.ts';
import { type Channel, ChannelError, type ChannelErrorCode, type ChannelPorts } from './channel.ts';
import { redact } from './redact.ts';
import { readSecret } from './secret.ts';

/** What nodemailer adds to an error: its own code, and the server's reply (RFC 5321 §4.2). */
interface SmtpError extends NodeJS.ErrnoException {
  responseCode?: number;
  response?: string;
}

/** The library puts a code of its own in the place of Node's. */
const TLS_TROUBLE = /certificate|altnames|\bSSL\b|\bTLS\b/;

export function createEmail(spec: EmailSpec, ports: ChannelPorts): Channel {
  const { host, security = 'starttls', username, from, to } = spec;
  const port = spec.port ?? (security === 'tls' ? 465 : 587);
  return {
    async tell(message) {
      const password = spec.password ? await readSecret(ports, spec.password) : null;
      const ca = spec.ca ? await readSecret(ports, spec.ca) : null;
      // Taken in only where mail is sent.
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({
        ...{ host, port, secure: security === 'tls', requireTLS: security === 'starttls' },
        ...(security === 'none' ? { ignoreTLS: true } : {}),
        ...(ca === null ? {} : { tls: { ca } }),
        ...(username !== undefined && password !== null ? { auth: { user: username, pass: password } } : {}),
        ...{ connectionTimeout: ports.timeout, greetingTimeout: ports.timeout, socketTimeout: ports.timeout },
        // Neither files nor addresses are read for a message.
        ...{ disableFileAccess: true, disableUrlAccess: true },
      });
      try {
        const sent = await transport.sendMail({
          ...{ from, to, subject: headline(message), text: `${paragraphs(message).join('\n\n')}\n` },
          messageId: `<${message.id}@${from.split('@')[1] ?? 'barewright'}>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Barewright-Kind': message.kind },
        });
        return redact(sent.response, password === null ? [] : [password]);
      } catch (error) {
        throw failure(error as SmtpError, password === null ? [] : [password]);
      } finally {
        transport.close();
      }
    },
    async close() {},
  };
}

function failure(error: SmtpError, secrets: readonly string[]): ChannelError {
  const distrust = distrustWords(error);
  const words = distrust ?? error.response ?? connectionWords(error);
  return new ChannelError(codeOf(error, distrust !== null), redact(words, secrets));
}

function codeOf(
  { code = '', message, responseCode = 0 }: SmtpError,
  isDistrusted: boolean,
): ChannelErrorCode {
  if (isDistrusted || code === 'ETLS' || (code === 'ESOCKET' && TLS_TROUBLE.test(message))) return 'tls';
  if (code === 'EAUTH' || code === 'ENOAUTH') return 'refused';
  if (responseCode === 421 || (responseCode >= 450 && responseCode < 460)) return 'server';
  return responseCode >= 500 ? 'rejected' : 'unreachable';
}
