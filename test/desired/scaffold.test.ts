import { describe, expect, it } from 'vitest';
import { scaffoldSite } from '../../src/desired/scaffold.ts';
import { siteOf } from './site-files.ts';

describe('scaffoldSite', () => {
  const files = Object.fromEntries(scaffoldSite({ name: 'karoo' }));

  it('makes a site that validates, and whose one node is left alone', () => {
    const site = siteOf(files);
    expect(site.name).toBe('karoo');
    expect(site.warnings).toEqual([]);
    expect([...site.nodes.values()]).toMatchObject([
      { name: 'n01', power: 'unmanaged', bmc: null, profile: 'base' },
    ]);
  });

  it('is still valid with its commented lines taken in', () => {
    const path = 'inventory/nodes/general.yaml';
    const text = (files[path] ?? '')
      .replace(/^ {2}power: .*\n/m, '')
      .replace(/^ {2}# (?=[a-z]+: \{)/gm, '  ');
    expect([...siteOf({ ...files, [path]: text }).nodes.values()]).toMatchObject([
      {
        power: 'on',
        protected: { reason: 'holds the only copy' },
        bmc: { host: '10.10.1.11', credentials: 'bmc-default' },
      },
    ]);
  });

  it('brings the schemas that its files name', () => {
    for (const [path, text] of Object.entries(files)) {
      const schema = /\$schema=(?:\.\.\/)+(\S+)/.exec(text)?.[1];
      if (path.endsWith('.yaml')) expect(Object.keys(files)).toContain(schema);
    }
  });
});
