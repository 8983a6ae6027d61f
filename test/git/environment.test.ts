import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { networkEnvironment, readEnvironment, sshCommand } from '../../src/git/environment.ts';
import { parseLocation } from '../../src/git/location.ts';
import { aFolder } from './a-repository.ts';

function remote(url: string) {
  const location = parseLocation(url);
  if (location.kind === 'local') throw new Error('not remote');
  return location;
}

describe('the environment of git', () => {
  it('keeps out what ties git to another repository or runs programs', () => {
    const caller = {
      PATH: '/bin',
      HOME: '/root',
      GIT_DIR: '/x',
      GIT_INDEX_FILE: '/y',
      GIT_SSH: 'z',
      PREFIX: 'p',
      PAGER: 'less',
    };
    expect(readEnvironment(caller)).toEqual({
      PATH: '/bin',
      HOME: '/root',
      LC_ALL: 'C',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_NO_LAZY_FETCH: '1',
      GIT_LITERAL_PATHSPECS: '1',
      GIT_ALLOW_PROTOCOL: 'none',
    });
  });

  it('gives ssh the key and the known hosts, and never lets it ask', () => {
    const location = remote('git@git.example.org:site');
    const env = networkEnvironment({}, location, {
      sshKeyFile: '/etc/bw/key',
      knownHostsFile: '/etc/bw/known hosts',
    });
    expect(env['GIT_SSH_VARIANT']).toBe('ssh');
    expect(env['GIT_ALLOW_PROTOCOL']).toBe('ssh');
    expect(env['GIT_SSH_COMMAND']).toBe(
      'ssh -i /etc/bw/key -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=15 -o ServerAliveInterval=15' +
        ` -o ServerAliveCountMax=3 -o IdentitiesOnly=yes -o 'UserKnownHostsFile="/etc/bw/known hosts"'`,
    );
  });

  it('is read by ssh as it was meant, awkward file names included', () => {
    const key = join(aFolder(), "it's a key");
    writeFileSync(key, '');
    const command = sshCommand({ sshKeyFile: key, knownHostsFile: '/k/a b $(c)' });
    const settings = execFileSync('sh', ['-c', `${command} -G git.example.org`], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).split('\n');
    expect(settings).toContain(`identityfile ${key}`);
    expect(settings).toContain('userknownhostsfile /k/a b $(c)');
    expect(settings).toContain('batchmode yes');
    expect(settings).toContain('stricthostkeychecking true');
    expect(settings).toContain('identitiesonly yes');
  });

  it.each(['/k/a"b', '/k/%h', '/k/a\nb'])('refuses the file name %j, which ssh cannot be given', (file) => {
    expect(() => sshCommand({ knownHostsFile: file })).toThrow(expect.objectContaining({ code: 'unsafe' }));
    expect(() => sshCommand({ sshKeyFile: file })).toThrow(expect.objectContaining({ code: 'unsafe' }));
  });

  it('promise 10: sends a token over https only', () => {
    const auth = { tokenFile: '/run/token' };
    expect(() => networkEnvironment({}, remote('http://git.example.org/x'), auth)).toThrow(/https only/);
    expect(() => networkEnvironment({}, remote('git://git.example.org/x'), auth)).toThrow(/https only/);
    expect(networkEnvironment({}, remote('https://git.example.org/x'), auth)).toMatchObject({
      BAREWRIGHT_GIT_TOKEN_FILE: '/run/token',
      GIT_CONFIG_KEY_1: 'credential.https://git.example.org.helper',
    });
  });
});
