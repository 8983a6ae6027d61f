import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTokens } from '../../src/observe/tokens.ts';
import { aHost } from '../own-registry/a-host.ts';
import { aWitnessWith } from '../own-registry/a-witness.ts';
import { anImage, push } from '../registry/an-image.ts';
import { aNodeWithAgent, aStack } from './a-node.ts';

const TRUSTS = aStack(
  'engine',
  { 'apply.sh': 'trust-registry', 'check.sh': 'trust-registry check' },
  { inputs: ['registry'] },
);
/** Of the daemon of these tests. */
const KEY = createTokens(Buffer.alloc(32, 7)).reportKey('1'.repeat(32));

/** A registry, and a node that is told of it; the login that it makes is the one that is known there. */
async function aTrustingNode(rotation: number | null = 1) {
  const registry = await aHost();
  const { digest } = await push(registry.client().repository('app'), '1', anImage());
  const { createHmac } = await import('node:crypto');
  const password = createHmac('sha256', KEY).update(`registry ${registry.place} ${rotation}`).digest('hex');
  registry.accounts.set('n1', { role: 'reader', password });
  const told = { host: registry.place, ca: registry.host().ca, rotation };
  const node = await aNodeWithAgent({ stacks: [TRUSTS], registry: told });
  const certDir = node.at(`etc/docker/certs.d/${registry.place}`);
  const config = node.at('root/.docker/config.json');
  return { registry, digest, password, node, certDir, config, image: `docker://${registry.place}/app:1` };
}

describe('a stack with `inputs: [registry]`', () => {
  it('has the node trust the registry and log in with a password that nobody sent', async () => {
    const { node, digest, password, certDir, config, image, registry } = await aTrustingNode();
    expect(await node.run()).toMatchObject({ status: 0 });
    expect(node.state().stacks).toEqual([{ name: 'engine', state: 'ok' }]);
    expect(readFileSync(join(certDir, 'ca.crt'), 'utf8')).toBe(registry.host().ca);
    expect(statSync(join(certDir, 'ca.crt')).mode & 0o777).toBe(0o644);
    expect(statSync(config).mode & 0o777).toBe(0o600);
    expect(await aWitnessWith(config, certDir).digest(image)).toBe(digest);
    const everything = ['state/bundle/env/engine', 'log/engine.apply.log', 'run/body', 'run/answer'];
    for (const path of everything) expect(node.text(path) ?? '', path).not.toContain(password);
    expect(node.text('state/bundle/env/engine')).toContain(`BW_OWN_REGISTRY='${registry.place}'\n`);
  });

  it('mends what somebody takes away, and only then', async () => {
    const { node, certDir, config, digest, image } = await aTrustingNode();
    await node.run();
    const before = statSync(config).ino;
    await node.run();
    expect(statSync(config).ino).toBe(before);
    rmSync(join(certDir, 'ca.crt'));
    await node.run();
    writeFileSync(config, '');
    await node.run();
    expect(await aWitnessWith(config, certDir).digest(image)).toBe(digest);
  });

  it('leaves logins of others to the engine, and says when there is none', async () => {
    const { node, config, password } = await aTrustingNode();
    const others = '{\n\t"auths": {\n\t\t"docker.io": {\n\t\t\t"auth": "eHg6eXk="\n\t\t}\n\t}\n}';
    await node.run();
    writeFileSync(config, others);
    await node.run();
    expect(readFileSync(config, 'utf8')).toBe(others);
    expect(node.state().stacks[0]).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/config\.json holds other logins, and there is no engine here/),
    });
    // As Docker is called, and with what it is handed.
    const docker = `#!/bin/sh\n{ echo "$@"; cat; } >"${node.at('asked')}"\n`;
    writeFileSync(node.at('bin/docker'), docker, { mode: 0o755 });
    await node.run();
    const [command = '', given] = (node.text('asked') ?? '').split('\n');
    expect(command).toMatch(/^login --username n1 --password-stdin 127\.0\.0\.1:\d+$/);
    expect(given).toBe(password);
  });

  it('of a registry that the daemon does not run is told of its authority alone', async () => {
    const { node, certDir, config } = await aTrustingNode(null);
    await node.run();
    expect(node.state().stacks).toEqual([{ name: 'engine', state: 'ok' }]);
    expect(readFileSync(join(certDir, 'ca.crt'), 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(() => statSync(config)).toThrow(/ENOENT/);
  });

  it('does nothing where the site has no registry of its own', async () => {
    const node = await aNodeWithAgent({ stacks: [TRUSTS] });
    expect(await node.run()).toMatchObject({ status: 0 });
    expect(node.state().stacks).toEqual([{ name: 'engine', state: 'ok' }]);
    expect(node.text('state/bundle/env/engine')).toBe(
      "BW_OWN_REGISTRY=''\nBW_OWN_REGISTRY_CA=''\nBW_OWN_REGISTRY_ACCOUNT='n1'\nBW_OWN_REGISTRY_ROTATION=''\n",
    );
  });
});
