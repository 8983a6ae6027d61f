import { describe, expect, it } from 'vitest';
import { head, node, nodes, profile, shown, site, stack } from './mistakes.ts';

describe('stacks and secrets', () => {
  it('a stack parameter of the wrong type', () => {
    expect(shown(profile('    - { name: base, parameters: { motd: 5 } }\n'))).toMatchInlineSnapshot(`
      "[stack]
      profiles/base.yaml:7:41  error  stack "base": motd must be text, but is 5
              - { name: base, parameters: { motd: 5 } }
                                                  ^
          Put it in quotes, so that YAML takes it for text."
    `);
  });

  it('a stack for another system', () => {
    expect(
      shown({ ...profile('    - name: suse\n'), ...stack('suse', '  os: [suse]\n') }),
    ).toMatchInlineSnapshot(`
      "[stack]
      profiles/base.yaml:7:13  error  stack "suse" does not support debian, only suse
              - name: suse
                      ^
          Take it out, or add debian to the \`os\` of the stack once it works there."
    `);
  });

  it('a need that nothing provides', () => {
    expect(
      shown({ ...profile('    - name: top\n    - name: base\n'), ...stack('top', '  needs: [base]\n') }),
    ).toMatchInlineSnapshot(`
      "[stack]
      profiles/base.yaml:7:13  error  stack "top" needs "base", which no stack before it provides
              - name: top
                      ^
          Put \`- name: base\` before it."
    `);
  });

  it('parameters for a stack without any', () => {
    expect(
      shown({ ...profile('    - { name: top, parameters: { x: 1 } }\n'), ...stack('top') }),
    ).toMatchInlineSnapshot(`
      "[stack]
      profiles/base.yaml:7:20  error  stack "top" takes no parameters
              - { name: top, parameters: { x: 1 } }
                             ^
          Take the parameters out."
    `);
  });

  it('a stack directory without its files', () => {
    expect(shown({ 'profiles/stacks/empty/notes.md': 'x' })).toMatchInlineSnapshot(`
      "[stack, stack]
      profiles/stacks/empty/apply.sh  error  the stack "empty" has no apply.sh
          Add the script that brings a node to the declared state.
      profiles/stacks/empty/stack.yaml  error  the stack "empty" has no stack.yaml
          Add it with a document of kind Stack, or delete the directory."
    `);
  });

  it('a stack under another name', () => {
    expect(
      shown({
        'profiles/stacks/other/stack.yaml': `${head('Stack', 'another')}spec: {}\n`,
        'profiles/stacks/other/apply.sh': 'x',
      }),
    ).toMatchInlineSnapshot(`
      "[stack]
      profiles/stacks/other/stack.yaml:3:19  error  stack "another" must stand in profiles/stacks/another/stack.yaml
          metadata: { name: another }
                            ^
          Give the directory and the stack the same name."
    `);
  });

  it('a plain password', () => {
    expect(
      shown(site('  credentials:\n    bmc-default: { username: admin, password: hunter2 }\n')),
    ).toMatchInlineSnapshot(`
      "[secret]
      inventory/site.yaml:6:47  error  password must be a reference to a secret, never the secret itself
              bmc-default: { username: admin, password: …
                                                        ^
          Put it in a file of the daemon and write \`{ file: name }\`, or \`{ env: NAME }\`; then change the password."
    `);
  });

  it('a plain password for a user', () => {
    expect(
      shown({
        'profiles/base.yaml': `${head('Profile', 'base')}spec: { os: { family: debian, release: bookworm }, users: [{ name: ops, passwordHash: hunter2 }] }\n`,
      }),
    ).toMatchInlineSnapshot(`
      "[secret]
      profiles/base.yaml:4:87  error  passwordHash must be a crypt(5) hash, never the password itself
          spec: { os: { family: debian, release: bookworm }, users: [{ name: ops, passwordHash: …
                                                                                                ^
          Make one with \`mkpasswd -m yescrypt\`."
    `);
  });

  it('a password in an address', () => {
    expect(shown(nodes(node('n1', 11).replace('ipmi://', 'ipmi://admin:hunter2@')))).toMatchInlineSnapshot(`
      "[secret]
      inventory/nodes.yaml:6:15  error  url must not hold a user name or a password
            bmc: { url: …
                        ^
          Write the address without what stands before \`@\`."
    `);
  });

  it('a private key', () => {
    expect(
      shown({
        'profiles/base.yaml': `${head('Profile', 'base')}spec: { os: { family: debian, release: bookworm }, users: [{ name: ops, sshKeys: ["-----BEGIN OPENSSH PRIVATE KEY----- hunter2"] }] }\n`,
      }),
    ).toMatchInlineSnapshot(`
      "[secret]
      profiles/base.yaml:4:83  error  sshKeys[0] holds a private key
          spec: { os: { family: debian, release: bookworm }, users: [{ name: ops, sshKeys: […
                                                                                            ^
          Take it out, make a new key pair, and write the public key."
    `);
  });
});
