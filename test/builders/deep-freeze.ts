/** Freezes a value with all it holds, maps included, so that whoever changes it in place throws. */
export function deepFreeze<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  if (value instanceof Map) {
    for (const [key, inner] of value) {
      deepFreeze(key);
      deepFreeze(inner);
    }
    for (const change of ['set', 'delete', 'clear']) {
      Object.defineProperty(value, change, {
        value: () => {
          throw new TypeError(`a frozen map was asked to ${change}`);
        },
      });
    }
  }
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}
