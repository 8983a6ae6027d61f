import { beforeAll, describe, expect, it } from 'vitest';
import { openSopsFile } from '../../src/sops/open.ts';
import { type AgeKey, anAgeKey, anSopsFile, type Tree } from './an-sops-file.ts';

let key: AgeKey;
let other: AgeKey;
beforeAll(() => {
  key = anAgeKey();
  other = anAgeKey();
});

const SECRETS: Tree = {
  bmc: { username: 'admin', password: 'hunter2 ünicode', empty: '' },
  users: [
    { name: 'ada', password: 'one' },
    { name: 'eve', password: 'two' },
  ],
  port: 623,
  ratio: 0.25,
  strict: true,
  nothing: null,
  key: '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n',
  note_unencrypted: 'for everybody',
  more_unencrypted: { n: 42, x: 1.5, yes: false },
  '7': 'a name that looks like a number',
  '3': 'and one before it',
};

const open = (text: string, ...keys: AgeKey[]) =>
  openSopsFile(
    text,
    keys.map(({ secret }) => secret),
  );

describe('an SOPS file', () => {
  it.each(['yaml', 'json'] as const)(
    'in %s is opened with the key of any recipient, with all its values',
    async (format) => {
      const text = anSopsFile(SECRETS, [other.recipient, key.recipient], { format });
      const opened = await open(text, key);
      expect(Object.fromEntries(opened)).toEqual({
        'bmc.username': 'admin',
        'bmc.password': 'hunter2 ünicode',
        'bmc.empty': '',
        'users.0.name': 'ada',
        'users.0.password': 'one',
        'users.1.name': 'eve',
        'users.1.password': 'two',
        port: '623',
        ratio: '0.25',
        strict: 'true',
        key: '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n',
        note_unencrypted: null,
        nothing: null,
        'more_unencrypted.n': null,
        'more_unencrypted.x': null,
        'more_unencrypted.yes': null,
        '7': 'a name that looks like a number',
        '3': 'and one before it',
      });
    },
  );

  it('with its MAC over the encrypted values alone is opened too, and that cannot be switched by hand', async () => {
    const text = anSopsFile(SECRETS, [key.recipient], { macOnlyEncrypted: true });
    expect((await open(text, key)).get('bmc.username')).toBe('admin');
    const switched = text.replace('mac_only_encrypted: true', 'mac_only_encrypted: false');
    await expect(open(switched, key)).rejects.toMatchObject({ code: 'tampered' });
    const whole = anSopsFile(SECRETS, [key.recipient]);
    const lowered = whole.replace('    version:', '    mac_only_encrypted: true\n    version:');
    await expect(open(lowered, key)).rejects.toMatchObject({ code: 'tampered' });
  });

  it('is not opened with another key, with none, or with what is no key', async () => {
    const text = anSopsFile(SECRETS, [key.recipient]);
    await expect(open(text, other)).rejects.toMatchObject({
      code: 'wrong-key',
      message: `is encrypted to other age keys than the daemon's: ${key.recipient}`,
    });
    await expect(open(text)).rejects.toMatchObject({ code: 'no-key' });
    await expect(openSopsFile(text, ['AGE-SECRET-KEY-1NONSENSE'])).rejects.toMatchObject({ code: 'no-key' });
  });

  it.each<[string, (text: string) => string]>([
    [
      'a value was changed',
      (text) =>
        text.replace(/(password: ENC\[AES256_GCM,data:)(.)/, (_, a, b) => a + (b === 'A' ? 'B' : 'A')),
    ],
    ['two values changed places', (text) => swap(text, 'username', 'password')],
    [
      'two values of a list changed places',
      (text) => {
        const [first = '', second = ''] = [...text.matchAll(/password: (ENC\[.*\])/g)]
          .slice(1)
          .map(([, value]) => value ?? '');
        return text.replace(first, '@').replace(second, first).replace('@', second);
      },
    ],
    ['a value was taken out', (text) => text.replace(/^port: .*\n/m, '')],
    ['a value was put in', (text) => text.replace(/^port: /m, 'extra: hello\nport: ')],
    ['a plain value was changed', (text) => text.replace('for everybody', 'for nobody')],
    ['a name was changed', (text) => text.replace('bmc:', 'cmb:')],
    [
      'the MAC was changed',
      (text) => text.replace(/(mac: ENC\[AES256_GCM,data:)(.)/, (_, a, b) => a + (b === 'A' ? 'B' : 'A')),
    ],
    ['the MAC was taken out', (text) => text.replace(/mac: .*/, 'mac: ""')],
    [
      'the MAC is another value',
      (text) => text.replace(/mac: .*/, `mac: ${/^port: (.*)$/m.exec(text)?.[1]}`),
    ],
    ['the time was changed', (text) => text.replace('2026-11-01T12:00:00Z', '2026-11-01T12:00:01Z')],
    ['a tag was cut short', (text) => text.replace(/tag:[^,]{8}[^,]*,/, (tag) => `${tag.slice(0, 20)},`)],
  ])('in which %s is refused whole', async (_, change) => {
    const text = anSopsFile(SECRETS, [key.recipient]);
    expect(change(text)).not.toBe(text);
    await expect(open(text, key)).resolves.toBeDefined();
    await expect(open(change(text), key)).rejects.toMatchObject({ code: 'tampered' });
  });

  it.each<[string, string, string]>([
    ['plain YAML', 'a: b\n', 'is not encrypted'],
    ['a list', '- a\n', 'is not a mapping'],
    ['nothing', '', 'is empty'],
    ['no YAML', 'x: 1\na: [b\n', 'is not YAML or JSON (line 3)'],
    ['one with a key twice', 'a: 1\na: 2\nsops: {}\n', 'has the key a twice'],
    ['too deep', '['.repeat(100_000), 'is not YAML or JSON'],
    ['too long', Array.from({ length: 20_000 }, (_, n) => `k${n}:`).join('\n'), 'more than 10000 values'],
  ])('that is %s is none, and that is said', async (_, text, why) => {
    await expect(open(text, key)).rejects.toMatchObject({
      code: 'format',
      message: expect.stringContaining(why),
    });
  });

  it.each<[string, (text: string) => string]>([
    ['several documents', (text) => `${text}---\nb: c\n`],
    [
      'a key in several parts',
      (text) => text.replace('    version:', '    key_groups: [{}, {}]\n    version:'),
    ],
    ['an alias', (text) => text.replace(/^port: .*/m, 'a_unencrypted: &x y\nport: *x')],
  ])('with %s is left to the program sops', async (_, change) => {
    const text = anSopsFile(SECRETS, [key.recipient]);
    await expect(open(change(text), key)).rejects.toMatchObject({ code: 'foreign' });
  });

  it('for PGP alone is left to the program sops', async () => {
    await expect(open(anSopsFile(SECRETS, [], { age: [] }), key)).rejects.toMatchObject({ code: 'foreign' });
  });
});

function swap(text: string, a: string, b: string): string {
  const value = (name: string) => new RegExp(`${name}: (ENC\\[.*\\])`).exec(text)?.[1] ?? '';
  const [first, second] = [value(a), value(b)];
  return text.replace(`${a}: ${first}`, `${a}: ${second}`).replace(`${b}: ${second}`, `${b}: ${first}`);
}
