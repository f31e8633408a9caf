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

/** Collects dots. */
export class Dots {
  readonly names: string[] = [];
  readonly indices = new Map<string, number>();
  readonly #xs: number[] = [];
  readonly #ys: number[] = [];

  add(name: string, x: number, y: number): void {
    this.indices.set(name, this.names.length);
    this.names.push(name);
    this.#xs.push(x);
    this.#ys.push(y);
  }

  placed(): Pick<Placement, "names" | "indices" | "xs" | "ys"> {
    const { names, indices } = this;
    return { names, indices, xs: Float32Array.from(this.#xs), ys: Float32Array.from(this.#ys) };
  }
}
