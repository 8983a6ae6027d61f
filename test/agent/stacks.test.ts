import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aNodeWithAgent, aStack } from './a-node.ts';

/** Leaves a line in `told` each time that it runs, and the file that its check looks for. */
const HERE = '../../../..';
const base = aStack('base', {
  'apply.sh': `echo "base $BW_MOTD" >>${HERE}/told; cp "$PWD/extra/file" ${HERE}/base`,
  'check.sh': `cmp -s extra/file ${HERE}/base`,
  'extra/file': 'content\n',
});
const top = aStack('top', { 'apply.sh': `echo top >>${HERE}/told` });
const broken = (what = 'exit 3') =>
  aStack('middle', { 'apply.sh': `echo middle >>${HERE}/told; echo 'one'; ${what}` });

function withMotd(stack: typeof base): typeof base {
  return { ...stack, spec: { parameters: { properties: { motd: {}, unset: {} } } } };
}

/** Each run is a few hundred processes: on a crowded machine that takes its time. */
const PATIENCE = 400_000;

describe('stacks', { timeout: PATIENCE }, () => {
  it('are applied in order with their parameters, reported each, and left alone from then on', async () => {
    const motd = `it's $HOME and \`id\` \\ "x"`;
    const node = await aNodeWithAgent({
      stacks: [withMotd(base), top],
      uses: [{ name: 'base', parameters: { motd: [motd, 'second'] } }, { name: 'top' }],
    });
    expect((await node.run()).said).toBe(
      'configuration c0de\nstack base: applying\nstack base: ok\nstack top: applying\nstack top: ok\n',
    );
    expect(node.text('told')).toBe(`base ${motd}\nsecond\ntop\n`);
    const ok = (name: string) => ({ name, state: 'ok' });
    expect(node.reports().map(({ configDigest, stacks }) => [configDigest, stacks])).toEqual([
      [null, []],
      [null, [{ name: 'base', state: 'running' }]],
      [null, [ok('base'), { name: 'top', state: 'running' }]],
      ['c0de', [ok('base'), ok('top')]],
    ]);
    expect((await node.run()).said).toBe('');
    node.restart();
    expect((await node.run()).said).toBe('');
    expect(node.text('told')).toBe(`base ${motd}\nsecond\ntop\n`);
  });

  it('that drifted are applied again; only those', async () => {
    const node = await aNodeWithAgent({ stacks: [withMotd(base), top] });
    await node.run();
    writeFileSync(node.at('base'), 'changed by hand');
    expect((await node.run()).said).toBe('stack base: applying\nstack base: ok\n');
    expect(node.text('base')).toBe('content\n');
    expect(node.text('told')).toBe('base \ntop\nbase \n');
    expect(node.reports().at(-1)).toMatchObject({ configDigest: 'c0de' });
  });

  it('that fail end the run with their last words, keep their digest unsaid, and are tried again without noise', async () => {
    const node = await aNodeWithAgent({
      stacks: [withMotd(base), broken(`echo 'no "space"' >&2; exit 3`), top],
    });
    const { said } = await node.run();
    expect(said).toContain('stack middle: apply.sh: no "space"\n');
    const failed = { name: 'middle', state: 'failed', message: 'apply.sh: no "space"' };
    expect(node.state()).toMatchObject({
      configDigest: null,
      stacks: [{ name: 'base', state: 'ok' }, failed],
    });
    const before = node.reports().length;
    await node.run();
    expect(node.reports()).toHaveLength(before);
    expect(node.text('told')).toBe('base \nmiddle\nmiddle\n');
    node.wants([withMotd(base), top], 'beef');
    await node.run();
    expect(node.state()).toMatchObject({
      configDigest: 'beef',
      stacks: [
        { name: 'base', state: 'ok' },
        { name: 'top', state: 'ok' },
      ],
    });
  });

  it('that apply but do not pass their own check have failed', async () => {
    const node = await aNodeWithAgent({
      stacks: [aStack('odd', { 'apply.sh': 'true', 'check.sh': 'echo not yet; exit 1' })],
    });
    await node.run();
    expect(node.state().stacks).toEqual([{ name: 'odd', state: 'failed', message: 'check.sh: not yet' }]);
  });

  it('that never end are ended', async () => {
    const node = await aNodeWithAgent({ stacks: [broken('sleep 600')], configure: 5_000 });
    await node.run();
    const message = 'apply.sh: not done within 5 s; its last words: one';
    expect(node.state().stacks).toEqual([{ name: 'middle', state: 'failed', message }]);
  });

  it('leave a log that has a bound', async () => {
    const loud =
      'i=0; while [ $i -lt 30 ]; do head -c 100000 /dev/zero | tr "\\0" x; sleep 0.1; i=$((i+1)); done; echo; echo end';
    const node = await aNodeWithAgent({ stacks: [aStack('loud', { 'apply.sh': loud })] });
    await node.run();
    expect(node.state().stacks).toEqual([{ name: 'loud', state: 'ok' }]);
    const log = node.text('log/loud.apply.log') ?? '';
    expect(log.length).toBeLessThan(2_500_000);
    expect(log).toMatch(/end\n$/);
  });

  it('are not touched while a guard keeps the configuration', async () => {
    const node = await aNodeWithAgent({ stacks: [top] });
    node.hold(true);
    expect((await node.run()).said).toBe('');
    node.hold(false);
    await node.run();
    expect(node.text('told')).toBe('top\n');
  });

  it('of another configuration take the place of the old ones, and only then is its digest said', async () => {
    const node = await aNodeWithAgent({ stacks: [withMotd(base)] });
    await node.run();
    node.wants([aStack('base', { 'apply.sh': 'echo new; exit 1' })], 'beef');
    await node.run();
    expect(node.state()).toMatchObject({ configDigest: null, stacks: [{ name: 'base', state: 'failed' }] });
  });
});

describe('an agent that is killed', { timeout: PATIENCE }, () => {
  it('at any point goes on at its next run, and never says what is not so', async () => {
    for (const ms of [0, 100, 250, 600]) {
      const node = await aNodeWithAgent({ stacks: [withMotd(base), top] });
      await node.run((kill) => setTimeout(kill, ms));
      if (node.state().configDigest === 'c0de') expect(node.text('told')).toContain('top');
      await node.run();
      expect(node.state(), `killed after ${ms} ms`).toMatchObject({
        configDigest: 'c0de',
        stacks: [
          { name: 'base', state: 'ok' },
          { name: 'top', state: 'ok' },
        ],
      });
    }
  });

  it('is not joined by another one while it runs', async () => {
    const node = await aNodeWithAgent({
      stacks: [aStack('slow', { 'apply.sh': `echo slow >>${HERE}/told; sleep 2` })],
    });
    const first = node.run();
    await expect.poll(() => node.text('told'), { timeout: 100_000 }).toBe('slow\n');
    expect((await node.run()).said).toBe('another run is under way\n');
    await first;
    expect(node.text('told')).toBe('slow\n');
  });
});
