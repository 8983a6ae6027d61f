import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stackBundle } from '../../src/agent/bundle.ts';
import { RenderError } from '../../src/render/text.ts';
import { aNode, aProfile, aSite } from '../builders/node.ts';
import { aTempDir } from '../builders/temp-dir.ts';

const node = aNode('n1').with({ configDigest: 'c0de' }).build();

function bundleWith(parameters: Record<string, unknown>, path = 'apply.sh'): Uint8Array {
  const spec = { parameters: { properties: { given: {}, unset: {} } } };
  const files = [{ path, content: Uint8Array.of(0, 255) }];
  const stack = { name: 'base', digest: 'd', spec, files };
  const profile = aProfile('base', { stacks: [{ name: 'base', parameters }] });
  const site = aSite([node], { profiles: new Map([['base', profile]]), stacks: new Map([['base', stack]]) });
  return stackBundle(site, node, null);
}

function unpack(tar: string[], archive: Uint8Array): string {
  const folder = aTempDir();
  writeFileSync(join(folder, 'archive'), archive);
  mkdirSync(join(folder, 'out'));
  const [program = 'tar', ...args] = tar;
  execFileSync(program, [...args, '-x', '-f', join(folder, 'archive'), '-C', join(folder, 'out')]);
  return join(folder, 'out');
}

describe.each([[['tar']], [['busybox', 'tar']]])('a bundle, unpacked by %s', (tar) => {
  it('has the order, the time limit, the files byte for byte, and the parameters for their owner alone', () => {
    const out = unpack(tar, bundleWith({ given: 'x' }, 'deep/er/run.sh'));
    const text = (path: string) => readFileSync(join(out, path), 'utf8');
    expect([text('digest'), text('seconds')]).toEqual(['c0de\n', '900\n']);
    expect(text('order')).toMatch(/^base [0-9a-f]{16}\n$/);
    expect(text('env/base')).toBe("BW_GIVEN='x'\nBW_UNSET=''\n");
    expect([...readFileSync(join(out, 'stacks/base/deep/er/run.sh'))]).toEqual([0, 255]);
    expect(statSync(join(out, 'env/base')).mode & 0o777).toBe(0o600);
    expect(statSync(join(out, 'stacks/base/deep/er/run.sh')).mode & 0o777).toBe(0o755);
  });
});

it('a shell reads every parameter as it was written, or it is refused', () => {
  const evil = ["it's", '$(id)', '`id`', 'a\\', '"', "'; echo no; '"];
  const one = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(...evil));
  fc.assert(
    fc.property(fc.oneof(one, fc.array(one, { maxLength: 3 })), (given) => {
      try {
        const out = unpack(['tar'], bundleWith({ given }));
        const said = execFileSync('sh', [
          '-euc',
          '. "$1"; printf %s "$BW_GIVEN"',
          'sh',
          join(out, 'env/base'),
        ]);
        expect(said.toString()).toBe([given].flat().join('\n'));
      } catch (error) {
        expect(error).toBeInstanceOf(RenderError);
        expect(
          [given].flat().some((text) => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) || /[^\P{Cs}]/u.test(text)),
        ).toBe(true);
      }
    }),
    { numRuns: 40 },
  );
});

it('the digest of a stack follows its parameters, and the same site gives the same bytes', () => {
  const order = (given: string) =>
    Buffer.from(bundleWith({ given }))
      .toString('latin1')
      .match(/base [0-9a-f]{16}/)?.[0];
  expect(order('a')).not.toBe(order('b'));
  expect(Buffer.compare(bundleWith({ given: 'a' }), bundleWith({ given: 'a' }))).toBe(0);
});
