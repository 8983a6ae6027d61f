export type Share = <T extends string | object | null>(value: T) => T;

/** Answers the first of what is equal: events come from JSON each by itself, and would hold a copy each of the same names, digests and lists. */
export function createShare(): Share {
  const texts = new Map<string, string>();
  const others = new Map<string, object>();

  function share(value: string | object | null): typeof value {
    if (value === null) return null;
    return typeof value === 'string'
      ? first(texts, value, value)
      : first(others, JSON.stringify(value), value);
  }
  return share as Share;
}

function first<V>(known: Map<string, V>, key: string, value: V): V {
  const found = known.get(key);
  if (found === undefined) known.set(key, value);
  return found ?? value;
}
