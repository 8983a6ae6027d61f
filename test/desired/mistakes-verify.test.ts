import { describe, expect, it } from 'vitest';
import { shown, site } from './mistakes.ts';
import { siteOf, smallFiles } from './site-files.ts';

const ADA =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g ada@example.org';

const CREDENTIALS = `  credentials:
    bmc-default: { username: admin, password: { file: bmc-default } }
  defaults: { bmc: { credentials: bmc-default } }
`;

const verify = (text: string, keys: Record<string, string> = {}) => ({
  ...site(`${CREDENTIALS}  verify: ${text}\n`),
  ...Object.fromEntries(Object.entries(keys).map(([name, key]) => [`profiles/keys/${name}`, key])),
});

describe('signed history', () => {
  it('names keys that are there and are public keys, and approvers that are among them', () => {
    const files = verify('{ keys: [ada, eve, pat, tim, old], approvers: [aad] }', {
      'ada.pub': ADA,
      'pat.pub': `# people\n${ADA}\nssh-ed25519 AAAA\nada cert-authority ${ADA}\n`,
      'tim.asc': 'hello',
      'old.pub': '\n',
    });
    expect(shown(files)).toMatchInlineSnapshot(`
      "[dangling, dangling, schema, schema, schema, schema]
      inventory/site.yaml:8:25  error  there is no key "eve"
            verify: { keys: [ada, eve, pat, tim, old], approvers: [aad] }
                                  ^
          Add profiles/keys/eve.pub or profiles/keys/eve.asc.
      inventory/site.yaml:8:58  error  "aad" is not among the keys of spec.verify
            verify: { keys: [ada, eve, pat, tim, old], approvers: [aad] }
                                                                   ^
          Did you mean \`ada\`?
      profiles/keys/old.pub  error  line 1 has no key
          Write the public key as ssh-keygen does (\`ssh-ed25519 AAAA… ada@example.org\`), one a line.
      profiles/keys/pat.pub  error  line 3 is not a whole key of the type ssh-ed25519
          Write the public key as ssh-keygen does (\`ssh-ed25519 AAAA… ada@example.org\`), one a line.
      profiles/keys/pat.pub  error  line 4 is neither an SSH public key nor a line of an allowed-signers file
          Write the public key as ssh-keygen does (\`ssh-ed25519 AAAA… ada@example.org\`), one a line.
      profiles/keys/tim.asc  error  a key must be an armored OpenPGP public key
          Mend the file."
    `);
  });

  it('takes allowed signers with their limits, and a name with a key of each kind', () => {
    const asc = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----\n';
    const pub = `ada@example.org,ada namespaces="git",valid-after="20240101" ${ADA}\n`;
    const { verify: trust } = siteOf(
      smallFiles(verify('{ keys: [ada] }', { 'ada.pub': pub, 'ada.asc': asc })),
    );
    expect(trust).toEqual({
      ...{ mode: 'head', approvers: ['ada'] },
      keys: [
        { name: 'ada', kind: 'openpgp', text: asc },
        { name: 'ada', kind: 'ssh', text: pub },
      ],
    });
  });
});
