import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { completionWords } from '../../src/cli/completion-words.ts';
import { VERBS } from '../../src/cli/verbs.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { cli } from './a-context.ts';

/** What bash offers for the last of the words, with a `barewright` on the path that knows two nodes. */
async function complete(...words: string[]): Promise<string[]> {
  const { stdout: script } = await cli(['completion', 'bash']);
  const bin = aTempDir();
  writeFileSync(
    join(bin, 'barewright'),
    '#!/bin/sh\n[ "$*" = "get nodes -o name" ] && printf "n1\\nn2\\n"\n',
  );
  chmodSync(join(bin, 'barewright'), 0o755);
  const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _barewright; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { PATH: `${bin}:${process.env['PATH']}` };
  const args = ['--norc', '-c', `${script}\n${ask}`, 'bash', 'barewright', ...words];
  const { stdout } = await execa('bash', args, { env });
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completion', () => {
  it('bash offers verbs, options, choices and nodes', async () => {
    expect(await complete('')).toEqual(expect.arrayContaining(VERBS.map(({ name }) => name)));
    expect(await complete('pa')).toEqual(['pause']);
    expect(await complete('pause', 'n')).toEqual(['n1', 'n2']);
    expect(await complete('plan', '--fo')).toEqual(['--format']);
    expect(await complete('plan', '--format', 'm')).toEqual(['markdown']);
    expect(await complete('get', '')).toEqual(['node', 'pool', 'profile', 'image', 'stack']);
    expect(await complete('power', 'c')).toEqual(['cycle']);
    expect(await complete('power', 'cycle', 'n2')).toEqual(['n2']);
  });

  it('zsh and fish know every verb and every option', async () => {
    const words = await completionWords();
    for (const shell of ['zsh', 'fish']) {
      const { stdout, code } = await cli(['completion', shell]);
      expect(code).toBe(0);
      for (const { name, options } of words) {
        expect(stdout).toContain(name);
        for (const flag of options.flatMap(({ flags }) => flags))
          expect(stdout).toContain(flag.replace(/^--?/, ''));
      }
    }
    expect((await cli(['completion', 'zsh'])).stdout).toMatch(/^#compdef barewright\n/);
    expect((await cli(['completion', 'tcsh'])).code).toBe(2);
  });
});
