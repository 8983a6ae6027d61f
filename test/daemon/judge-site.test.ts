import { describe, expect, it } from 'vitest';
import { judgeSite } from '../../src/daemon/judge-site.ts';
import { createDocumentCache } from '../../src/desired/document-cache.ts';
import { aCommit } from '../builders/commit.ts';
import { type Files, smallFiles } from '../desired/site-files.ts';

const PRESEED = 'profiles/templates/debian-installer/preseed.liquid';
const LATE = 'profiles/templates/debian-installer/late.liquid';
const GOOD = '# {{ node.name | word }}\nd-i time/zone string {{ site.timezone | word }}\n';

function judged(change: Files) {
  const cache = createDocumentCache();
  const tree = Object.entries(smallFiles(change)).map(([path, text], index) => {
    cache.add(`blob${index}`, Buffer.from(text ?? ''));
    return { path, blob: `blob${index}` };
  });
  const { site, problems } = judgeSite(aCommit('c1'), tree, cache);
  const said = problems.map(
    ({ code, file, line, column, message }) => `${code} ${file}:${line}:${column} ${message}`,
  );
  return { site, said, problems };
}

const digestOf = (change: Files) => judged(change).site?.nodes.get('n1')?.installDigest;

describe('templates of a site', () => {
  it('promise 2: a good one is taken, and is part of what is installed: outdated, and no other wish', () => {
    const { site, said } = judged({ [PRESEED]: GOOD });
    expect(said).toEqual([]);
    expect(site?.nodes.get('n1')).toMatchObject({ profile: 'base', generation: 1 });
    expect(digestOf({ [PRESEED]: GOOD })).not.toBe(digestOf({}));
    expect(digestOf({ [PRESEED]: `${GOOD}# more\n` })).not.toBe(digestOf({ [PRESEED]: GOOD }));
    expect(judged({ [PRESEED]: GOOD }).site?.nodes.get('n1')?.configDigest).toBe(
      judged({}).site?.nodes.get('n1')?.configDigest,
    );
  });

  it('promise 4: all that is wrong with them is shown at once, with file, line and column', () => {
    const { site, said, problems } = judged({
      [PRESEED]: 'd-i a/b string {{ node.name }}\nd-i a/c string {{ site.domain | default: "x" }}\n',
      [LATE]: '#!/bin/sh\n{% include "other" %}\n',
      'profiles/templates/debian-installer/other.liquid': '',
      'inventory/nodes.yaml': String(smallFiles()['inventory/nodes.yaml']).replace('pool: sip', 'pool: sap'),
    });
    expect(site).toBeNull();
    expect(said).toEqual([
      expect.stringContaining('dangling inventory/nodes.yaml:'),
      expect.stringContaining(`template ${PRESEED}:1:16 an output must end in a filter that checks it: word`),
      expect.stringContaining(`template ${PRESEED}:2:16 an output must end in a filter that checks it`),
      `template ${LATE}:2:1 tag "include" not found`,
      expect.stringContaining(
        'template profiles/templates/debian-installer/other.liquid:0:0 there is no such template',
      ),
    ]);
    expect(problems[1]?.excerpt).toBe(`d-i a/b string {{ node.name }}\n${' '.repeat(15)}^`);
  });

  it.each([
    ['an unknown name', '{{ node.nmae | word }}', /undefined variable: node.nmae/],
    ['an unknown filter', '{{ node.name | upcase | word }}', /undefined filter: upcase/],
    ['a value that must not stand there', '{{ disk.recipe | word }}', /not a plain word/],
    ['a prototype', '{{ node.constructor | word }}', /undefined variable/],
    ['nothing', '{{ mirror.proxy | word }}', /undefined variable|nothing is no text/],
    ['a list', '{{ profile.packages | word }}', /object is no text/],
  ])('promise 4: %s, found when it is rehearsed', (_, text, message) => {
    const { site, said } = judged({ [PRESEED]: `# one\n${text}\n` });
    expect(site).toBeNull();
    expect(said).toEqual([expect.stringMatching(message)]);
    expect(said[0]).toMatch(/^template profiles\/templates\/debian-installer\/preseed\.liquid:2:[14] /);
  });

  it('promise 4: one that never ends is ended', () => {
    const loop = '{% for a in (1..100000) %}{% for b in (1..100000) %}{{ b | word }}{% endfor %}{% endfor %}';
    expect(judged({ [PRESEED]: loop }).said).toEqual([
      expect.stringMatching(/template .*(memory alloc limit exceeded|template render limit exceeded)/),
    ]);
  });
});
