import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { debianInstaller } from '../../src/installers/debian-installer.ts';
import type { FilesInput } from '../../src/installers/installer.ts';
import type { Firmware, UserSpec } from '../../src/model/site.ts';
import type { DiskSpec } from '../../src/model/site-parts.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { anInstall } from '../render/an-install.ts';

/** The archive as the kernel unpacks it. */
function unpacked(input: FilesInput): string {
  const dir = aTempDir();
  const archive = debianInstaller.files(input).get('answers.cpio') ?? '';
  execFileSync('cpio', ['--extract', '--quiet'], { cwd: dir, input: Buffer.from(archive) });
  return dir;
}

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBmQUFO5PSUqkmSmjSmE8kPzIFPoNWoXMvBC0oqZQgo8 ops@example';
const ARMORED = `-----BEGIN PGP PUBLIC KEY BLOCK-----

bWlycm9yIGtleQ==
=AAAA
-----END PGP PUBLIC KEY BLOCK-----
`;
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

/** Everything that a site, a node and a profile can say. */
function aFullInstall(): FilesInput {
  const input = anInstall();
  const texts = new Map([
    ['profiles/late/scratch.sh', '#!/bin/sh\ntrue\n'],
    ['profiles/keys/mirror.asc', ARMORED],
    ['profiles/keys/tools.asc', ARMORED],
    ['profiles/certificates/site-ca.crt', CERTIFICATE],
  ]);
  const mirror = {
    url: 'https://mirror.example.org/debian',
    security: 'http://mirror.example.org/sec',
    key: 'mirror',
  };
  const tools = {
    name: 'tools',
    url: 'http://apt.example.org/tools',
    suite: 'trixie',
    components: ['main'],
    key: 'tools',
  };
  return {
    ...input,
    site: { ...input.site, mirror, texts, certificates: ['site-ca'], dns: ['10.77.0.1'] },
    profile: {
      ...input.profile,
      ...{ lateSteps: ['scratch'], repositories: [tools] },
      users: [{ name: 'ops', groups: ['adm', 'docker'], sudo: true, sshKeys: [KEY], passwordHash: '$6$a$b' }],
    },
  };
}

function tree(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();
}

describe('the archive', () => {
  it('holds the answers, the steps, and what goes into the new system', () => {
    const dir = unpacked(aFullInstall());
    const files = tree(dir).filter(
      (path) => !path.includes('usr/local/lib/barewright') && !path.includes('barewright-agent'),
    );
    expect(files).toMatchInlineSnapshot(`
      [
        "barewright/answers",
        "barewright/base.sh",
        "barewright/base/etc/apt/trusted.gpg.d/mirror.asc",
        "barewright/base/etc/systemd/network/10-eno1.link",
        "barewright/base/etc/systemd/network/20-eno1.network",
        "barewright/base/usr/local/share/ca-certificates/site-ca.crt",
        "barewright/ca.pem",
        "barewright/complete.sh",
        "barewright/early.sh",
        "barewright/keys/ops",
        "barewright/late.sh",
        "barewright/late/scratch",
        "barewright/lib.sh",
        "barewright/mirror.gpg",
        "barewright/packages.sh",
        "barewright/packages/etc/apt/keyrings/tools.asc",
        "barewright/packages/etc/apt/sources.list.d/tools.sources",
        "barewright/partman.sh",
        "barewright/passwords",
        "barewright/root/etc/barewright/key",
        "barewright/root/etc/barewright/record",
        "barewright/root/etc/resolv.conf",
        "barewright/root/etc/ssh/sshd_config.d/10-barewright.conf",
        "barewright/root/etc/sudoers.d/90-barewright",
        "barewright/root/etc/systemd/timesyncd.conf.d/10-barewright.conf",
        "barewright/stage.sh",
        "barewright/watch.sh",
        "preseed.cfg",
      ]
    `);
    const read = (path: string) => readFileSync(join(dir, 'barewright', path), 'utf8');
    expect(read('late.sh')).toBe(`#!/bin/sh
# The last steps of the install of sip-n01, run by the installer; the new system is at /target.
set -eu
. /barewright/lib.sh

place_files /barewright/root
add_user ops 'adm,docker'
set_passwords
check_sudoers
enable_console ttyS1
use_networkd
late_step scratch
`);
    expect(read('keys/ops')).toBe(`${KEY}\n`);
    expect(read('passwords')).toBe('ops:$6$a$b\n');
    expect(read('mirror.gpg')).toBe('mirror key');
    expect(read('ca.pem')).toBe(CERTIFICATE);
    expect(read('root/etc/sudoers.d/90-barewright')).toBe('ops ALL=(ALL:ALL) NOPASSWD: ALL\n');
    expect(read('root/etc/resolv.conf')).toBe('search example.org\nnameserver 10.77.0.1\n');
    expect(read('packages/etc/apt/sources.list.d/tools.sources')).toBe(`Types: deb
URIs: http://apt.example.org/tools
Suites: trixie
Components: main
Signed-By: /etc/apt/keyrings/tools.asc
`);
  });

  it('promise 10: the callback’s token is in the one file that only root reads, and nothing of it goes to the disk', () => {
    const dir = unpacked(aFullInstall());
    const holders = tree(dir).filter((path) => readFileSync(join(dir, path), 'utf8').includes('i/CALLBACK'));
    expect(holders).toEqual(['barewright/answers']);
  });

  it('promise 10: no token stands on the kernel’s command line', () => {
    const { node, profile, bootUrl } = anInstall();
    const script = debianInstaller.bootScript({
      ...{ node, profile, bootUrl, answersToken: 'TOKEN', attempt: 2, logPort: 8482 },
    });
    expect(script).toBe(`#!ipxe
# sip-n01: installer, attempt 2
kernel http://10.77.0.1:8480/netboot/${'a'.repeat(64)} initrd=answers.cpio initrd=initrd.gz auto=true priority=critical DEBIAN_FRONTEND=text BOOTIF=01-${node.bootMac.replaceAll(':', '-')} log_host=10.77.0.1 log_port=8482 console=tty0 console=ttyS1,115200n8
initrd --name initrd.gz http://10.77.0.1:8480/netboot/${'b'.repeat(64)}
initrd --name answers.cpio http://10.77.0.1:8480/i/TOKEN/answers.cpio
boot || exit 1
`);
  });
});

