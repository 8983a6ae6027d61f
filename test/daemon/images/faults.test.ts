import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hintOf, type RegistryErrorCode } from '../../../src/registry/errors.ts';
import { aMirror } from '../../builders/image.ts';
import { aNode } from '../../builders/node.ts';
import { aTempDir } from '../../builders/temp-dir.ts';
import { aCertificate } from '../../registry/a-certificate.ts';
import { aProxy } from '../../registry/a-proxy.ts';
import { type ARegistry, aRegistry } from '../../registry/a-registry.ts';
import { aSmallDisk } from '../../registry/a-small-disk.ts';
import { anImage, push } from '../../registry/an-image.ts';
import { aKeeper } from './a-keeper.ts';

const MB = 2 ** 20;

interface World {
  own: ARegistry;
  upstream: ARegistry;
  /** Where the own registry stores; 16 MiB. */
  disk: string;
  secrets: string;
  /** Of upstream's answers to requests for blobs; null passes them on. */
  refuse(status: number | null): void;
  /** The file of the next image's layer, or of its manifest, at upstream. */
  layer: string;
  manifest: string;
}

interface Fault {
  code: RegistryErrorCode;
  says: RegExp;
  harm(world: World): unknown;
  mend(world: World): unknown;
}

/** What one of its files has before it is harmed. */
const kept = new Map<string, Buffer>();

