import { describe, expect, it } from 'vitest';
import { deployUsers } from '../../src/render/deploy-users.ts';
import { RenderError } from '../../src/render/text.ts';

const KEY = `ssh-ed25519 ${'A'.repeat(68)} ops@example`;
const HASH = '$y$j9T$abc$def';

describe('deployUsers', () => {
  it('has an account a line, and the keys apart', () => {
    const { list, keys } = deployUsers([
      { name: 'ops', groups: ['adm', 'docker'], sudo: true, sshKeys: [KEY, KEY], passwordHash: HASH },
      { name: 'guest' },
    ]);
    expect(list).toBe(`ops adm,docker sudo ${HASH}\nguest - - -\n`);
    expect([...keys]).toEqual([['ops', `${KEY}\n${KEY}\n`]]);
  });

  it.each([
    ['a name', { name: 'ops sudo' }],
    ['a name that is a path', { name: '../etc' }],
    ['a group', { name: 'ops', groups: ['adm,root x'] }],
    ['a hash', { name: 'ops', passwordHash: '$6$a\nroot:x' }],
    ['a hash that is a password', { name: 'ops', passwordHash: 'secret' }],
    ['a key', { name: 'ops', sshKeys: [`${KEY}\ncommand="id" ${KEY}`] }],
  ])('refuses %s that could be read as something else', (_, user) => {
    expect(() => deployUsers([user])).toThrow(RenderError);
  });
});