const DISKS: Record<string, DiskSpec> = {
  nothing: {},
  'lvm with swap': { layout: 'lvm', swap: '4G', device: '/dev/disk/by-id/nvme-eui.0025385b71b00e2f' },
  raid1: { layout: 'raid1', devices: ['/dev/sda', '/dev/sdb'], swap: '512M' },
};
const USERS: Record<string, UserSpec[]> = { nobody: [], many: aFullInstall().profile.users ?? [] };
const MATRIX = (['bios', 'uefi'] as Firmware[]).flatMap((firmware) =>
  Object.keys(DISKS).flatMap((disk) => Object.keys(USERS).map((users) => ({ firmware, disk, users }))),
);

describe('what reads it', () => {
  it.each(MATRIX)('debconf and sh: $firmware, $disk, $users', ({ firmware, disk, users }) => {
    const { node, profile, ...rest } = aFullInstall();
    const change = { disk: DISKS[disk] ?? {}, users: USERS[users] ?? [] };
    const dir = unpacked({ ...rest, node: { ...node, firmware }, profile: { ...profile, ...change } });
    const said = spawnSync('debconf-set-selections', ['--checkonly', join(dir, 'preseed.cfg')], {
      encoding: 'utf8',
    });
    expect([said.status, said.stdout, said.stderr]).toEqual([0, '', '']);
    for (const file of ['late.sh', 'answers']) execFileSync('sh', ['-n', join(dir, 'barewright', file)]);
  });

  it('shellcheck, all scripts together', () => {
    const dir = unpacked(aFullInstall());
    const home = join(dir, 'barewright');
    const scripts = readdirSync(home).filter((name) => name.endsWith('.sh'));
    expect(scripts).toHaveLength(9);
    const run = spawnSync('shellcheck', ['--shell=dash', '--exclude=SC1091', ...scripts], {
      cwd: home,
      encoding: 'utf8',
    });
    expect(run.stdout).toBe('');
    expect(run.status).toBe(0);
  });
});

describe('the scripts of an install', () => {
  /** lib.sh with its answers and a wget that says what it was given, and fails as it is told. */
  function aShell(answer: string) {
    const dir = aTempDir();
    const home = join(dir, 'barewright');
    mkdirSync(home);
    writeFileSync(join(home, 'answers'), "BW_CALLBACK_URL='http://10.77.0.1/i/SECRET'\n");
    const lib = readFileSync(join(import.meta.dirname, '../../src/render/debian-installer/lib.sh'), 'utf8');
    writeFileSync(
      join(home, 'lib.sh'),
      lib.replaceAll('/tmp/', `${dir}/`).replaceAll('/barewright/', `${home}/`),
    );
    const wget = `#!/bin/sh\necho "$*" >>${dir}/argv\n${answer}\n`;
    writeFileSync(join(dir, 'wget'), wget);
    chmodSync(join(dir, 'wget'), 0o755);
    writeFileSync(join(dir, 'logger'), '#!/bin/sh\n');
    chmodSync(join(dir, 'logger'), 0o755);
    const run = (script: string) =>
      spawnSync('sh', ['-c', `. ${home}/lib.sh; ${script}`], {
        ...{ encoding: 'utf8', env: { PATH: `${dir}:${process.env['PATH']}` } },
      });
    return { run, argv: () => readFileSync(join(dir, 'argv'), 'utf8') };
  }

  it('promise 10: tell the daemon without a token in an argument of a program', () => {
    const shell = aShell('exit 0');
    expect(shell.run('ask_leave "partitioning /dev/sda" 18').status).toBe(0);
    expect(shell.argv()).not.toContain('SECRET');
    expect(shell.argv()).toContain('--post-file=');
  });

  it('ask again where nobody answers, and not where they are refused', () => {
    const refused = aShell('echo "  HTTP/1.1 409 Conflict" >&2; exit 8');
    expect(refused.run('tell_complete').status).toBe(1);
    expect(refused.argv().split('\n')).toHaveLength(2);
    const silent = aShell('exit 4');
    expect(silent.run('sleep() { :; }; post_patiently progress {} 3').status).toBe(2);
    expect(silent.argv().split('\n')).toHaveLength(4);
  });

  it('make one line of JSON of whatever a step has said', () => {
    const { stdout } = aShell('exit 0').run('json_text \'a "b" \\\\ c\td\'');
    expect(JSON.parse(`"${stdout.trimEnd()}"`)).toBe('a "b" \\\\ c d');
  });
});
