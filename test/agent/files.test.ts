import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentFiles, INSTALL_ID_FILE } from '../../src/agent/files.ts';
import { RenderError } from '../../src/render/text.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { anInstall } from '../render/an-install.ts';
import { putFiles } from './a-target.ts';

const SCRIPTS = join(import.meta.dirname, '../../src/agent/files');

function file(path: string) {
  return agentFiles(anInstall()).find((candidate) => candidate.path === path);
}

describe('the files of the agent', () => {
  it('say who the system is, to root alone', () => {
    expect(file('etc/barewright/record')).toEqual({
      path: 'etc/barewright/record',
      mode: 0o100600,
      content: `BW_NODE='sip-n01'
BW_DOMAIN='example.org'
BW_MAC='${anInstall().node.bootMac}'
BW_REPORT_URL='http://10.77.0.1:8480/report'
BW_REPORT_SECONDS='300'
BW_INSTALL_ID='0123456789abcdef0123456789abcdef'
BW_PROFILE='docker'
BW_GENERATION='2'
BW_INSTALL_DIGEST='a1b2'
BW_COMMIT='c0ffee'
BW_CONFIG_DIGEST='c0de'
BW_STACKS='base docker'
`,
    });
    expect(file('etc/barewright/key')).toMatchObject({
      mode: 0o100600,
      content: `${'c0de'.repeat(16)}\n`,
    });
  });

  it('hold every script there is, and no text of the inventory in any of them', () => {
    const installed = agentFiles(anInstall()).filter(
      ({ path }) => path.startsWith('usr/local/lib/barewright/') && path !== INSTALL_ID_FILE,
    );
    expect(installed).toHaveLength(readdirSync(SCRIPTS).filter((name) => name.endsWith('.sh')).length);
    expect(installed.map(({ content }) => content).join()).not.toContain('sip-n01');
  });

  it('promise 10: keep the key out of every file but its own', () => {
    const withKey = agentFiles(anInstall()).filter(({ content }) => content.includes('c0dec0de'));
    expect(withKey.map(({ path }) => path)).toEqual(['etc/barewright/key']);
  });

  it('refuse a value that could break out of its line', () => {
    const install = anInstall();
    expect(() => agentFiles({ ...install, reportKey: 'x' })).toThrow(RenderError);
    expect(() => agentFiles({ ...install, bootUrl: "http://x/'; reboot" })).toThrow(RenderError);
  });

  it('are units that systemd takes, enabled by a link that leads to the timer', () => {
    const root = aTempDir();
    putFiles(root, agentFiles(anInstall()));
    const own = join(root, 'usr/lib/systemd/system');
    mkdirSync(own, { recursive: true });
    for (const name of ['sysinit', 'basic', 'timers', 'network', 'shutdown']) {
      writeFileSync(join(own, `${name}.target`), '[Unit]\n');
    }
    const units = ['barewright-agent.service', 'barewright-agent.timer'];
    const said = spawnSync('systemd-analyze', ['verify', '--root', root, ...units], { encoding: 'utf8' });
    expect({ status: said.status, text: said.stdout + said.stderr }).toEqual({ status: 0, text: '' });
    const link = readlinkSync(join(root, 'etc/systemd/system/timers.target.wants/barewright-agent.timer'));
    expect(existsSync(join(root, link))).toBe(true);
  });

  it('are scripts that shells read, and shellcheck has nothing to say of', () => {
    const root = aTempDir();
    putFiles(root, agentFiles(anInstall()));
    const home = join(root, 'usr/local/lib/barewright');
    for (const name of [
      'agent',
      'bin/need-packages',
      ...readdirSync(home).filter((each) => each.endsWith('.sh')),
    ]) {
      execFileSync('dash', ['-n', join(home, name)]);
      execFileSync('busybox', ['sh', '-n', join(home, name)]);
    }
    const names = readdirSync(SCRIPTS).filter((name) => name.endsWith('.sh'));
    execFileSync('shellcheck', ['--shell=dash', '--severity=style', ...names], { cwd: SCRIPTS });
  });
});
