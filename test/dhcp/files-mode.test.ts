import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DnsmasqOptions } from '../../src/dhcp/dnsmasq.ts';
import { aMgmtNode } from '../builders/dnsmasq.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aDnsmasq, filesOn, withText } from './a-dnsmasq.ts';
import type { Wire } from './a-wire.ts';

const two = { nodes: [aMgmtNode('n1', 11), aMgmtNode('n2', 12)] };

/** A place without a wire, and a reload command that keeps a diary and fails when told to. */
function aPlace() {
  const directory = join(aTempDir(), 'dnsmasq');
  const diary = join(directory, '..', 'diary');
  const failing = join(directory, '..', 'fail');
  const script = join(directory, '..', 'reload.sh');
  const lines = [
    '#!/bin/sh',
    `echo "$BAREWRIGHT_CHANGE $1 $(wc -l <${directory}/hosts)" >>${diary}`,
    `[ ! -e ${failing} ] || { echo no such service; exit 3; }`,
  ];
  writeFileSync(script, `${lines.join('\n')}\n`, { mode: 0o755 });
  const wire = { directory, interface: 'srv0' } as Wire;
  const options: Partial<DnsmasqOptions> = {
    mode: 'files',
    program: ['dnsmasq'],
    reload: [script, 'a b'],
    retry: 60_000,
  };
  return { wire, options, failing, diary: () => (existsSync(diary) ? readFileSync(diary, 'utf8') : '') };
}

describe('files for a dnsmasq that the machine runs by itself', () => {
  it('are written, and its reload command told what has changed', async () => {
    const { wire, options, diary } = aPlace();
    const dnsmasq = await aDnsmasq(wire, options);
    expect(await dnsmasq.apply(filesOn(wire))).toBe('restarted');
    expect(await dnsmasq.apply(filesOn(wire, two))).toBe('reloaded');
    expect(await dnsmasq.apply(filesOn(wire, two))).toBe('unchanged');
    expect(diary()).toBe('restart a b 1\nreload a b 2\n');
    expect(readFileSync(join(wire.directory, 'hosts'), 'utf8')).toBe(filesOn(wire, two).get('hosts'));
    expect(dnsmasq.serves(['52:54:00:77:00:0c,10.77.0.12,n2,1h'])).toBe(true);
    expect(dnsmasq.view().state).toBe('ok');
  });

  it('are left alone by a start that finds them as they are wanted', async () => {
    const { wire, options, diary } = aPlace();
    await (await aDnsmasq(wire, options)).apply(filesOn(wire));
    const dnsmasq = await aDnsmasq(wire, options);
    expect(await dnsmasq.apply(filesOn(wire))).toBe('unchanged');
    expect(diary()).toBe('restart a b 1\n');
  });

  it('are checked by dnsmasq first', async () => {
    const { wire, options, diary } = aPlace();
    const dnsmasq = await aDnsmasq(wire, options);
    const bad = withText(filesOn(wire), 'hosts', () => '52:54:00:77:00:0b,n_1 x,1h\n');
    await expect(dnsmasq.apply(bad)).rejects.toMatchObject({ code: 'check' });
    expect(diary()).toBe('');
    expect(existsSync(join(wire.directory, 'hosts'))).toBe(false);
  });

  it('are rolled back when the reload command fails, and that is said', async () => {
    const { wire, options, failing, diary } = aPlace();
    const dnsmasq = await aDnsmasq(wire, options);
    await dnsmasq.apply(filesOn(wire));
    writeFileSync(failing, '');
    await expect(dnsmasq.apply(filesOn(wire, two))).rejects.toMatchObject({
      code: 'reload',
      message: 'the reload command ended with code 3: no such service',
    });
    expect(readFileSync(join(wire.directory, 'hosts'), 'utf8')).toBe(filesOn(wire).get('hosts'));
    expect(diary()).toMatch(/^restart a b 1\nreload a b 2\nreload a b 1\n/);
    expect(dnsmasq.view()).toMatchObject({
      state: 'problem',
      message: expect.stringMatching(/; the last good files stay in force$/),
    });
  });

  it('need a dnsmasq to judge them', async () => {
    const { wire, options } = aPlace();
    const dnsmasq = await aDnsmasq(wire, { ...options, program: ['/no/such/dnsmasq'] });
    await expect(dnsmasq.apply(filesOn(wire))).rejects.toMatchObject({
      code: 'check',
      message: expect.stringContaining('ENOENT'),
    });
  });
});
