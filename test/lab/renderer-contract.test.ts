import { describe, expect, it } from 'vitest';
import { debianInstaller } from '../../src/installers/debian-installer.ts';
import { readAnswers } from '../../src/lab/answers.ts';
import { readBootScript } from '../../src/lab/boot-script.ts';
import { LOCAL_DISK_SCRIPT } from '../../src/render/boot-script.ts';
import { aNode, aProfile, aRecord, aSite } from '../builders/node.ts';

const bootUrl = 'http://127.0.0.1:8080';
const node = aNode('n1').profile('docker', 2).with({ configDigest: 'c0de' }).build();
const sha256 = 'ab'.repeat(32);
const profile = aProfile('docker', {
  netboot: { kernel: { file: '/k', sha256 }, initrd: { file: '/i', sha256 } },
  stacks: [{ name: 'base' }, { name: 'docker' }],
});

describe('what the boot plane hands out', () => {
  it('sends a simulated machine to its disk', () => {
    expect(readBootScript(LOCAL_DISK_SCRIPT, 'uefi')).toEqual({ kind: 'local-disk' });
    expect(readBootScript(LOCAL_DISK_SCRIPT, 'bios')).toEqual({ kind: 'local-disk' });
  });

  it('sends it into the installer with its answers', () => {
    const script = debianInstaller.bootScript({ node, profile, bootUrl, answersToken: 'token', attempt: 1 });
    expect(readBootScript(script, 'uefi')).toMatchObject({
      kind: 'kernel',
      initrds: [{ name: 'initrd.gz' }, { name: 'answers.cpio', url: `${bootUrl}/i/token/answers.cpio` }],
    });
  });

  it('tells it everything that it has to know', () => {
    const record = aRecord('docker', 2, { installId: 'c0ffee', installDigest: 'a1b2', commit: 'c0ffee' });
    const tokens = { callbackToken: 'callback', reportKey: 'c0de'.repeat(16) };
    const files = debianInstaller.files({ site: aSite([node]), node, profile, record, bootUrl, ...tokens });
    const archive = Buffer.from(files.get('answers.cpio') ?? '').toString('utf8');
    expect(readAnswers(archive)).toEqual({
      record,
      callbackUrl: `${bootUrl}/i/callback`,
      reportUrl: `${bootUrl}/report`,
      reportKey: tokens.reportKey,
      configDigest: node.configDigest,
      stacks: ['base', 'docker'],
    });
  });
});
