import { describe, expect, it } from 'vitest';
import type { ProblemCode } from '../../src/model/problem.ts';
import { head, node, nodes, one, profile, site } from './mistakes.ts';
import { type Files, problemsOf, resolveFiles, sampleFiles, smallFiles } from './site-files.ts';

describe('resolveSite with mistakes', () => {
  /** Templates are judged by those who render: test/daemon/judge-site.test.ts. */
  const each: Record<Exclude<ProblemCode, 'template'>, Files> = {
    syntax: nodes('a: ['),
    'too-large': nodes(`a: ${'['.repeat(40)}${']'.repeat(40)}`),
    'api-version': nodes('kind: Node'),
    'unknown-kind': nodes('kind: Nod'),
    schema: one('  power: 5\n'),
    'unknown-field': one('  powr: on\n'),
    duplicate: nodes(`${node('n1', 11)}---\n${node('n1', 12)}`),
    dangling: one('  install: { profile: x }\n'),
    address: nodes(node('n1', 11).replace('10.77.0.11', '10.1.1.1')),
    'boot-interface': nodes(node('n1', 11).replace(', boot: true', '')),
    bmc: nodes(node('n1', 11).replace('ipmi:', 'wol:')),
    stack: profile('    - { name: base, parameters: { motd: 5 } }\n'),
    secret: site('  credentials: { a: { username: admin, password: hunter2 } }\n'),
    empty: nodes('# nothing'),
  };

  it.each(Object.entries(each))('reports %s, with a hint, and gives no site', (code, change) => {
    const { site: resolved, problems } = resolveFiles(smallFiles(change));
    expect(resolved).toBeNull();
    expect(problems.map((problem) => problem.code)).toContain(code);
    for (const { hint, excerpt, line } of problems) {
      expect(hint).toMatch(/^[A-Z`].*[.?]$/);
      expect(excerpt === undefined).toBe(line === 0);
    }
  });

  it('promise 4: one commit shows the mistakes of all its files at once, in the order of files and lines', () => {
    const files = sampleFiles();
    const change = (path: string, from: string | RegExp, to: string) => {
      files[path] = (files[path] ?? '').replace(from, to);
    };
    change('inventory/networks.yaml', 'mtu: 9000', 'mtu: 90000');
    change('inventory/pools.yaml', 'profile: ceph', 'profile: cehp');
    change('inventory/nodes/sip.yaml', 'pool: sip', 'pool: sib');
    change('inventory/nodes/sip.yaml', '10.77.0.14', '10.77.0.13');
    change('inventory/nodes/hte.yaml', 'network: data6', 'newtork: data6');
    change('inventory/nodes/hte.yaml', /$/, '---\nkind: [\n');
    change('profiles/docker.yaml', 'name: chrony', 'name: chronyd');
    delete files['profiles/stacks/ceph-host/apply.sh'];
    const { problems } = resolveFiles(files);
    expect(problems.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([
      'inventory/networks.yaml:18 schema',
      'inventory/nodes/hte.yaml:14 schema',
      'inventory/nodes/hte.yaml:14 unknown-field',
      'inventory/nodes/hte.yaml:49 syntax',
      'inventory/nodes/sip.yaml:9 dangling',
      'inventory/nodes/sip.yaml:46 duplicate',
      'inventory/pools.yaml:20 dangling',
      'profiles/docker.yaml:17 dangling',
      'profiles/stacks/ceph-host/apply.sh:0 stack',
    ]);
  });

  it('promise 4: an empty tree is a mistake, never "nothing is wanted"', () => {
    expect(problemsOf({}).text).toMatchInlineSnapshot(`
      "inventory  error  the commit has no documents (inventory/**/*.yaml, profiles/*.yaml)
          Commit inventory/site.yaml and the rest of the site; \`barewright init\` writes a first one."
    `);
    expect(problemsOf({ 'README.md': 'x' }).codes).toEqual(['empty']);
  });

  it('promise 4: a tree without a site or without nodes is a mistake', () => {
    const { 'inventory/site.yaml': _, ...noSite } = smallFiles();
    const { 'inventory/nodes.yaml': __, ...noNodes } = smallFiles();
    expect(problemsOf(noSite).text).toMatchInlineSnapshot(`
      "inventory/site.yaml  error  no document of kind Site was found
          Add a document of kind Site, by custom in inventory/site.yaml."
    `);
    expect(problemsOf(noNodes).text).toMatchInlineSnapshot(`
      "inventory  error  the site has no nodes
          Add a document of kind Node. To let go of all nodes, stop the daemon instead."
    `);
  });

  it('does not call names missing that may stand in a file that cannot be read', () => {
    const broken = { 'profiles/base.yaml': `${head('Profile', 'base')}spec: [\n` };
    expect(problemsOf(smallFiles(broken)).codes).toEqual(['syntax']);
    const wrong = { 'inventory/pools.yaml': `${head('Pool', 'sip')}spec: 5\n` };
    expect(problemsOf(smallFiles(wrong)).codes).toEqual(['schema']);
    const unreadable = { 'inventory/pools.yaml': new Uint8Array([0xff]) };
    expect(problemsOf(smallFiles(unreadable)).codes).toEqual(['syntax']);
  });

  it('goes on checking a document that has only wrong values', () => {
    const text = node('n1', 11, '  colour: red\n')
      .replace('pool: sip', 'pool: spi')
      .replace('10.77.0.11', '10.9.9.9');
    expect(problemsOf(smallFiles(nodes(text))).codes).toEqual(['dangling', 'unknown-field', 'address']);
  });

  it('warns of networks that overlap, and resolves all the same', () => {
    const more = { 'inventory/more.yaml': `${head('Network', 'wide')}spec: { cidr: 10.77.0.0/16 }\n` };
    const { site: resolved, problems } = resolveFiles(smallFiles(more));
    expect(resolved?.warnings).toEqual(problems);
    expect(problemsOf(smallFiles(more)).text).toMatchInlineSnapshot(`
      "inventory/networks.yaml:4:15  warning  cidr 10.77.0.0/24 overlaps network "wide" (10.77.0.0/16)
          spec: { cidr: 10.77.0.0/24, gateway: 10.77.0.1, role: install }
                        ^
          Give each network its own addresses, unless the two are never joined."
    `);
  });
});
