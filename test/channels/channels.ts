import type { ChannelPorts } from '../../src/channels/channel.ts';
import type { ChannelSpec } from '../../src/model/notifications-spec.ts';
import type { SecretRef } from '../../src/model/secret-ref.ts';
import type { Message } from '../../src/notify/message.ts';
import { T0 } from '../builders/commit.ts';

export const SECRET = 'very-secret+word/1';

/** Each kind that speaks HTTP, told to a server at `url`. */
export const KINDS: { kind: string; spec(url: string): ChannelSpec }[] = [
  { kind: 'slack', spec: () => ({ slack: { url: { file: 'address' } } }) },
  {
    kind: 'matrix',
    spec: (url) => ({ matrix: { homeserver: url, room: '!r:example.org', token: { file: 'word' } } }),
  },
  { kind: 'teams', spec: () => ({ teams: { url: { file: 'address' } } }) },
  { kind: 'webhook', spec: (url) => ({ webhook: { url: `${url}/in`, secret: { file: 'word' } } }) },
  { kind: 'alertmanager', spec: (url) => ({ alertmanager: { url, token: { file: 'word' } } }) },
];

/** `address` is a path below the server that is a secret; `word` is one. */
export function portsFor(url: string, change: Partial<ChannelPorts> = {}): ChannelPorts {
  return {
    async read(ref: SecretRef) {
      const name = 'file' in ref ? ref.file : '';
      if (name === 'address') return `${url}/services/T0/B0/secretpart?sig=${encodeURIComponent(SECRET)}\n`;
      if (name === 'word') return `${SECRET}\n`;
      throw new Error(`the file ${name} cannot be read`);
    },
    clock: () => T0,
    timeout: 5_000,
    proxies: { http: '', https: '', except: '' },
    ...change,
  };
}

export function aMessage(change: Partial<Message> = {}): Message {
  return {
    ...{ id: 'karoo-bmc-silent-problem-7-abc-0', kind: 'problem', severity: 'warning', site: 'karoo' },
    ...{ reason: 'BmcUnreachable', group: 'bmc-silent' },
    title: '2 BMCs cannot be asked in pool sip: sip-n1, sip-n2',
    details: ['sip-n1: no answer in <time> & "more" *x* [y](http://z) @here', 'sip-n2: no answer in time'],
    advice: 'Look at the network of the BMCs',
    nodes: ['sip-n1', 'sip-n2'].map((name) => ({ name, url: `https://b.example.org/nodes/${name}` })),
    ...{
      count: 2,
      pools: ['sip'],
      commit: { name: 'abcdef0123', url: 'https://b.example.org/commits/abcdef0123' },
    },
    ...{ page: 'https://b.example.org/', since: T0 - 60_000, at: T0, parts: [] },
    ...change,
  };
}
