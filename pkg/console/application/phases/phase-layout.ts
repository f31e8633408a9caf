import type { DagNode } from "../../../graph/index.ts";

export interface LayoutSizes {
  readonly width: number;
  readonly height: number;
  /** Between two layers, and between two nodes of a layer. */
  readonly gapX: number;
  readonly gapY: number;
}

export interface PlacedNode {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  /** Corners of the line, from the right side of `from` to the left side of `to`. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface PhaseLayout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

/** A node, or the place where an edge that is longer than one layer passes through. */
interface Spot {
  readonly id: string;
  readonly layer: number;
  readonly before: string[];
  readonly after: string[];
}

const sweeps = 4;

/** Phases from left to right in the order in which they may run; edges keep clear of the nodes that they pass. */
export function layoutPhases(phases: readonly DagNode[], sizes: LayoutSizes): PhaseLayout {
  const layers = layersOf(phases);
  const spots = spotsOf(phases, layers);
  const columns = orderedColumns([...spots.values()]);
  const rows = Math.max(1, ...columns.map((column) => column.length));
  const place = new Map<string, PlacedNode>();
  columns.forEach((column, layer) => {
    const top = ((rows - column.length) * (sizes.height + sizes.gapY)) / 2;
    column.forEach(({ id }, row) => {
      const y = top + row * (sizes.height + sizes.gapY);
      place.set(id, { name: id, x: layer * (sizes.width + sizes.gapX), y });
    });
  });
  return {
    nodes: phases.flatMap(({ name }) => place.get(name) ?? []),
    edges: edgesOf(phases, layers).map(([from, to]) => placeEdge(from, to, layers, place, sizes)),
    width: Math.max(0, columns.length * (sizes.width + sizes.gapX) - sizes.gapX),
    height: rows * (sizes.height + sizes.gapY) - sizes.gapY,
  };
}

/** The longest way to each phase. One that waits for itself, over others, is where it was first met. */
function layersOf(phases: readonly DagNode[]): ReadonlyMap<string, number> {
  const byName = new Map(phases.map((phase) => [phase.name, phase]));
  const layers = new Map<string, number>();
  const visit = (name: string, path: ReadonlySet<string>): number => {
    const known = layers.get(name);
    if (known !== undefined) return known;
    const before = (byName.get(name)?.after ?? []).filter((other) => byName.has(other) && !path.has(other));
    const layer = 1 + Math.max(-1, ...before.map((other) => visit(other, new Set([...path, name]))));
    layers.set(name, layer);
    return layer;
  };
  for (const { name } of phases) visit(name, new Set([name]));
  return layers;
}

function edgesOf(
  phases: readonly DagNode[],
  layers: ReadonlyMap<string, number>,
): readonly (readonly [from: string, to: string])[] {
  const layerOf = (name: string): number => layers.get(name) ?? Number.POSITIVE_INFINITY;
  return phases.flatMap(({ name, after }) =>
    after.filter((before) => layerOf(before) < layerOf(name)).map((before) => [before, name] as const),
  );
}

const passing = (from: string, to: string, layer: number): string => `${from}\n${to}\n${layer}`;

function spotsOf(phases: readonly DagNode[], layers: ReadonlyMap<string, number>): ReadonlyMap<string, Spot> {
  const spots = new Map<string, Spot>();
  const add = (id: string, layer: number): void => void spots.set(id, { id, layer, before: [], after: [] });
  for (const { name } of phases) add(name, layers.get(name) ?? 0);
  for (const [from, to] of edgesOf(phases, layers)) {
    let last = from;
    for (let layer = (layers.get(from) ?? 0) + 1; layer <= (layers.get(to) ?? 0); layer++) {
      const next = layer === layers.get(to) ? to : passing(from, to, layer);
      if (!spots.has(next)) add(next, layer);
      spots.get(last)?.after.push(next);
      spots.get(next)?.before.push(last);
      last = next;
    }
  }
  return spots;
}

/** Each column sorted by where its neighbours are, forth and back, so that few edges cross. */
function orderedColumns(spots: readonly Spot[]): readonly (readonly Spot[])[] {
  const columns: Spot[][] = [];
  for (const spot of spots) {
    const column = columns[spot.layer] ?? [];
    columns[spot.layer] = column;
    column.push(spot);
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const isForth = sweep % 2 === 0;
    const layers = [...columns.keys()];
    for (const layer of isForth ? layers.slice(1) : layers.slice(0, -1).reverse()) {
      const beside = new Map(columns[layer + (isForth ? -1 : 1)]?.map(({ id }, row) => [id, row]));
      const own = new Map(columns[layer]?.map(({ id }, row) => [id, row]));
      const weight = ({ id, before, after }: Spot): number => {
        const rows = (isForth ? before : after).flatMap((other) => beside.get(other) ?? []);
        return rows.length === 0 ? (own.get(id) ?? 0) : rows.reduce((sum, row) => sum + row, 0) / rows.length;
      };
      columns[layer]?.sort((a, b) => weight(a) - weight(b) || (own.get(a.id) ?? 0) - (own.get(b.id) ?? 0));
    }
  }
  return columns;
}

function placeEdge(
  from: string,
  to: string,
  layers: ReadonlyMap<string, number>,
  place: ReadonlyMap<string, PlacedNode>,
  { width, height }: LayoutSizes,
): PlacedEdge {
  const [first = 0, last = 0] = [layers.get(from), layers.get(to)];
  const between = Array.from({ length: last - first - 1 }, (_, index) => passing(from, to, first + 1 + index));
  const side = (id: string, isRight: boolean): readonly { x: number; y: number }[] => {
    const spot = place.get(id);
    return spot === undefined ? [] : [{ x: spot.x + (isRight ? width : 0), y: spot.y + height / 2 }];
  };
  const passed = between.flatMap((id) => [...side(id, false), ...side(id, true)]);
  return { from, to, points: [...side(from, true), ...passed, ...side(to, false)] };
}
