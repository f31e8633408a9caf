/**
 * Freezes the objects of a JSON value to its leaves. What is frozen already is taken to be so all the way down. Arrays are left to their
 * types: V8 searches and filters frozen ones ten times as slowly as others.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (!Array.isArray(value)) Object.freeze(value);
  for (const key in value) deepFreeze(value[key]);
  return value;
}
