import { describe, expect, it } from 'vitest';
import { readAnswers } from '../../src/lab/answers.ts';
import { readBootScript } from '../../src/lab/boot-script.ts';
import { installerScript, LOCAL_DISK_SCRIPT } from '../../src/render/boot-script.ts';
import { preseed } from '../../src/render/preseed.ts';
import { aNode, aProfile, aRecord, aSite } from '../builders/node.ts';

const bootUrl = 'http://127.0.0.1:8080';
const node = aNode('n1').profile('docker', 2).build();
const profile = aProfile('docker', { stacks: [{ name: 'base' }, { name: 'docker' }] });

describe('what the boot plane hands out', () => {
  it('sends a simulated machine to its disk', () => {
    expect(readBootScript(LOCAL_DISK_SCRIPT, 'uefi')).toEqual({ kind: 'local-disk' });
    expect(readBootScript(LOCAL_DISK_SCRIPT, 'bios')).toEqual({ kind: 'local-disk' });
  });

  it('sends it into the installer with its answers', () => {
    const script = installerScript({ node, profile, bootUrl, answersToken: 'token', attempt: 1 });
    expect(readBootScript(script, 'uefi')).toMatchObject({
      kind: 'kernel',
      initrds: [{ name: 'initrd.gz' }, { name: 'preseed.cfg', url: `${bootUrl}/i/token/preseed` }],
    });
  });

  it('tells it everything that it has to know', () => {
    const record = aRecord('docker', 2);
    const tokens = { callbackToken: 'callback', reportKey: 'c0de'.repeat(16) };
    const text = preseed({ site: aSite([node]), node, profile, record, bootUrl, ...tokens });
    expect(readAnswers(text)).toEqual({
      record,
      callbackUrl: `${bootUrl}/i/callback`,
      reportUrl: `${bootUrl}/report`,
      reportKey: tokens.reportKey,
      configDigest: node.configDigest,
      stacks: ['base', 'docker'],
    });
  });
});
