import type { Group } from "./scene.ts";

/** Where everything stands on a canvas, in its pixels. */
export interface Placement {
  readonly names: readonly string[];
  readonly indices: ReadonlyMap<string, number>;
  readonly xs: Float32Array;
  readonly ys: Float32Array;
  /** Of a dot. */
  readonly radius: number;
  /** How far a dot is from its neighbour. */
  readonly pitch: number;
  /** Room for a name below, or beside, each dot. */
  readonly naming: "none" | "below" | "beside";
  /** With names beside: of each machine's tile. */
  readonly tile: { readonly width: number; readonly height: number } | undefined;
  readonly groups: readonly PlacedGroup[];
  /** Of all that is placed. */
  readonly height: number;
}

export interface PlacedGroup {
  readonly group: Group;
  /** Middle of a cluster, or the corner of a card. */
  readonly x: number;
  readonly y: number;
  /** Of a cluster. */
  readonly radius: number;
  /** Of a card; a cluster has none. */
  readonly card: { readonly width: number; readonly height: number } | undefined;
  /** Where the group really is, if its cluster had to make way. */
  readonly anchor: { readonly x: number; readonly y: number } | undefined;
}

/** Who is placed, in one order for as long as nobody comes or goes. */
export interface Roster {
  readonly names: readonly string[];
  readonly indices: ReadonlyMap<string, number>;
  /** Of each name: its slot in its group. */
  readonly slots: Uint32Array;
  /** Of each group: the index of its first name; and one more, the number of all. */
  readonly starts: readonly number[];
}

export function rosterOf(groups: readonly Group[]): Roster {
  const names: string[] = [];
  const slots: number[] = [];
  const starts = [0];
  for (const group of groups) {
    for (const [name, slot] of group.slots.entries()) {
      names.push(name);
      slots.push(slot);
    }
    starts.push(names.length);
  }
  return { names, indices: new Map(names.map((name, index) => [name, index])), slots: Uint32Array.from(slots), starts };
}

/** Puts each name of a group where its slot says. */
export function placeGroup(
  { slots, starts }: Roster,
  group: number,
  { xs, ys }: { readonly xs: Float32Array; readonly ys: Float32Array },
  placeOf: (slot: number) => { readonly x: number; readonly y: number },
): void {
  for (let index = starts[group] ?? 0; index < (starts[group + 1] ?? 0); index++) {
    const { x, y } = placeOf(slots[index] ?? 0);
    xs[index] = x;
    ys[index] = y;
  }
}
