import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/plan/catalogue.ts';
import { aNode, aProfile, aSite } from '../builders/node.ts';
import { ask } from './ask.ts';

const ROOT = new URL('../..', import.meta.url).pathname;

const docker = {
  name: 'docker',
  digest: 'd0',
  spec: {
    description: 'containers',
    os: ['debian'],
    needs: ['base'],
    provides: ['container-engine'],
    parameters: {
      required: ['log_size'],
      properties: { log_size: {}, log_files: { default: 3 }, users: {} },
    },
  },
  files: [{ path: 'apply.sh', content: Buffer.from('x') }],
};
const bare = { name: 'bare', digest: 'b0', spec: {}, files: [] };
const users = [{ name: 'ops', passwordHash: '$y$secret' }];
const site = aSite([aNode('n1').profile('docker')], {
  stacks: new Map([bare, docker].map((stack) => [stack.name, stack])),
  profiles: new Map(
    ['base', 'docker'].map((name) => [
      name,
      aProfile(name, { users, stacks: name === 'docker' ? [{ name: 'docker' }] : [] }),
    ]),
  ),
});
const STACKS = { 'GET /stacks': catalogue(site, 'stacks') };

describe('the catalogue of stacks', () => {
  it('says what each needs and provides, and which profiles use it', async () => {
    expect((await ask(STACKS, ['get', 'stacks'])).stdout).toBe(`\
NAME     OS       NEEDS   PROVIDES           USED BY   DESCRIPTION
bare     any
docker   debian   base    container-engine   docker    containers
`);
  });

  it('says which parameters they take with -o wide', async () => {
    const { stdout } = await ask(STACKS, ['get', 'stack', 'docker', '-o', 'wide']);
    expect(stdout).toContain('log_size (required), log_files=3, users   containers\n');
  });

  it('has the names of the files and not what stands in them', async () => {
    const { stdout } = await ask(STACKS, ['get', 'stacks', 'docker', '-o', 'json']);
    expect(JSON.parse(stdout)).toEqual([
      { name: 'docker', digest: 'd0', ...docker.spec, files: ['apply.sh'], usedBy: ['docker'] },
    ]);
  });
});

describe('the catalogue of profiles', () => {
  it('says what each installs, for how many nodes, and promise 10: no hash of a password', async () => {
    const answers = { 'GET /profiles': catalogue(site, 'profiles') };
    expect((await ask(answers, ['get', 'profiles'])).stdout).toBe(`\
NAME     OS              INSTALLER          NODES   STACKS   DESCRIPTION
base     debian trixie   debian-installer   0
docker   debian trixie   debian-installer   1       docker
`);
    expect(JSON.stringify(answers)).not.toContain('secret');
  });
});

describe('without a daemon', () => {
  it('reads the files as they lie there', async () => {
    const { stdout, code } = await ask({}, ['get', 'stacks', '--site', ROOT, '-o', 'name']);
    expect(code).toBe(0);
    expect(stdout).toBe('base\nceph-host\nchrony\ndocker\nnfs-mount\nnode-exporter\n');
  });

  it('says what is wrong where there is no valid site, and that nodes are not known there', async () => {
    const broken = await ask({}, ['get', 'stacks', '--site', '/var/empty']);
    expect([broken.code, broken.stderr]).toEqual([3, expect.stringContaining('has no valid site')]);
    const nodes = await ask({}, ['get', 'nodes', '--site', ROOT]);
    expect([nodes.code, nodes.stderr]).toEqual([2, expect.stringContaining('known to the daemon only')]);
  });
});