function spoil(file: string): void {
  const bytes = readFileSync(file);
  kept.set(file, Buffer.from(bytes));
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

function restore(file: string): void {
  writeFileSync(file, kept.get(file) ?? '');
}

function password(text: string) {
  return ({ secrets }: World) => writeFileSync(join(secrets, 'karoo-password'), `${text}\n`);
}

const FAULTS: Record<string, Fault> = {
  'the own registry is down': {
    code: 'unreachable',
    says: /^OWN cannot be reached: connection refused$/,
    harm: ({ own }) => own.stop(),
    mend: ({ own }) => own.start(),
  },
  'upstream is down': {
    code: 'unreachable',
    says: /^UPSTREAM cannot be reached: the connection broke$/,
    harm: ({ upstream }) => upstream.stop(),
    mend: ({ upstream }) => upstream.start(),
  },
  'the login is wrong': {
    code: 'unauthorized',
    says: /^HEAD OWN\/app\/manifests\/\d: 401/,
    harm: password('sword'),
    mend: password('swordfish'),
  },
  'the authority is another one': {
    code: 'tls',
    says: /^OWN is not trusted: its certificate /,
    harm: ({ secrets }) => writeFileSync(join(secrets, 'karoo.crt'), aCertificate(aTempDir(), 'x').pem),
    mend: ({ secrets, own }) => writeFileSync(join(secrets, 'karoo.crt'), own.access.ca ?? ''),
  },
  'upstream asks for patience, for ever': {
    code: 'too-many-requests',
    says: /^GET UPSTREAM\/app\/blobs\/sha256:[0-9a-f]{64}: 429$/,
    harm: ({ refuse }) => refuse(429),
    mend: ({ refuse }) => refuse(null),
  },
  'the disk of the own registry is full': {
    code: 'no-space',
    says: /^(PUT|POST) OWN\/app\/blobs\/uploads\/: 500 unknown error$/,
    harm: ({ disk }) => writeFileSync(join(disk, 'ballast'), Buffer.alloc(12 * MB)),
    mend({ disk }) {
      rmSync(join(disk, 'ballast'));
      rmSync(join(disk, 'docker/registry/v2/repositories/app/_uploads'), { recursive: true });
    },
  },
  'a layer at upstream is cut off': {
    code: 'truncated',
    says: /^UPSTREAM\/app@sha256:[0-9a-f]{64} ends after 1000 of \d+ bytes$/,
    harm({ layer }) {
      kept.set(layer, readFileSync(layer));
      truncateSync(layer, 1000);
    },
    mend: ({ layer }) => restore(layer),
  },
  'a layer at upstream is not what its digest says': {
    code: 'digest',
    says: /^UPSTREAM\/app@sha256:[0-9a-f]{64} is sha256:[0-9a-f]{64}, not sha256:[0-9a-f]{64}$/,
    harm: ({ layer }) => spoil(layer),
    mend: ({ layer }) => restore(layer),
  },
  // distribution's registry looks at manifests itself.
  'a manifest at upstream was damaged': {
    code: 'server',
    says: /^HEAD UPSTREAM\/app\/manifests\/2: 500$/,
    harm: ({ manifest }) => spoil(manifest),
    mend: ({ manifest }) => restore(manifest),
  },
};

describe('a clear condition, nothing lost, and on it goes when it is mended', () => {
  it.each(Object.entries(FAULTS))('%s', async (_what, { code, says, harm, mend }) => {
    const disk = aSmallDisk(16);
    const [own, upstream] = [
      await aRegistry({ storage: disk }),
      await aRegistry({ tls: false, auth: 'none' }),
    ];
    let status: number | null = null;
    const proxy = await aProxy(upstream.access, {
      answer({ url }, response) {
        if (status === null || !url?.includes('/blobs/')) return false;
        response.writeHead(status, { 'retry-after': '0' }).end();
        return true;
      },
    });
    const { host } = new URL(proxy.access.endpoint);
    const keeper = await aKeeper(own, { ...upstream, host, access: proxy.access });
    const there = upstream.client().repository('app');
    const before = await push(there, '1', anImage({ sizes: [1000] }));
    const next = anImage({ sizes: [5 * MB] });
    await push(there, '2', next);
    const nodes = [aNode('n1').pool('sip')];
    const declare = (...tags: string[]) =>
      keeper.declare([aMirror('app', tags, { from: `${host}/app`, requiredBy: ['sip'] })], {}, nodes);
    await declare('1');
    const layer = [...next.blobs].find(([, { length }]) => length === 5 * MB)?.[0] ?? '';
    const world: World = {
      ...{ own, upstream, disk, secrets: keeper.secretsDir },
      refuse(next) {
        status = next;
      },
      ...{ layer: fileOf(upstream, layer), manifest: fileOf(upstream, next.manifest.digest) },
    };

    await harm(world);
    const [view] = await declare('1', '2');
    expect(view?.state).toBe('problem');
    const said = view?.message.replaceAll(own.host, 'OWN').replaceAll(host, 'UPSTREAM');
    expect(said).toMatch(says);
    const told = keeper.journal.read({ reasons: ['ImageProblem'] });
    expect(told[0]?.message).toBe(`image app: ${view?.message}. ${hintOf(code)}`);
    expect(keeper.images.awaits({ pool: 'sip' }, 'base')).toContain(
      `in the registry ${own.host} yet: ${view?.message}`,
    );
    // At a full disk the next try may fail one step earlier; from then on there is nothing new to say.
    await keeper.looked();
    const codes = keeper.journal
      .read({ reasons: ['ImageProblem'] })
      .map(({ data }) => 'code' in data && data.code);
    expect(new Set(codes)).toEqual(new Set([code]));
    await keeper.looked();
    expect(keeper.journal.read({ reasons: ['ImageProblem', 'ImagePruned'] })).toHaveLength(codes.length);
    if (!said?.startsWith('OWN cannot')) await nothingHalf(own, before.digest, next.manifest.digest);

    await mend(world);
    const [mended] = await keeper.looked();
    expect(mended).toMatchObject({ state: 'ok', message: '' });
    const app = own.client().repository('app');
    expect((await app.head('1'))?.digest).toBe(before.digest);
    expect((await app.manifest('2')).bytes.equals(next.manifest.bytes)).toBe(true);
    expect(keeper.images.awaits({ pool: 'sip' }, 'base')).toBeNull();
  });
});

/** What was there is there, and of the new image neither tag nor manifest. */
async function nothingHalf(own: ARegistry, before: string, next: string): Promise<void> {
  const app = own.client().repository('app');
  expect((await app.head('1'))?.digest).toBe(before);
  expect([await app.tags(), await app.head(next)]).toEqual([['1'], null]);
}

/** Where distribution's registry keeps the bytes of a digest. */
function fileOf({ storage }: ARegistry, digest: string): string {
  const hex = digest.replace('sha256:', '');
  return join(storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
}
