/** The unit of the operator's guide, judged by systemd itself. */

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aTempDir } from '../builders/temp-dir.ts';

const ROOT = join(import.meta.dirname, '../..');
const TEXT = readFileSync(join(ROOT, 'docs/systemd/barewright.service'), 'utf8');

/** With this clone in the place where the guide puts it. */
function analyze(verb: string[], text = TEXT) {
  const folder = aTempDir();
  const file = join(folder, 'barewright.service');
  writeFileSync(file, text.replaceAll('/opt/barewright', ROOT));
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...verb, file], { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}

describe('docs/systemd/barewright.service', () => {
  it('is a unit that systemd takes without a word', () => {
    expect(analyze(['verify', '--man=no'])).toEqual({ status: 0, said: '' });
    expect(
      analyze(['verify', '--man=no'], TEXT.replace('RestrictNamespaces', 'RestrictNamesapces')).said,
    ).toMatch(/RestrictNamesapces/);
  });

  it('is as hardened as docs/rack.md says', () => {
    const { said } = analyze(['security', '--offline=true', '--no-pager']);
    const exposure = /exposure level for barewright.service: (\S+)/.exec(said)?.[1];
    // Each version of systemd counts a little otherwise.
    expect(Number(exposure)).toBeLessThanOrEqual(2.5);
  });

  it('and that of the registry likewise', () => {
    const text = readFileSync(join(ROOT, 'docs/systemd/barewright-registry.service'), 'utf8');
    expect(analyze(['verify', '--man=no'], text)).toEqual({ status: 0, said: '' });
    const { said } = analyze(['security', '--offline=true', '--no-pager'], text);
    expect(Number(/exposure level for \S+: (\S+)/.exec(said)?.[1])).toBeLessThanOrEqual(2);
  });

  it('starts the program with options that it has, and the flags of Node that it is made for', () => {
    const command = /^ExecStart=((?:.*\\\n)*.*)$/m.exec(TEXT)?.[1] ?? '';
    const options = [...command.matchAll(/ (--[a-z-]+) /g)].map(([, option]) => option);
    const program = join(ROOT, 'src/main.ts');
    const { stdout: help } = spawnSync(process.execPath, [program, 'run', '--help'], { encoding: 'utf8' });
    expect(options.length).toBeGreaterThan(5);
    for (const option of options) expect(help).toContain(` ${option} `);
    const flags =
      readFileSync(program, 'utf8')
        .split('\n', 1)[0]
        ?.match(/(?<= )--[a-z]\S+/g) ?? [];
    for (const flag of flags) expect(command).toContain(` ${flag} `);
  });
});
