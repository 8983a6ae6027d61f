import { execFileSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openChannel } from '../../src/channels/open-channel.ts';
import type { ChannelSpec } from '../../src/model/notifications-spec.ts';
import type { Message } from '../../src/notify/message.ts';
import { T0 } from '../builders/commit.ts';
import { aReceiver } from './a-receiver.ts';
import { aMessage, KINDS, portsFor, SECRET } from './channels.ts';

async function told(kind: string, message: Message = aMessage(), declared?: (url: string) => ChannelSpec) {
  const server = await aReceiver();
  const spec = declared ?? KINDS.find((one) => one.kind === kind)?.spec;
  if (!spec) throw new Error(`no kind ${kind}`);
  const channel = openChannel(spec(server.url), portsFor(server.url));
  onTestFinished(async () => {
    await channel.close();
    await server.close();
  });
  await channel.tell(message);
  const [seen] = server.seen;
  if (!seen) throw new Error('nothing was sent');
  return seen;
}

describe('Slack', () => {
  it('is sent blocks, in which nobody is called and no words of a node steer', async () => {
    const { method, path, body } = await told('slack');
    expect(`${method} ${path}`).toBe(`POST /services/T0/B0/secretpart?sig=${encodeURIComponent(SECRET)}`);
    expect(JSON.parse(body)).toEqual({
      text: '[karoo] warning: 2 BMCs cannot be asked in pool sip: sip-n1, sip-n2',
      unfurl_links: false,
      blocks: [
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text: [
              '*[karoo] warning: 2 BMCs cannot be asked in pool sip: sip-n1, sip-n2*',
              'sip-n1: no answer in &lt;time&gt; &amp; "more" *x* [y](http://z) @here',
              'sip-n2: no answer in time',
              'Look at the network of the BMCs',
            ].join('\n'),
          },
        },
        {
          type: 'context',
          elements: [
            {
              type: 'mrkdwn',
              text: expect.stringMatching(
                /^since 2026-.* UTC · commit <https:\/\/b\.example\.org\/commits\/abcdef0123\|abcdef0123> · <https:\/\/b\.example\.org\/nodes\/sip-n1\|sip-n1> /,
              ),
            },
          ],
        },
      ],
    });
  });

  it('takes no longer text than it may be sent', async () => {
    const details = Array.from({ length: 30 }, () => 'x'.repeat(300));
    const { body } = await told('slack', aMessage({ details }));
    expect(JSON.parse(body).blocks[0].text.text.length).toBeLessThanOrEqual(3_000);
  });
});

describe('Matrix', () => {
  it('is sent one event under the id of the message, as text and as HTML', async () => {
    const { method, path, headers, body } = await told('matrix');
    expect(`${method} ${path}`).toBe(
      'PUT /_matrix/client/v3/rooms/!r%3Aexample.org/send/m.room.message/karoo-bmc-silent-problem-7-abc-0',
    );
    expect(headers.authorization).toBe(`Bearer ${SECRET}`);
    expect(JSON.parse(body)).toMatchObject({
      msgtype: 'm.text',
      body: expect.stringContaining('[karoo] warning: 2 BMCs cannot be asked'),
      format: 'org.matrix.custom.html',
      formatted_body: expect.stringContaining('no answer in &lt;time&gt; &amp; &quot;more&quot;'),
      'm.mentions': {},
    });
  });
});

describe('Teams', () => {
  it('is sent an Adaptive Card, in which no words of a node are a link', async () => {
    const { attachments } = JSON.parse((await told('teams')).body);
    expect(attachments).toMatchObject([
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: { type: 'AdaptiveCard', version: '1.4' },
      },
    ]);
    const [{ content }] = attachments;
    expect(content.body[0]).toMatchObject({ type: 'TextBlock', color: 'warning', weight: 'bolder' });
    expect(content.body[1].text).toContain(String.raw`\*x\* \[y\](http://z)`);
    expect(content.body.at(-1)).toMatchObject({ type: 'FactSet' });
    expect(content.actions.map(({ title }: { title: string }) => title)).toEqual([
      'sip-n1',
      'sip-n2',
      'abcdef0123',
      'pages',
    ]);
  });
});

describe('the signed webhook', () => {
  /** As a receiver would, with another program. */
  function openssl(content: string, key: Buffer): string {
    const args = ['dgst', '-sha256', '-mac', 'HMAC', '-macopt', `hexkey:${key.toString('hex')}`, '-binary'];
    return execFileSync('openssl', args, { input: content }).toString('base64');
  }

  it('is verified by openssl: id, time and body', async () => {
    const { headers, body } = await told('webhook');
    expect(headers['webhook-id']).toBe('karoo-bmc-silent-problem-7-abc-0');
    expect(headers['webhook-timestamp']).toBe(String(Math.floor(T0 / 1000)));
    const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-signature']).toBe(`v1,${openssl(content, Buffer.from(SECRET))}`);
    expect(headers['webhook-signature']).not.toBe(`v1,${openssl(`${content} `, Buffer.from(SECRET))}`);
  });

  it('takes a key in Base64 with the prefix that others give out', async () => {
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    const server = await aReceiver();
    const ports = portsFor(server.url, { read: async () => `whsec_${key.toString('base64')}` });
    const channel = openChannel({ webhook: { url: `${server.url}/in`, secret: { file: 'w' } } }, ports);
    await channel.tell(aMessage());
    const [{ headers = {}, body = '' } = {}] = server.seen;
    const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-signature']).toBe(`v1,${openssl(content, key)}`);
    await channel.close();
    await server.close();
  });

  it('says all there is to know, for programs', async () => {
    const { body } = await told('webhook', aMessage({ kind: 'digest', parts: [aMessage()] }));
    expect(JSON.parse(body)).toMatchObject({
      type: 'barewright.digest',
      timestamp: new Date(T0).toISOString(),
      data: {
        ...{ site: 'karoo', severity: 'warning', group: 'bmc-silent', count: 2, pools: ['sip'] },
        text: expect.stringContaining('[karoo] warning: '),
        parts: [{ kind: 'problem', title: expect.any(String) }],
      },
    });
  });
});

describe('Alertmanager', () => {
  it('is told the parts of a digest, each as an alert of its own', async () => {
    const parts = [aMessage(), aMessage({ kind: 'over', group: 'git', reason: 'GitUnreachable' })];
    const alerts = JSON.parse((await told('alertmanager', aMessage({ kind: 'digest', parts }))).body);
    expect(alerts.map(({ labels }: { labels: object }) => labels)).toMatchObject([
      { alertname: 'BarewrightBmcUnreachable', severity: 'warning', site: 'karoo' },
      { alertname: 'BarewrightGitUnreachable' },
    ]);
    expect(Date.parse(alerts[0].endsAt)).toBeGreaterThan(T0);
    expect(Date.parse(alerts[1].endsAt)).toBe(T0);
  });

  it('is logged in to as its declaration says', async () => {
    const withLogin = (url: string): ChannelSpec => ({
      alertmanager: { url: `${url}/prefix/`, username: 'u', password: { file: 'word' } },
    });
    const { path, headers } = await told('alertmanager', aMessage(), withLogin);
    expect(path).toBe('/prefix/api/v2/alerts');
    expect(headers.authorization).toBe(`Basic ${Buffer.from(`u:${SECRET}`).toString('base64')}`);
    const bare = await told('alertmanager', aMessage(), (url) => ({ alertmanager: { url } }));
    expect(bare.headers).not.toHaveProperty('authorization');
  });
});
