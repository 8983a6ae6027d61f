import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, parseAddress, parseCidr, reservedAs } from '../../src/desired/address.ts';

function address(text: string) {
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(text);
  return parsed;
}

function cidr(text: string) {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(text);
  return parsed;
}

describe('parseAddress', () => {
  it.each([
    ['10.77.0.11', '10.77.0.11'],
    ['FD77:0079::0011', 'fd77:79::11'],
    ['fd77:79:0:0:0:0:0:11', 'fd77:79::11'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['1::', '1::'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
  ])('spells %s as %s', (written, canonical) => {
    expect(parseAddress(written)?.text).toBe(canonical);
  });

  it.each([
    '',
    '10.77.0',
    '10.77.0.256',
    '10.77.0.011',
    'fe80::1%eth0',
    '::1::',
    '12345::',
    '10.0.0.1/8',
    ' 10.0.0.1',
    '1e3',
  ])('refuses %j', (written) => {
    expect(parseAddress(written)).toBeNull();
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (written) => {
        const parsed = address(written);
        expect(parseAddress(parsed.text)).toEqual(parsed);
      }),
    );
  });
});

describe('parseCidr', () => {
  it('drops host bits from its canonical text and keeps the address as written', () => {
    const parsed = cidr('10.77.5.9/16');
    expect(parsed.text).toBe('10.77.0.0/16');
    expect(parsed.address.text).toBe('10.77.5.9');
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/', 'fd77::/129', '10.0.0.0/8/8'])(
    'refuses %j',
    (text) => {
      expect(parseCidr(text)).toBeNull();
    },
  );

  it('holds its own addresses and no others', () => {
    expect(contains(cidr('10.77.0.0/24'), address('10.77.0.255'))).toBe(true);
    expect(contains(cidr('10.77.0.0/24'), address('10.77.1.0'))).toBe(false);
    expect(contains(cidr('fd77:79::/64'), address('fd77:79::ffff:1'))).toBe(true);
    expect(contains(cidr('fd77:79::/64'), address('fd77:79:0:1::1'))).toBe(false);
    expect(contains(cidr('0.0.0.0/0'), address('::1'))).toBe(false);
  });

  it('names the addresses that no host can have', () => {
    expect(reservedAs(cidr('10.77.0.0/24'), address('10.77.0.0'))).toBe('network address');
    expect(reservedAs(cidr('10.77.0.0/24'), address('10.77.0.255'))).toBe('broadcast address');
    expect(reservedAs(cidr('10.77.0.0/31'), address('10.77.0.0'))).toBeNull();
    expect(reservedAs(cidr('fd77::/64'), address('fd77::'))).toBe('network address');
    expect(reservedAs(cidr('fd77::/64'), address('fd77::ffff:ffff:ffff:ffff'))).toBeNull();
  });
});
