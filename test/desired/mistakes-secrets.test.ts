import { describe, expect, it } from 'vitest';
import { findPlainSecrets } from '../../src/desired/plain-secrets.ts';
import { site } from './mistakes.ts';
import { problemsOf, siteOf, smallFiles } from './site-files.ts';

const ENC = 'ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]';
const SOPS = `bmc:
    username_unencrypted: admin
    password: ${ENC}
sops:
    age: []
    mac: ${ENC}
    lastmodified: "2026-11-01T12:00:00Z"
`;

const account = (password: string, files: Record<string, string> = {}) => ({
  ...site(`  credentials: { bmc-default: { username: admin, password: ${password} } }
  defaults: { bmc: { credentials: bmc-default } }
`),
  ...files,
});

describe('a reference to an SOPS file', () => {
  it('finds an encrypted value there', () => {
    const files = account('{ sops: secrets/bmc.yaml, key: bmc.password }', { 'secrets/bmc.yaml': SOPS });
    expect(siteOf(smallFiles(files)).credentials.get('bmc-default')?.password).toEqual({
      ...{ sops: 'secrets/bmc.yaml', key: 'bmc.password' },
    });
  });

  it.each<[string, string, string, RegExp]>([
    [
      'without the file',
      '{ sops: secrets/bcm.yaml, key: a }',
      SOPS,
      /there is no file secrets\/bcm\.yaml[\s\S]*Did you mean `secrets\/bmc\.yaml`/,
    ],
    [
      'without the value',
      '{ sops: secrets/bmc.yaml, key: bmc.passwort }',
      SOPS,
      /secrets\/bmc\.yaml has no value bmc\.passwort[\s\S]*Did you mean `bmc\.password`/,
    ],
    ['to a mapping', '{ sops: secrets/bmc.yaml, key: bmc }', SOPS, /has no value bmc/],
    [
      'to a plain value',
      '{ sops: secrets/bmc.yaml, key: bmc.username_unencrypted }',
      SOPS,
      /is not encrypted in secrets\/bmc\.yaml/,
    ],
    [
      'to a plain file',
      '{ sops: secrets/bmc.yaml, key: bmc.password }',
      'bmc: { password: hunter2 }\n',
      /secrets\/bmc\.yaml is not encrypted: it has no `sops` mapping/,
    ],
    ['to no YAML', '{ sops: secrets/bmc.yaml, key: bmc.password }', 'bmc: [\n', /is not YAML or JSON/],
    ['without a key', '{ sops: secrets/bmc.yaml }', SOPS, /must be a reference to a secret/],
    [
      'that is two',
      '{ sops: secrets/bmc.yaml, key: bmc.password, env: X }',
      SOPS,
      /must be a reference to a secret/,
    ],
    [
      'to elsewhere',
      '{ sops: inventory/site.yaml, key: a }',
      SOPS,
      /must be a path like `secrets\/bmc\.yaml`/,
    ],
    ['out of the directory', '{ sops: secrets/../a.yaml, key: a }', SOPS, /must be a path like/],
  ])('%s is an error that does not tell what stands there', (_, password, text, message) => {
    const { codes, text: said } = problemsOf(smallFiles(account(password, { 'secrets/bmc.yaml': text })));
    expect(codes).toHaveLength(1);
    expect(said).toMatch(/^inventory\/site\.yaml:\d+:\d+ {2}error/);
    expect(said).toMatch(message);
    expect(said).not.toContain('hunter2');
  });

  it('is not looked into where only the program sops can', () => {
    const two = `${SOPS}---\na: b\n`;
    const files = account('{ sops: secrets/bmc.yaml, key: x }', { 'secrets/bmc.yaml': two });
    expect(siteOf(smallFiles(files)).warnings).toEqual([]);
  });
});

describe('what looks like a secret in the clear', () => {
  const look = (parameters: Record<string, unknown>, annotations: Record<string, string> = {}) =>
    findPlainSecrets('Profile', {
      metadata: { name: 'x', annotations },
      spec: { stacks: [{ name: 's', parameters }] },
    }).map(({ what }) => what);

  it.each<[string, unknown]>([
    ['password', 'hunter2'],
    ['dbPassword', 'correct horse'],
    ['api_key', 'abcd1234'],
    ['API-KEY', 'abcd1234'],
    ['note', 'ghp_0123456789abcdefghijABCDEFGHIJ012345'],
    ['note', 'AKIAIOSFODNN7EXAMPLE'],
    ['mirror', 'https://ada:hunter2@example.org/'],
    ['key', '-----BEGIN OPENSSH PRIVATE KEY-----\nabc'],
    ['deep', { list: [{ token: 'a1b2c3d4e5' }] }],
  ])('is warned of: %s: %s', (name, value) => {
    expect(look({ [name]: value })).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ['passwordFile', '/etc/app/password'],
    ['password', '/run/secrets/db'],
    ['token', '$' + '{TOKEN}'],
    ['secret', '{{ vault.secret }}'],
    ['password', '$6$salt$hash'],
    ['password', ''],
    ['token', 'none'],
    ['secretName', 'db-credentials-1'],
    ['tokens', '12'],
    ['password', 12],
    ['tokenUrl', 'https://example.org/token'],
    ['key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI'],
    ['monkey', 'b4n4n4'],
    ['certificate', '-----BEGIN CERTIFICATE-----\nabc'],
  ])('is not: %s: %s', (name, value) => {
    expect(look({ [name]: value })).toEqual([]);
  });

  it('is said with its place and without the value, as a warning', () => {
    const files = smallFiles({
      ...account('{ file: bmc }'),
      'profiles/base.yaml': `apiVersion: barewright.dev/v1
kind: Profile
metadata: { name: base, annotations: { rootPassword: hunter2 } }
spec:
  os: { family: debian, release: bookworm }
  kernelArguments: [console=ttyS0, repo.token=s3cr3tvalue]
`,
    });
    expect(siteOf(files).warnings.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([
      'profiles/base.yaml:3 annotations.rootPassword looks like a secret in the clear',
      'profiles/base.yaml:6 kernelArguments.1 looks like a secret in the clear',
    ]);
    const { text } = problemsOf(files);
    expect(text).not.toMatch(/hunter2|s3cr3tvalue/);
  });

  it('is a private key in the files of a stack too', () => {
    const files = smallFiles({
      ...account('{ file: bmc }'),
      'profiles/late/keys.sh': '#!/bin/sh\ncat <<.\n-----BEGIN RSA PRIVATE KEY-----\n.\n',
    });
    expect(siteOf(files).warnings).toMatchObject([{ file: 'profiles/late/keys.sh', code: 'secret' }]);
  });
});
