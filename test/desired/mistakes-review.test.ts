import { describe, expect, it } from 'vitest';
import { shown, site } from './mistakes.ts';
import { siteOf, smallFiles } from './site-files.ts';

function review(text: string) {
  return site(`  credentials:
    bmc-default: { username: admin, password: { file: bmc-default } }
  defaults: { bmc: { credentials: bmc-default } }
  review:\n${text}`);
}

describe('pull requests and webhooks', () => {
  it('have every default', () => {
    const forge = 'forge: { kind: github, repository: karoo/site, token: { file: t } }';
    expect(siteOf(smallFiles(review(`    ${forge}\n`))).review).toEqual({
      forge: {
        kind: 'github',
        url: 'https://api.github.com',
        repository: 'karoo/site',
        token: { file: 't' },
        ca: null,
      },
      forks: false,
      webhooks: null,
    });
  });

  it('are taken over as written, webhooks without a forge too', () => {
    const text = `    forge:
      kind: gitlab
      url: https://git.example.org/
      repository: ops/metal/site
      token: { env: TOKEN }
      ca: { file: ca.crt }
    forks: true
    webhooks: { listen: "[::1]:8483", secret: { file: hook } }
`;
    expect(siteOf(smallFiles(review(text))).review).toEqual({
      forge: {
        kind: 'gitlab',
        url: 'https://git.example.org',
        repository: 'ops/metal/site',
        token: { env: 'TOKEN' },
        ca: { file: 'ca.crt' },
      },
      forks: true,
      webhooks: { host: '::1', port: 8483, secret: { file: 'hook' } },
    });
    const alone = '    webhooks: { listen: 127.0.0.1:8483, secret: { file: hook } }\n';
    expect(siteOf(smallFiles(review(alone))).review).toMatchObject({ forge: null, forks: false });
  });

  it('name a forge that is there, and send no token in the clear', () => {
    const text = `    forge: { kind: gitea, repository: a/b/c, token: { file: t } }
    webhooks: { listen: "300.0.0.1:99999", secret: { file: h } }
`;
    expect(shown(review(text))).toMatchInlineSnapshot(`
      "[schema, schema, address]
      inventory/site.yaml:9:12  error  where this gitea is, is not said
              forge: { kind: gitea, repository: a/b/c, token: { file: t } }
                     ^
          Write \`url: https://git.example.org\`.
      inventory/site.yaml:9:39  error  repository has more than an owner and a name, which gitea does not know
              forge: { kind: gitea, repository: a/b/c, token: { file: t } }
                                                ^
          Write \`owner/name\`, as in the address of its page.
      inventory/site.yaml:10:25  error  300.0.0.1:99999 is not an address and a port
              webhooks: { listen: "300.0.0.1:99999", secret: { file: h } }
                                  ^
          Write it like \`127.0.0.1:8483\`."
    `);
    const plain = 'forge: { kind: github, url: "http://github.com", repository: ../b, token: { file: t } }';
    expect(shown(review(`    ${plain}\n`))).toMatchInlineSnapshot(`
      "[schema, secret, schema]
      inventory/site.yaml:9:33  error  github.com has its API at another address
              forge: { kind: github, url: "http://github.com", repository: ../b, token: { file: t } }
                                          ^
          Leave \`url\` out, or write \`https://api.github.com\`.
      inventory/site.yaml:9:33  error  the forge would be sent its token without encryption
              forge: { kind: github, url: …
                                          ^
          Write \`https://\`.
      inventory/site.yaml:9:66  error  a name in repository is only dots
              forge: { kind: github, url: "http://github.com", repository: ../b, token: { file: t } }
                                                                           ^
          Write it like \`ops/site\`."
    `);
  });

  it('hold no token in Git, and are not empty', () => {
    expect(
      shown(review('    forge: { kind: github, repository: a/b, token: hunter2 }\n')),
    ).toMatchInlineSnapshot(`
      "[secret]
      inventory/site.yaml:9:52  error  token must be a reference to a secret, never the secret itself
              forge: { kind: github, repository: a/b, token: …
                                                             ^
          Put it in a file of the daemon and write \`{ file: name }\`, or \`{ env: NAME }\`; then change the token."
    `);
    expect(shown(review('    {}\n'))).toMatchInlineSnapshot(`
      "[schema]
      inventory/site.yaml:9:5  error  review must name a \`forge\`, \`webhooks\`, or both
              {}
              ^
          Compare it with docs/site-format.md."
    `);
  });
});
