import { describe, expect, it } from 'vitest';
import { head, node, nodes, one, profile, shown } from './mistakes.ts';

describe('names that nothing carries', () => {
  it('an unknown pool', () => {
    expect(shown(nodes(node('n1', 11).replace('pool: sip', 'pool: spi')))).toMatchInlineSnapshot(`
      "[dangling]
      inventory/nodes.yaml:5:9  error  there is no pool "spi"
            pool: spi
                  ^
          Did you mean \`sip\`?"
    `);
  });

  it('an unknown profile', () => {
    expect(shown(one('  install: { profile: bsae }\n'))).toMatchInlineSnapshot(`
      "[dangling]
      inventory/nodes.yaml:6:23  error  there is no profile "bsae"
            install: { profile: bsae }
                                ^
          Did you mean \`base\`?"
    `);
  });

  it('an unknown profile in defaults', () => {
    expect(
      shown({
        'inventory/pools.yaml': `${head('Pool', 'sip')}spec: { defaults: { install: { profile: ceph } } }\n`,
      }),
    ).toMatchInlineSnapshot(`
      "[dangling]
      inventory/pools.yaml:4:41  error  there is no profile "ceph"
          spec: { defaults: { install: { profile: ceph } } }
                                                  ^
          Add it, or name one of: base."
    `);
  });

  it('an unknown network', () => {
    expect(shown(nodes(node('n1', 11).replace('network: mgmt', 'network: mgnt')))).toMatchInlineSnapshot(`
      "[dangling]
      inventory/nodes.yaml:8:54  error  there is no network "mgnt"
              - { name: eno1, mac: 52:54:00:77:00:11, network: mgnt, address: 10.77.0.11, boot: true }
                                                               ^
          Did you mean \`mgmt\`?"
    `);
  });

  it('an unknown stack', () => {
    expect(shown(profile('    - name: bas\n'))).toMatchInlineSnapshot(`
      "[dangling]
      profiles/base.yaml:7:13  error  there is no stack "bas"
              - name: bas
                      ^
          Did you mean \`base\`?"
    `);
  });

  it('an unknown credential', () => {
    expect(
      shown(nodes(node('n1', 11).replace('6230', '6230, credentials: bmc-defautl'))),
    ).toMatchInlineSnapshot(`
      "[dangling]
      inventory/nodes.yaml:6:53  error  there is no credential "bmc-defautl"
            bmc: { url: ipmi://127.77.0.11:6230, credentials: bmc-defautl }
                                                              ^
          Did you mean \`bmc-default\`?"
    `);
  });

  it('no profile at all', () => {
    expect(shown({ 'inventory/pools.yaml': `${head('Pool', 'sip')}spec: {}\n` })).toMatchInlineSnapshot(`
      "[dangling]
      inventory/nodes.yaml:3:19  error  node "n1" has no profile: neither it, nor its pool, nor the site names one
          metadata: { name: n1 }
                            ^
          Add \`install: { profile: … }\` to the node, or to the defaults of its pool or of the site."
    `);
  });

  it('an image for nobody', () => {
    expect(
      shown({
        'inventory/images/redis.yaml': `${head('Image', 'redis')}spec: { mirror: { from: docker.io/library/redis }, tags: ["7.2"], requiredBy: [sipp] }\n`,
      }),
    ).toMatchInlineSnapshot(`
      "[dangling]
      inventory/images/redis.yaml:4:80  error  there is no pool and no profile "sipp"
          spec: { mirror: { from: docker.io/library/redis }, tags: ["7.2"], requiredBy: [sipp] }
                                                                                         ^
          Did you mean \`sip\`?"
    `);
  });
});
