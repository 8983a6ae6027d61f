import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aNodeWithAgent } from './a-node.ts';

describe.each(['curl', 'wget', 'bash'] as const)('by %s', (transport) => {
  it('a report is signed and verified, with facts at a boot and without them later', async () => {
    const node = await aNodeWithAgent({ transport });
    expect(await node.run()).toEqual({ status: 0, said: 'configuration c0de\n' });
    await node.run();
    const [boot, then] = node.reports();
    expect(boot).toMatchObject({ boot: true, verified: true, configDigest: null, stacks: [] });
    expect(boot?.facts).toMatchObject({
      kernel: expect.stringMatching(/^\d+\./),
      firmware: expect.any(String),
    });
    expect(then).toMatchObject({ boot: false, verified: true, configDigest: 'c0de', facts: {} });
    expect(node.reports()).toHaveLength(2);
    expect(node.state().facts).toEqual(boot?.facts);
    node.restart();
    await node.run();
    expect(node.reports().at(-1)).toMatchObject({ boot: true, configDigest: 'c0de' });
  });

  it('a refusal is said in the journal, and asked for only once', async () => {
    const node = await aNodeWithAgent({ transport, key: 'ab'.repeat(32) });
    const { status, said } = await node.run();
    expect([status, said]).toEqual([0, 'the report was not taken: 403 bad-signature\n']);
    expect(node.journal.read({}).map(({ reason }) => reason)).toEqual(['BootRefused']);
  });

  it('nothing is applied on the word of somebody who does not have the key', async () => {
    const node = await aNodeWithAgent({
      transport,
      plane: ({ report }) => ({
        async report(...args) {
          const answer = await report(...args);
          return answer.ok ? { ...answer, sign: () => `sha256=${'0'.repeat(64)}` } : answer;
        },
      }),
    });
    expect((await node.run()).said).toBe(
      'reported, but the answer is not signed with the key of this install: nothing is applied\n',
    );
    expect(node.text('state/bundle/digest')).toBeNull();
  });
});

it('facts that come later in the boot are told once', async () => {
  const node = await aNodeWithAgent();
  await node.run();
  mkdirSync(node.at('ssh'));
  writeFileSync(node.at('ssh/ssh_host_ed25519_key.pub'), 'ssh-ed25519 AAAA root@n1\n');
  for (let i = 0; i < 3; i++) await node.run();
  const told = node.reports().filter(({ facts }) => Object.keys(facts).length > 0);
  expect(told.map(({ boot, facts }) => [boot, facts['sshHostKey.ed25519']])).toEqual([
    [true, undefined],
    [false, 'ssh-ed25519 AAAA'],
  ]);
  expect(node.state().facts).toMatchObject({
    'sshHostKey.ed25519': 'ssh-ed25519 AAAA',
    cpus: expect.any(String),
  });
});
