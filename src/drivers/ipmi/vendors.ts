/** Names of the makers whose BMCs one is likely to meet, by IANA enterprise number. */

const VENDORS: Readonly<Record<number, string>> = {
  2: 'IBM',
  11: 'HP',
  343: 'Intel',
  674: 'Dell',
  4128: 'Arm',
  7244: 'Quanta',
  10368: 'Fujitsu',
  10876: 'Supermicro',
  15370: 'Gigabyte',
  19046: 'Lenovo',
  47196: 'HPE',
};

/** `Dell`, or `maker 4711` for one that is not in the list. */
export function vendorName(enterprise: number): string {
  return VENDORS[enterprise] ?? `maker ${enterprise}`;
}
