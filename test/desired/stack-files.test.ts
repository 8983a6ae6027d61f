import { describe, expect, it } from 'vitest';
import { resolveFiles, smallFiles } from './site-files.ts';

const home = 'profiles/stacks/base';

function problemsWith(files: Record<string, string | Uint8Array>): string[] {
  const { problems } = resolveFiles(smallFiles(files));
  return problems.map(({ code, file, message }) => `${code} ${file}: ${message}`);
}

describe('the files of a stack', () => {
  it('come with the resolved site, byte for byte, but for stack.yaml', () => {
    const bytes = Uint8Array.of(0, 255, 13, 10);
    const { site } = resolveFiles(smallFiles({ [`${home}/data/a.bin`]: bytes }));
    expect(site?.stacks.get('base')?.files.map(({ path, content }) => [path, [...content]])).toEqual([
      ['apply.sh', [...Buffer.from('#!/bin/sh\n')]],
      ['data/a.bin', [...bytes]],
    ]);
  });

  it('may not be larger than what a node is sent', () => {
    expect(problemsWith({ [`${home}/big`]: new Uint8Array(1024 * 1024 + 1) })).toEqual([
      `too-large ${home}/big: the file has 1048577 bytes; at most 1048576 are sent to a node`,
    ]);
    const many = Object.fromEntries(
      Array.from({ length: 5 }, (_, i) => [`${home}/f${i}`, new Uint8Array(1024 * 1024).fill(i)]),
    );
    expect(problemsWith(many)).toEqual([
      expect.stringMatching(/^too-large .*stack.yaml: the stack "base" has 7 files/),
    ]);
  });

  it('must have names that an archive and a shell can bear', () => {
    for (const name of ['a b', 'a\nb', "it's", 'é', 'x'.repeat(90)]) {
      expect(problemsWith({ [`${home}/${name}`]: '' })).toEqual([
        `stack ${home}/${name}: the name of the file cannot be sent to a node`,
      ]);
    }
  });
});
