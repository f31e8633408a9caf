/** Freezes the objects of a JSON value to its leaves. What is frozen already is taken to be so all the way down. */
export function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (!Array.isArray(value)) Object.freeze(value);
  for (const name in value) frozen(value[name]);
  return value;
}
