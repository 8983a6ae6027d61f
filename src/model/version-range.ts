/** Ranges of versions over tags: which of upstream's tags an image asks for. Pure. */

interface Version {
  numbers: [number, number, number];
  /** What follows them, with its hyphen: `-alpine`. Tags use it for variants, so it is never older or newer. */
  suffix: string;
}

interface Bound {
  /** From it on; else up to, and without, it. */
  above: boolean;
  numbers: Version['numbers'];
}

export interface VersionRange {
  bounds: Bound[];
  suffix: string;
}

const VERSION = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(-[0-9A-Za-z.-]+)?$/;
const PART = /^(~|\^|>=|<=|>|<|=)(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(-[0-9A-Za-z.-]+)?$/;

/**
 * `~7.2` (any 7.2.x), `^7` (any 7.x.y), `>=7.2.0 <8`; a suffix like `-alpine` at the end asks for tags with just that one,
 * and none for tags without any. Null for what is no range.
 */
export function parseRange(text: string): VersionRange | null {
  const parts = text.trim().split(/ +/);
  const bounds: Bound[] = [];
  const suffixes = new Set<string>();
  for (const part of parts) {
    const match = PART.exec(part);
    if (!match) return null;
    const [, operator = '', major = '0', minor, patch, suffix = ''] = match;
    if (suffix !== '') suffixes.add(suffix);
    const given = minor === undefined ? 1 : patch === undefined ? 2 : 3;
    const low: Version['numbers'] = [Number(major), Number(minor ?? 0), Number(patch ?? 0)];
    bounds.push(...boundsOf(operator, low, given));
  }
  const [suffix = ''] = suffixes;
  return suffixes.size > 1 ? null : { bounds, suffix };
}

function boundsOf(operator: string, low: Version['numbers'], given: number): Bound[] {
  const least = { above: true, numbers: low };
  const below = (digits: number): Bound => ({ above: false, numbers: next(low, digits) });
  switch (operator) {
    case '~':
      return [least, below(Math.min(given, 2))];
    case '^':
      // Below 1.0.0, the first number that is not zero is the one that breaks (semver.org §4).
      return [least, below(low[0] > 0 || given === 1 ? 1 : low[1] > 0 || given === 2 ? 2 : 3)];
    case '=':
      return [least, below(given)];
    case '>=':
      return [least];
    case '>':
      return [{ above: true, numbers: next(low, given) }];
    case '<=':
      return [below(given)];
    default:
      return [{ above: false, numbers: low }];
  }
}

/** The first version beyond all that begin with the first `digits` numbers. */
function next([major, minor, patch]: Version['numbers'], digits: number): Version['numbers'] {
  if (digits === 1) return [major + 1, 0, 0];
  return digits === 2 ? [major, minor + 1, 0] : [major, minor, patch + 1];
}

/** Those of the tags that are whole versions in the range; the newest first. */
export function matching(range: VersionRange, tags: readonly string[]): string[] {
  return tags
    .flatMap((tag) => {
      const version = versionOf(tag);
      return version && isIn(version, range) ? [{ tag, ...version }] : [];
    })
    .sort((a, b) => compare(b.numbers, a.numbers) || (a.tag < b.tag ? -1 : 1))
    .map(({ tag }) => tag);
}

function versionOf(tag: string): Version | null {
  const match = VERSION.exec(tag);
  if (!match) return null;
  const [, major, minor, patch, suffix = ''] = match;
  return { numbers: [Number(major), Number(minor), Number(patch)], suffix };
}

function isIn({ numbers, suffix }: Version, range: VersionRange): boolean {
  if (suffix !== range.suffix) return false;
  return range.bounds.every(({ above, numbers: bound }) => {
    const order = compare(numbers, bound);
    return above ? order >= 0 : order < 0;
  });
}

function compare(a: Version['numbers'], b: Version['numbers']): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
