/**
 * A function whose result for an object is worked out once and kept as long as the object is.
 *
 * @param make must depend on nothing but the object, which must not change afterwards
 */
export function remember<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = make(key);
    known.set(key, value);
    return value;
  };
}
