import { describe, expect, it } from 'vitest';
import { bmcIdentity, parseBmcUrl } from '../../src/desired/bmc-url.ts';
import { canonicalJson, digestOf } from '../../src/desired/digest.ts';
import { parseDuration } from '../../src/desired/duration.ts';
import { sortNatural } from '../../src/desired/natural-order.ts';
import { nearest } from '../../src/desired/nearest.ts';
import { isSitePath, needsText } from '../../src/desired/site-paths.ts';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['24d', 2_073_600_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['0s', '5', 's', '1.5h', '-1s', '5 m', '5M', '25d', '9999999999h', '1m30s', ''])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );
});

describe('parseBmcUrl', () => {
  it.each([
    ['ipmi://10.10.1.11', { scheme: 'ipmi', host: '10.10.1.11', port: null }],
    ['ipmitool://BMC-1.lab:6230', { scheme: 'ipmitool', host: 'bmc-1.lab', port: 6230 }],
    ['ipmi://[FD77:0:0::11]:623', { scheme: 'ipmi', host: 'fd77::11', port: 623 }],
    ['redfish://10.10.1.11/redfish/v1', { scheme: 'redfish', host: '10.10.1.11', port: null }],
  ])('reads %s', (url, parts) => {
    expect(parseBmcUrl(url)).toEqual({ url, ...parts });
  });

  it.each([
    '10.10.1.11',
    'ipmi://',
    'ipmi://a:0',
    'ipmi://a:70000',
    'ipmi://10.10.1.256',
    'ipmi://[::1::]',
    'ipmi://u:p@a',
  ])('refuses %j', (url) => {
    expect(parseBmcUrl(url)).toBeNull();
  });

  it('takes a BMC with and without the usual port for one', () => {
    expect(bmcIdentity({ host: 'a', port: null })).toBe(bmcIdentity({ host: 'a', port: 623 }));
  });
});

describe('names', () => {
  it('sort as people count', () => {
    expect(sortNatural(['n10', 'n2', 'n02', 'a-n1', 'n2-x', 'n'], (name) => name)).toEqual([
      'a-n1',
      'n',
      'n02',
      'n2',
      'n2-x',
      'n10',
    ]);
  });

  it('are found again when mistyped, and not made up', () => {
    const known = ['docker', 'base', 'ceph'];
    expect(nearest('dokcer', known)).toBe('docker');
    expect(nearest('Base', known)).toBe('base');
    expect(nearest('of', ['on', 'off', 'unmanaged'])).toBe('off');
    expect(nearest('ob', ['on', 'off', 'unmanaged'])).toBe('on');
    expect(nearest('kubernetes', known)).toBeNull();
    expect(nearest('x', known)).toBeNull();
  });
});

describe('digests', () => {
  it('are over the value, not over its spelling', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
    expect(digestOf({ a: 1, b: 2 })).toBe(digestOf({ b: 2, a: 1 }));
    expect(digestOf({ a: 1 })).not.toBe(digestOf({ a: 2 }));
    expect(digestOf({})).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('site paths', () => {
  it.each([
    ['inventory/site.yaml', true, true],
    ['inventory/nodes/rack/r1.yml', true, true],
    ['profiles/base.yaml', true, true],
    ['profiles/stacks/base/stack.yaml', true, true],
    ['profiles/stacks/base/apply.sh', true, false],
    ['profiles/stacks/base/files/extra.yaml', true, false],
    ['profiles/deep/base.yaml', false, false],
    ['inventory/README.md', false, false],
    ['site.yaml', false, false],
    ['x/inventory/site.yaml', false, false],
  ])('%s: of the site %s, read %s', (path, ofSite, read) => {
    expect([isSitePath(path), needsText(path)]).toEqual([ofSite, read]);
  });
});
