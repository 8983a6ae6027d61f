import { describe, expect, it } from 'vitest';
import { head, shown } from './mistakes.ts';

/** A site with these registries, and an image with this spec. */
function images(registries: string, spec: string) {
  return {
    'inventory/site.yaml': `${head('Site', 'lab')}spec:
  credentials:
    bmc-default: { username: admin, password: { file: bmc-default } }
  defaults: { bmc: { credentials: bmc-default } }
  registries:
${registries}`,
    'inventory/images.yaml': `${head('Image', 'app')}spec: ${spec}\n`,
  };
}

const SOUND = '{ mirror: { from: docker.io/library/app }, tags: ["1"] }';

describe('registries and images', () => {
  it('a registry of its own that is left to skopeo, and one that would be told a password in the clear', () => {
    const registries = `    karoo: { endpoint: "https://karoo:5000", own: true, transport: skopeo }
    up: { endpoint: "http://up:5000", transport: skopeo, username: u, password: { file: p } }
`;
    expect(shown(images(registries, SOUND))).toMatchInlineSnapshot(`
      "[schema, secret]
      inventory/site.yaml:9:68  error  registry karoo is the site's own, which skopeo does not keep
              karoo: { endpoint: "https://karoo:5000", own: true, transport: skopeo }
                                                                             ^
          Take \`transport\` out here; it is for registries that images come from.
      inventory/site.yaml:10:21  error  registry up would be sent its password without encryption
              up: { endpoint: …
                              ^
          Write \`https://\`, or leave \`username\` and \`password\` out."
    `);
  });

  it('the same registry twice, two of its own, and a transport that does not exist', () => {
    const twice = `    karoo: { endpoint: "https://karoo:5000", own: true }
    other: { endpoint: "https://karoo:5000", own: true }
`;
    expect(shown(images(twice, SOUND))).toMatchInlineSnapshot(`
      "[duplicate, schema]
      inventory/site.yaml:10:24  error  registries karoo and other are the same, karoo:5000
              other: { endpoint: "https://karoo:5000", own: true }
                                 ^
          Keep one of the two.
      inventory/site.yaml:10:51  error  registries karoo and other are both the site's own
              other: { endpoint: "https://karoo:5000", own: true }
                                                            ^
          Write \`own: true\` at one of them."
    `);
    const odd = '    up: { endpoint: "https://up:5000", transport: docker }\n';
    expect(shown(images(odd, SOUND))).toMatchInlineSnapshot(`
      "[schema]
      inventory/site.yaml:9:51  error  transport must be \`builtin\` or \`skopeo\`, but is "docker"
              up: { endpoint: "https://up:5000", transport: docker }
                                                            ^
          Correct the value, for example \`transport: skopeo\`."
    `);
  });

  it('an upstream with a tag, a tag twice, a range that is none, and a pool that is not there', () => {
    const karoo = '    karoo: { endpoint: "https://karoo:5000", own: true }\n';
    const spec = '{ mirror: { from: "docker.io/library/app:1" }, tags: ["1", "1", "~x"], requiredBy: [sop] }';
    expect(shown(images(karoo, spec))).toMatchInlineSnapshot(`
      "[schema, schema, schema, duplicate, schema, dangling]
      inventory/images.yaml:4:25  error  "docker.io/library/app:1" is no repository that can be mirrored
          spec: { mirror: { from: "docker.io/library/app:1" }, tags: ["1", "1", "~x"], requiredBy: [sop] }
                                  ^
          Write registry and name without a tag: \`docker.io/library/redis\`.
      inventory/images.yaml:4:25  error  from must be an upstream repository as registry/name, without a tag, but is "docker.io/library/app:1"
          spec: { mirror: { from: "docker.io/library/app:1" }, tags: ["1", "1", "~x"], requiredBy: [sop] }
                                  ^
          Correct the value, for example \`from: docker.io/library/redis\`.
      inventory/images.yaml:4:66  error  tag 1 stands twice
          spec: { mirror: { from: "docker.io/library/app:1" }, tags: ["1", "1", "~x"], requiredBy: [sop] }
                                                                           ^
          Keep one of the two.
      inventory/images.yaml:4:66  error  tags[1] repeats tags[0]
          spec: { mirror: { from: "docker.io/library/app:1" }, tags: ["1", "1", "~x"], requiredBy: [sop] }
                                                                           ^
          Keep one of the two.
      inventory/images.yaml:4:71  error  "~x" is no range of versions
          spec: { mirror: { from: "docker.io/library/app:1" }, tags: ["1", "1", "~x"], requiredBy: [sop] }
                                                                                ^
          Write it like \`~7.2\`, \`^7\` or \`>=7.2.0 <8\`.
      inventory/images.yaml:4:91  error  there is no pool and no profile "sop"
          spec: { mirror: { from: "docker.io/library/app:1" }, tags: ["1", "1", "~x"], requiredBy: [sop] }
                                                                                                    ^
          Did you mean \`sip\`?"
    `);
  });
});
