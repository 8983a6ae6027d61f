import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNodeDrivers } from '../../src/daemon/node-drivers.ts';
import { createSecrets } from '../../src/daemon/secrets.ts';
import { createSopsFiles } from '../../src/daemon/sops-files.ts';
import type { DesiredNode } from '../../src/model/desired.ts';
import type { PowerDriver } from '../../src/model/power.ts';
import type { CredentialSpec } from '../../src/model/site.ts';
import { aNode } from '../builders/node.ts';
import { aTempDir } from '../builders/temp-dir.ts';

const aSecrets = (dir: string, env: NodeJS.ProcessEnv) => createSecrets(dir, env, createSopsFiles({ env }));

const fromFile = (file: string): CredentialSpec => ({ username: 'admin', password: { file } });

describe('secrets', () => {
  it('are read from a file or the environment, without the line end', async () => {
    const dir = aTempDir();
    writeFileSync(join(dir, 'bmc'), 'from a file \r\n');
    const secrets = aSecrets(dir, { BMC: 'from the environment' });
    const specs = new Map([
      ['a', fromFile('bmc')],
      ['b', { username: 'root', password: { env: 'BMC' } }],
      ['c', fromFile(join(dir, 'bmc'))],
    ]);
    expect(await secrets.refresh(specs)).toEqual(['a', 'b', 'c']);
    expect(secrets.credential('a')).toEqual({ ok: true, username: 'admin', password: 'from a file ' });
    expect(secrets.credential('b')).toEqual({ ok: true, username: 'root', password: 'from the environment' });
    expect(secrets.credential('c')).toMatchObject({ password: 'from a file ' });
  });

  it('tell which of them changed, and only then', async () => {
    const dir = aTempDir();
    writeFileSync(join(dir, 'a'), 'one');
    writeFileSync(join(dir, 'b'), 'one');
    const secrets = aSecrets(dir, {});
    const specs = new Map([
      ['a', fromFile('a')],
      ['b', fromFile('b')],
    ]);
    await secrets.refresh(specs);
    expect(await secrets.refresh(specs)).toEqual([]);
    writeFileSync(join(dir, 'b'), 'two');
    expect(await secrets.refresh(specs)).toEqual(['b']);
    specs.set('a', { ...fromFile('a'), username: 'other' });
    expect(await secrets.refresh(specs)).toEqual(['a']);
  });

  it('that are missing or empty say what is missing, and nothing of the others; they come back', async () => {
    const dir = aTempDir();
    writeFileSync(join(dir, 'empty'), '\n');
    const secrets = aSecrets(dir, { EMPTY: '' });
    const specs = new Map([
      ['gone', fromFile('gone')],
      ['empty', fromFile('empty')],
      ['unset', { username: 'x', password: { env: 'EMPTY' } }],
    ]);
    await secrets.refresh(specs);
    expect(secrets.credential('gone')).toMatchObject({ ok: false });
    expect(secrets.credential('empty')).toMatchObject({
      why: 'credential empty cannot be read: the file empty is empty',
    });
    expect(secrets.credential('unset')).toMatchObject({
      why: 'credential unset cannot be read: the environment variable EMPTY is not set',
    });
    expect(secrets.credential('never declared')).toMatchObject({ ok: false });
    writeFileSync(join(dir, 'gone'), 'back');
    expect(await secrets.refresh(specs)).toEqual(['gone']);
    rmSync(join(dir, 'gone'));
    expect(await secrets.refresh(specs)).toEqual(['gone']);
    expect(secrets.credential('gone')).toMatchObject({ ok: false });
  });
});

describe('drivers of nodes', () => {
  function aSet(node: () => DesiredNode | null, ok = { now: true }) {
    const made: string[] = [];
    const closed: string[] = [];
    const drivers = createNodeDrivers({
      node,
      secrets: {
        credential: () =>
          ok.now
            ? { ok: true, username: 'admin', password: 'secret' }
            : { ok: false, why: 'credential x cannot be read' },
      },
      make({ url }): PowerDriver {
        made.push(url);
        return {
          readPower: async () => 'on',
          setPower: async () => {},
          setNextBoot: async () => {},
          describe: async () => url,
          close: async () => void closed.push(url),
        };
      },
    });
    return { drivers, made, closed };
  }

  it('are made once, and anew when the address changes', async () => {
    let node: DesiredNode | null = aNode('n1').bmc('ipmi://10.0.0.1').build();
    const { drivers, made, closed } = aSet(() => node);
    expect(drivers.driverFor('n1')).toBe(drivers.driverFor('n1'));
    node = aNode('n1').bmc('ipmi://10.0.0.2').build();
    drivers.driverFor('n1');
    expect(made).toEqual(['ipmi://10.0.0.1', 'ipmi://10.0.0.2']);
    expect(closed).toEqual(['ipmi://10.0.0.1']);
    node = null;
    expect(drivers.driverFor('n1')).toBeNull();
    await drivers.retire([]);
    expect(closed).toEqual(['ipmi://10.0.0.1', 'ipmi://10.0.0.2']);
  });

  it('a node without a BMC has none', () => {
    expect(aSet(() => aNode('n1').bmc(null).build()).drivers.driverFor('n1')).toBeNull();
  });

  it('are let go when their credential changes', async () => {
    const { drivers, made, closed } = aSet(() => aNode('n1').build());
    drivers.driverFor('n1');
    await drivers.retire(['other']);
    expect(closed).toHaveLength(0);
    await drivers.retire(['bmc-default']);
    expect(closed).toHaveLength(1);
    drivers.driverFor('n1');
    expect(made).toHaveLength(2);
  });

  it('promise 10: without a credential nothing is sent, and the reason says which is missing', async () => {
    const ok = { now: false };
    const { drivers, made } = aSet(() => aNode('n1').build(), ok);
    const driver = drivers.driverFor('n1');
    await expect(driver?.readPower()).rejects.toMatchObject({
      kind: 'auth',
      message: 'credential x cannot be read',
    });
    await expect(driver?.setPower('off')).rejects.toMatchObject({ kind: 'auth' });
    expect(made).toEqual([]);
    ok.now = true;
    expect(await drivers.driverFor('n1')?.readPower()).toBe('on');
  });

  it('a driver whose address changed while its credential was missing is closed once', async () => {
    let node = aNode('n1').bmc('ipmi://10.0.0.1').build();
    const ok = { now: true };
    const { drivers, closed } = aSet(() => node, ok);
    drivers.driverFor('n1');
    node = aNode('n1').bmc('ipmi://10.0.0.2').build();
    ok.now = false;
    drivers.driverFor('n1');
    drivers.driverFor('n1');
    await drivers.close();
    expect(closed).toEqual(['ipmi://10.0.0.1']);
  });
});
