import { describe, expect, it } from 'vitest';
import { shown, site } from './mistakes.ts';
import { siteOf, smallFiles } from './site-files.ts';

const [ONE, TWO] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];

function access(tokens: string[], more = '') {
  return site(`  credentials:
    bmc-default: { username: admin, password: { file: bmc-default } }
  defaults: { bmc: { credentials: bmc-default } }
  access:
    tokens:
${tokens.map((token) => `      - { ${token} }\n`).join('')}${more}`);
}

describe('access', () => {
  it('is nobody’s without tokens; a token without pools acts everywhere and does not expire', () => {
    const tokens = [
      `name: ada, role: admin, hash: "${ONE}"`,
      `name: sipho, role: operator, pools: [sip], hash: "${TWO}", expires: 2027-03-01T00:00:00Z`,
    ];
    expect(siteOf(smallFiles(access(tokens))).access).toEqual({
      tokens: [
        { name: 'ada', role: 'admin', pools: null, hash: '1'.repeat(64), expires: null },
        {
          name: 'sipho',
          role: 'operator',
          pools: ['sip'],
          hash: '2'.repeat(64),
          expires: Date.UTC(2027, 2, 1),
        },
      ],
    });
  });

  it('tells what is wrong, all at once', () => {
    const tokens = [
      `name: ada, role: admin, pools: [sip], hash: "${ONE}"`,
      `name: ada, role: viewer, hash: "${ONE}"`,
      `name: daemon, role: operator, pools: [sipp], hash: "${TWO}"`,
    ];
    expect(shown(access(tokens))).toMatchInlineSnapshot(`
      "[schema, duplicate, duplicate, duplicate, dangling]
      inventory/site.yaml:10:42  error  pools limit operators only; this role is admin
                - { name: ada, role: admin, pools: [sip], hash: "sha256:1111111111111111111111111111111111111111111111111111111111
                                                   ^
          Take \`pools\` out, or write \`role: operator\`.
      inventory/site.yaml:11:17  error  there is a token ada before
                - { name: ada, role: viewer, hash: "sha256:1111111111111111111111111111111111111111111111111111111111111111" }
                          ^
          Give each its own name: the journal tells people by it.
      inventory/site.yaml:11:42  error  this is the token of ada
                - { name: ada, role: viewer, hash: "sha256:1111111111111111111111111111111111111111111111111111111111111111" }
                                                   ^
          Make one for each: barewright token create NAME.
      inventory/site.yaml:12:17  error  the journal says \`daemon\` of somebody else
                - { name: daemon, role: operator, pools: [sipp], hash: "sha256:222222222222222222222222222222222222222222222222222
                          ^
          Name the person or the program that bears the token.
      inventory/site.yaml:12:49  error  there is no pool sipp
                - { name: daemon, role: operator, pools: [sipp], hash: "sha256:222222222222222222222222222222222222222222222222222
                                                          ^
          Did you mean \`sip\`?"
    `);
  });

  it('takes no token itself, no unknown role and no half a date', () => {
    const tokens = ['name: "a b", role: root, hash: bw_secret, expires: 2027-03-01'];
    expect(shown(access(tokens))).toMatchInlineSnapshot(`
      "[schema, schema, schema, schema]
      inventory/site.yaml:10:17  error  name must be letters, digits, \`_\`, \`.\`, \`@\`, \`+\` or \`-\`, at most 64, but is "a b"
                - { name: "a b", role: root, hash: bw_secret, expires: 2027-03-01 }
                          ^
          Correct the value, for example \`name: thandi\`.
      inventory/site.yaml:10:30  error  role must be \`viewer\`, \`operator\` or \`admin\`, but is "root"
                - { name: "a b", role: root, hash: bw_secret, expires: 2027-03-01 }
                                       ^
          Correct the value, for example \`role: operator\`.
      inventory/site.yaml:10:42  error  hash must be \`sha256:\` and 64 hexadecimal digits, as \`barewright token create\` prints it; never the token itself, but is "bw_secret"
                - { name: "a b", role: root, hash: bw_secret, expires: 2027-03-01 }
                                                   ^
          Correct the value, for example \`hash: sha256:0b6fd8e0a5f8f4b4fa8a4b7a7a3f6e2d1c0b9a8f7e6d5c4b3a2918070605f4e3\`.
      inventory/site.yaml:10:62  error  expires must be a date and time with its zone, but is "2027-03-01"
                - { name: "a b", role: root, hash: bw_secret, expires: 2027-03-01 }
                                                                       ^
          Correct the value, for example \`expires: 2027-03-01T00:00:00Z\`."
    `);
  });

  it('of a login provider: what is left out has its usual value, and its roles are held against the pools', () => {
    const oidc = (role: string) => `    oidc:
      issuer: https://login.example.org/realms/ops
      clientId: barewright
      roles: [{ value: sip-team, ${role} }]
`;
    const none = [`name: ada, role: admin, hash: "${ONE}"`];
    const built = siteOf(smallFiles(access(none, oidc('role: operator, pools: [sip]')))).access?.oidc;
    expect(built).toEqual({
      ...{ issuer: 'https://login.example.org/realms/ops', clientId: 'barewright', clientSecret: null },
      ...{ scopes: ['profile'], nameClaim: 'preferred_username', rolesClaim: 'groups' },
      roles: [{ value: 'sip-team', role: 'operator', pools: ['sip'] }],
    });
    expect(shown(access(none, oidc('role: viewer, pools: [sipp]')))).toMatchInlineSnapshot(`
      "[schema, dangling]
      inventory/site.yaml:14:55  error  pools limit operators only; this role is viewer
                roles: [{ value: sip-team, role: viewer, pools: [sipp] }]
                                                                ^
          Take \`pools\` out, or write \`role: operator\`.
      inventory/site.yaml:14:56  error  there is no pool sipp
                roles: [{ value: sip-team, role: viewer, pools: [sipp] }]
                                                                 ^
          Did you mean \`sip\`?"
    `);
    expect(shown(access(none, oidc('role: admin').replace('https', 'http')))).toMatchInlineSnapshot(`
      "[schema]
      inventory/site.yaml:12:15  error  issuer must be an https address without user name, password, query or fragment, but is "http://login.example.org/realms/ops"
                issuer: http://login.example.org/realms/ops
                        ^
          Correct the value, for example \`issuer: https://login.example.org/realms/ops\`."
    `);
  });
});
