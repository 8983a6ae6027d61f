import { describe, expect, it } from 'vitest';
import { head, shown } from './mistakes.ts';
import { siteOf, smallFiles } from './site-files.ts';

const SHA = '0123456789abcdef'.repeat(4);
const NETBOOT = `  netboot:
    kernel: { file: /srv/vmlinuz, sha256: ${SHA} }
    initrd: { url: "http://10.77.0.1/initrd.gz", sha256: ${SHA} }
`;
const IMAGE = `  image: { url: "http://10.77.0.1/disk.img.gz", sha256: ${SHA}, format: raw.gz }\n`;

function profile(spec: string) {
  return {
    'profiles/base.yaml': `${head('Profile', 'base')}spec:\n  os: { family: debian, release: trixie }\n${spec}`,
  };
}

const digestOf = (spec: string) => siteOf(smallFiles(profile(spec))).nodes.get('n1')?.installDigest;

describe('the image installer', () => {
  it('is taken with its kernel, initrd and image', () => {
    const site = siteOf(smallFiles(profile(`  installer: image\n${NETBOOT}${IMAGE}`)));
    expect(site.warnings).toEqual([]);
    expect(site.profiles.get('base')).toMatchObject({
      installer: 'image',
      netboot: { kernel: { file: '/srv/vmlinuz', sha256: SHA } },
      image: { sha256: SHA, format: 'raw.gz' },
    });
  });

  it('needs both', () => {
    expect(shown(profile('  installer: image\n'))).toMatchInlineSnapshot(`
      "[schema, schema]
      profiles/base.yaml:6:14  error  the installer \`image\` needs spec.image
            installer: image
                       ^
          Add the disk image: \`file\` or \`url\`, \`sha256\`, \`format\`.
      profiles/base.yaml:6:14  error  the installer \`image\` needs spec.netboot
            installer: image
                       ^
          Add the kernel and initrd of the deploy ramdisk, each with \`file\` or \`url\`, and \`sha256\`."
    `);
  });

  it('has no use for what is built into an image', () => {
    expect(
      shown(profile(`  installer: image\n${NETBOOT}${IMAGE}  packages: [curl]\n  disk: { layout: lvm }\n`)),
    ).toMatchInlineSnapshot(`
      "[schema, schema]
      profiles/base.yaml:11:3  warning  spec.packages has no effect: an image is written as it is
            packages: [curl]
            ^
          Build it into the image.
      profiles/base.yaml:12:11  warning  spec.disk.layout has no effect: an image is written as it is
            disk: { layout: lvm }
                    ^
          Build it into the image."
    `);
  });

  it('is the only one that writes images', () => {
    expect(shown(profile(IMAGE))).toMatchInlineSnapshot(`
      "[schema]
      profiles/base.yaml:6:3  error  an image is written by the installer \`image\` only
            image: { url: "http://10.77.0.1/disk.img.gz", sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
            ^
          Add \`installer: image\`, or delete the image."
    `);
  });

  it('gives an image its users, and grows it unless it says otherwise', () => {
    const spec = `  installer: image\n${NETBOOT}${IMAGE}  users: [{ name: ops, sudo: true }]\n  disk: { grow: false }\n`;
    expect(shown(profile(spec))).toBe('[]\n');
    expect(shown(profile('  disk: { grow: false }\n'))).toContain(
      'spec.disk.grow has no effect: the Debian installer takes the whole disk',
    );
  });

  it('makes nodes outdated by another image, not by another place or ramdisk', () => {
    const before = digestOf(`  installer: image\n${NETBOOT}${IMAGE}`);
    const moved = IMAGE.replace('10.77.0.1', 'images.example.org');
    const ramdisk = NETBOOT.replaceAll(SHA, SHA.replace('0', '1'));
    expect(digestOf(`  installer: image\n${ramdisk}${moved}`)).toBe(before);
    expect(digestOf(`  installer: image\n${NETBOOT}${IMAGE.replace('0123', '1123')}`)).not.toBe(before);
    expect(digestOf('  installer: debian-installer\n')).toBe(digestOf(''));
    expect(digestOf(NETBOOT)).toBe(digestOf(''));
  });
});

describe('files to boot', () => {
  it('come from one place, and their digest is one', () => {
    const netboot = `  netboot:
    kernel: { file: srv/vmlinuz, sha256: ${SHA.toUpperCase()} }
    initrd: { file: /srv/../etc/initrd.gz, url: "http://10.77.0.1/initrd.gz", sha256: ${SHA} }
`;
    expect(shown(profile(netboot))).toMatchInlineSnapshot(`
      "[schema, schema, schema, schema]
      profiles/base.yaml:7:21  error  file must be an absolute path of letters, digits and \`. _ ~ + -\`, without \`..\`, but is "srv/vmlinuz"
              kernel: { file: srv/vmlinuz, sha256: 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF }
                              ^
          Correct the value, for example \`file: /srv/barewright/vmlinuz\`.
      profiles/base.yaml:7:42  error  sha256 must be a SHA-256 digest: 64 hexadecimal digits in lower case, as \`sha256sum\` prints them, but is "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789A…"
              kernel: { file: srv/vmlinuz, sha256: 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF }
                                                   ^
          Correct the value, for example \`9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\`.
      profiles/base.yaml:8:13  error  initrd must have one of \`file\`, \`url\`, and \`package\` with \`path\`
              initrd: { file: /srv/../etc/initrd.gz, url: "http://10.77.0.1/initrd.gz", sha256: 0123456789abcdef0123456789abcdef01
                      ^
          Compare it with docs/site-format.md.
      profiles/base.yaml:8:21  error  file must be an absolute path of letters, digits and \`. _ ~ + -\`, without \`..\`, but is "/srv/../etc/initrd.gz"
              initrd: { file: /srv/../etc/initrd.gz, url: "http://10.77.0.1/initrd.gz", sha256: 0123456789abcdef0123456789abcdef01
                              ^
          Correct the value, for example \`file: /srv/barewright/vmlinuz\`."
    `);
    expect(shown(profile(NETBOOT.replace('file: /srv/vmlinuz, ', '')))).toMatchInlineSnapshot(`
      "[schema]
      profiles/base.yaml:7:13  error  kernel must have one of \`file\`, \`url\`, and \`package\` with \`path\`
              kernel: { sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef }
                      ^
          Compare it with docs/site-format.md."
    `);
  });

  it('are fetched by http and https only, without a password', () => {
    for (const url of ['ftp://10.77.0.1/x', 'file:///etc/passwd']) {
      expect(shown(profile(NETBOOT.replace('http://10.77.0.1/initrd.gz', url)))).toContain(
        'must be an http or https address',
      );
    }
    const secret = NETBOOT.replace('http://10.77.0.1/initrd.gz', 'http://u:p@10.77.0.1/x');
    expect(shown(profile(secret))).toContain('url must not hold a user name or a password');
  });
});
