import { describe, expect, it } from 'vitest';
import { shown, site } from './mistakes.ts';
import { problemsOf, siteOf, smallFiles } from './site-files.ts';

function registries(text: string) {
  return site(`  credentials:
    bmc-default: { username: admin, password: { file: bmc-default } }
  defaults: { bmc: { credentials: bmc-default } }
  registries:\n${text}`);
}

describe('a registry that the daemon runs', () => {
  it('is the site’s own, has TLS, and no login but the daemon’s', () => {
    const text = `    up: { endpoint: "http://up:5000", serve: {} }
    karoo:
      endpoint: "https://karoo:65535"
      own: true
      ca: { file: ca }
      username: x
      password: { file: x }
      serve: { revoked: [n2] }
    other: { endpoint: "https://other:5000", serve: { tokenPort: 5000, certificate: { file: c } } }
`;
    expect(shown(registries(text))).toMatchInlineSnapshot(`
      "[schema, schema, schema, schema, schema, dangling, schema, schema, schema, schema]
      inventory/site.yaml:9:21  error  a registry that the daemon runs has TLS
              up: { endpoint: "http://up:5000", serve: {} }
                              ^
          Write \`https://\`.
      inventory/site.yaml:9:46  error  registry up is not the site's own, so the daemon does not run it
              up: { endpoint: "http://up:5000", serve: {} }
                                                       ^
          Write \`own: true\`.
      inventory/site.yaml:11:17  error  there is no port after 65535 for the token endpoint
                endpoint: "https://karoo:65535"
                          ^
          Write \`serve.tokenPort\`.
      inventory/site.yaml:13:11  error  the daemon makes its own authority for a registry that it runs
                ca: { file: ca }
                    ^
          Leave \`ca\` out, or write \`serve.certificate\` and \`serve.key\` too.
      inventory/site.yaml:14:17  error  the daemon makes its own account of a registry that it runs
                username: x
                          ^
          Leave \`username\` and \`password\` out.
      inventory/site.yaml:16:26  error  there is no node "n2"
                serve: { revoked: [n2] }
                                   ^
          Did you mean \`n1\`?
      inventory/site.yaml:17:53  error  a certificate and its key come together
              other: { endpoint: "https://other:5000", serve: { tokenPort: 5000, certificate: { file: c } } }
                                                              ^
          Write both \`certificate\` and \`key\`, or neither.
      inventory/site.yaml:17:53  error  registry other is not the site's own, so the daemon does not run it
              other: { endpoint: "https://other:5000", serve: { tokenPort: 5000, certificate: { file: c } } }
                                                              ^
          Write \`own: true\`.
      inventory/site.yaml:17:53  error  tokenPort 5000 is the port of the registry itself
              other: { endpoint: "https://other:5000", serve: { tokenPort: 5000, certificate: { file: c } } }
                                                              ^
          Write another one.
      inventory/site.yaml:17:53  error  who vouches for serve.certificate is not said
              other: { endpoint: "https://other:5000", serve: { tokenPort: 5000, certificate: { file: c } } }
                                                              ^
          Write \`ca\` beside \`serve\`."
    `);
  });

  it('takes its storage in one way, and no key in Git', () => {
    const text = `    karoo:
      endpoint: "https://karoo:5000"
      own: true
      serve:
        storage: { directory: /srv/registry, s3: { bucket: b, accessKey: AKIA, secretKey: { file: s } } }
`;
    expect(shown(registries(text))).toMatchInlineSnapshot(`
      "[schema, schema, secret]
      inventory/site.yaml:13:18  error  storage must be either \`{ directory: … }\` or \`{ s3: … }\`
                  storage: { directory: /srv/registry, s3: { bucket: b, accessKey: AKIA, secretKey: { file: s } } }
                           ^
          Correct the value, for example \`storage: { directory: /srv/registry }\`.
      inventory/site.yaml:13:60  error  bucket must be the name of a bucket, but is "b"
                  storage: { directory: /srv/registry, s3: { bucket: b, accessKey: AKIA, secretKey: { file: s } } }
                                                                     ^
          Correct the value, for example \`bucket: karoo-registry\`.
      inventory/site.yaml:13:74  error  accessKey must be a reference to a secret, never the secret itself
                  storage: { directory: /srv/registry, s3: { bucket: b, accessKey: …
                                                                                   ^
          Put it in a file of the daemon and write \`{ file: name }\`, or \`{ env: NAME }\`; then change the accessKey."
    `);
  });
});

describe('a stack with `inputs: [registry]`', () => {
  const stack = (inputs: string) => ({
    'profiles/stacks/engine/stack.yaml': `apiVersion: barewright.dev/v1\nkind: Stack\nmetadata: { name: engine }\nspec: { os: [debian]${inputs} }\n`,
    'profiles/stacks/engine/apply.sh': '#!/bin/sh\n',
    'profiles/base.yaml':
      'apiVersion: barewright.dev/v1\nkind: Profile\nmetadata: { name: base }\nspec: { os: { family: debian, release: trixie }, stacks: [{ name: engine }] }\n',
  });
  const digest = (own: string, inputs = ', inputs: [registry]') => {
    const files = smallFiles({
      ...registries(`    karoo: { endpoint: "https://karoo:5000", own: true${own} }\n`),
      ...stack(inputs),
    });
    expect(problemsOf(files).text).toBe('');
    return siteOf(files).nodes.get('n1')?.configDigest;
  };

  it('is applied again for another rotation, and for nothing that does not concern it', () => {
    const before = digest(', serve: {}');
    expect(digest(', serve: { rotation: 1, tokenPort: 5009 }')).toBe(before);
    expect(digest(', serve: { revoked: [n1] }')).toBe(before);
    expect(digest(', serve: { rotation: 2 }')).not.toBe(before);
    expect(digest('')).not.toBe(before);
    expect(digest(', serve: { rotation: 2 }', '')).toBe(digest(', serve: {}', ''));
  });
});
