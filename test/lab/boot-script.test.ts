import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBootScript } from '../../src/lab/boot-script.ts';
import { BOOT_URL, INSTALLER, LOCAL_DISK } from './boot-server.ts';

describe('readBootScript', () => {
  it.each(['uefi', 'bios'] as const)('boots the disk for the local-disk answer on %s', (firmware) => {
    expect(readBootScript(LOCAL_DISK, firmware)).toEqual({ kind: 'local-disk' });
  });

  it('reads kernel, arguments and initrds', () => {
    expect(readBootScript(INSTALLER, 'uefi')).toEqual({
      kind: 'kernel',
      kernel: `${BOOT_URL}/a/linux`,
      arguments: ['auto=true', 'priority=critical', 'initrd=answers.cpio', 'initrd=initrd.gz'],
      initrds: [
        { name: 'initrd.gz', url: `${BOOT_URL}/a/initrd.gz` },
        { name: 'answers.cpio', url: `${BOOT_URL}/i/answers-token/answers.cpio` },
      ],
    });
  });

  it.each([
    ['', 'the first line is not "#!ipxe"'],
    ['#!ipxe\n# only a comment', 'the script ends without booting anything'],
    ['#!ipxe\nimgfetch http://x/', 'line 2: "imgfetch" is no command this machine knows'],
    ['#!ipxe\nexit 0', 'line 2: "exit" without 1 ends in the set-up menu'],
    ['#!ipxe\nboot', 'line 2 failed: boot'],
    ['#!ipxe\niseq a b && exit 1', 'line 2 failed: iseq a b && exit 1'],
    ['#!ipxe\nkernel not-a-url', 'line 2: "kernel" needs a URL'],
  ])('stops at a prompt: %j', (script, why) => {
    expect(readBootScript(script, 'uefi')).toEqual({ kind: 'unusable', why });
  });

  it('goes to the disk when booting fails and the script says so', () => {
    expect(readBootScript('#!ipxe\nboot || exit 1', 'uefi')).toEqual({ kind: 'local-disk' });
  });

  it('takes any text without throwing', () => {
    const words = fc.constantFrom(
      'kernel',
      'initrd',
      '--name',
      'boot',
      '||',
      '&&',
      'exit',
      '1',
      'http://x/',
      '\n',
    );
    const script = fc.array(fc.oneof(words, fc.string())).map((list) => `#!ipxe\n${list.join(' ')}`);
    fc.assert(fc.property(script, (text) => readBootScript(text, 'bios').kind.length > 0));
  });
});
