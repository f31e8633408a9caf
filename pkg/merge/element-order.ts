import { isObject } from "./json.ts";
import type { TypeNode } from "./type-node.ts";

/** The one field by which a strategic merge tells items of a list apart; undefined: there is none, or more than one. */
export function mergeKeyOf(type: TypeNode): string | undefined {
  return type.list === "map" && type.keys.length === 1 ? type.keys[0]?.name : undefined;
}

export interface OrderOptions {
  /** Items, or what names them, in the order in which a patch wants them. */
  readonly wanted: readonly unknown[];
  /** The list as it was. */
  readonly before: readonly unknown[];
  /** Field that names an item; undefined: an item is its own name. */
  readonly key: string | undefined;
}

/**
 * Puts the items that a patch names in its order. The others keep their order among themselves, and each its place before
 * an item that stood behind it.
 */
export function orderItems(items: readonly unknown[], { wanted, before, key }: OrderOptions): readonly unknown[] {
  const nameOf = (item: unknown): string =>
    JSON.stringify((key === undefined ? item : isObject(item) ? item[key] : item) ?? null);
  const placesIn = (list: readonly unknown[]): Map<string, number> =>
    new Map(list.map((item, index) => [nameOf(item), index] as const));
  const [wantedPlaces, oldPlaces] = [placesIn(wanted), placesIn(before)];
  const by = (places: Map<string, number>) => (left: unknown, right: unknown) =>
    (places.get(nameOf(left)) ?? places.size) - (places.get(nameOf(right)) ?? places.size);
  const named = items.filter((item) => wantedPlaces.has(nameOf(item))).toSorted(by(wantedPlaces));
  const others = items.filter((item) => !wantedPlaces.has(nameOf(item))).toSorted(by(oldPlaces));
  const result: unknown[] = [];
  let next = 0;
  for (const item of named) {
    const place = oldPlaces.get(nameOf(item));
    for (; next < others.length; next++) {
      const other = oldPlaces.get(nameOf(others[next]));
      if (place === undefined || other === undefined || other >= place) break;
      result.push(others[next]);
    }
    result.push(item);
  }
  return [...result, ...others.slice(next)];
}
