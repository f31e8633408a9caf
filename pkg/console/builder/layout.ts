import type { Arrow, Block, Graph } from "./blocks.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** As builder.css has them. */
const size = { width: 220, head: 34, fact: 20, process: 26, foot: 26, rest: 10 } as const;
const gap = { x: 72, y: 24, row: 48, frame: 28, title: 40 } as const;

/** How large a block is drawn. */
function sizeOf({ kind, facts, processes }: Block): { readonly width: number; readonly height: number } {
  const rows = facts.length * size.fact + processes.length * size.process;
  const foot = kind === "phase" ? size.foot : 0;
  return { width: size.width, height: size.head + rows + foot + size.rest };
}

/** Which way the order of phases leads. */
export type Direction = "right" | "down";

/**
 * Where each block is drawn: of each application a frame with components on the left, and each phase beyond all that come
 * before it; what components use stands to the left of all frames, or above them. Nothing of it is stored.
 */
export function layout({ blocks, arrows }: Graph, direction: Direction = "right"): ReadonlyMap<string, Box> {
  const boxes = new Map<string, Box>();
  const outside = blocks.filter(({ kind }) => kind === "software" || kind === "pool" || kind === "object");
  const frames = blocks.filter(({ kind }) => kind === "application");
  const isBeside = direction === "right";
  const left = outside.length === 0 || !isBeside ? 0 : size.width + gap.x;
  let y = 0;
  if (isBeside) stack(outside, 0, frames.length === 0 ? 0 : gap.title, boxes);
  else y = rows(outside, boxes);
  for (const frame of frames) {
    const inside = blocks.filter(({ parent }) => parent === frame.id);
    const content = layoutInside(inside, arrows, { x: left + gap.frame, y: y + gap.title }, direction, boxes);
    const [width, height] = [content.width + 2 * gap.frame, gap.title + content.height + gap.frame];
    boxes.set(frame.id, { x: left, y, width, height });
    y += height + gap.frame;
  }
  return boxes;
}

/** The layout that can be shown larger in a view of this size. */
export function fittingLayout(graph: Graph, view: { readonly width: number; readonly height: number }) {
  const [right, down] = (["right", "down"] as const).map((direction) => {
    const boxes = layout(graph, direction);
    const extent = extentOf(boxes);
    return { direction, boxes, extent, zoom: Math.min(1, view.width / extent.width, view.height / extent.height) };
  });
  if (right === undefined || down === undefined) throw new Error("there are two directions");
  return down.zoom > right.zoom ? down : right;
}

function extentOf(boxes: ReadonlyMap<string, Box>): { readonly width: number; readonly height: number } {
  const all = [...boxes.values()];
  return {
    width: Math.max(1, ...all.map(({ x, width }) => x + width)),
    height: Math.max(1, ...all.map(({ y, height }) => y + height)),
  };
}

type Corner = Pick<Box, "x" | "y">;

function layoutInside(
  inside: readonly Block[],
  arrows: readonly Arrow[],
  corner: Corner,
  direction: Direction,
  boxes: Map<string, Box>,
): Pick<Box, "width" | "height"> {
  const components = inside.filter(({ kind }) => kind === "component");
  const layers = layersOf(
    inside.filter(({ kind }) => kind === "phase"),
    arrows,
  );
  const list = components.length === 0 ? 0 : size.width + gap.x;
  const place = { x: corner.x + list, y: corner.y };
  const least = Math.max(size.head, heightOf(components));
  stack(components, corner.x, corner.y, boxes);
  const phases = direction === "right" ? layoutRight(layers, place, least, boxes) : layoutDown(layers, place, boxes);
  const width = layers.length === 0 ? Math.max(size.width, list - gap.x) : list + phases.width;
  return { width, height: Math.max(least, phases.height) };
}

/** Layers are columns around one middle, so that arrows run straight. */
function layoutRight(layers: readonly (readonly Block[])[], { x, y }: Corner, least: number, boxes: Map<string, Box>) {
  const height = Math.max(least, ...layers.map(heightOf));
  layers.forEach((layer, at) => {
    stack(layer, x + at * (size.width + gap.x), y + (height - heightOf(layer)) / 2, boxes);
  });
  return { width: layers.length * (size.width + gap.x) - gap.x, height };
}

/** Layers are rows around one middle. */
function layoutDown(layers: readonly (readonly Block[])[], { x, y }: Corner, boxes: Map<string, Box>) {
  const widthOf = (count: number): number => count * (size.width + gap.y) - gap.y;
  const width = Math.max(0, ...layers.map(({ length }) => widthOf(length)));
  let top = y;
  for (const layer of layers) {
    const left = x + (width - widthOf(layer.length)) / 2;
    layer.forEach((block, at) => {
      boxes.set(block.id, { x: left + at * (size.width + gap.y), y: top, ...sizeOf(block) });
    });
    top += Math.max(...layer.map((block) => sizeOf(block).height)) + gap.row;
  }
  return { width, height: Math.max(0, top - gap.row - y) };
}

function stack(column: readonly Block[], x: number, top: number, boxes: Map<string, Box>): void {
  let y = top;
  for (const block of column) {
    const box = sizeOf(block);
    boxes.set(block.id, { x, y, ...box });
    y += box.height + gap.y;
  }
}

/** Two a row, as wide as a frame at least is; returns where they end. */
function rows(all: readonly Block[], boxes: Map<string, Box>): number {
  let y = 0;
  for (let at = 0; at < all.length; at += 2) {
    const row = all.slice(at, at + 2);
    row.forEach((block, index) => {
      boxes.set(block.id, { x: index * (size.width + gap.x), y, ...sizeOf(block) });
    });
    y += Math.max(...row.map((block) => sizeOf(block).height)) + gap.y;
  }
  return y;
}

function heightOf(column: readonly Block[]): number {
  return column.reduce((sum, block) => sum + sizeOf(block).height + gap.y, -gap.y);
}

/** Phases by the longest way that leads to them; in each layer near to what they come after. A cycle is cut where it closes. */
export function layersOf(phases: readonly Block[], arrows: readonly Arrow[]): readonly (readonly Block[])[] {
  const ids = new Set(phases.map(({ id }) => id));
  const before = new Map<string, string[]>(phases.map(({ id }) => [id, []]));
  for (const { kind, from, to } of arrows) if (kind === "after" && ids.has(from)) before.get(to)?.push(from);
  const depths = depthsOf(before);
  const layers: Block[][] = [];
  for (const phase of phases) {
    const depth = depths.get(phase.id) ?? 0;
    while (layers.length <= depth) layers.push([]);
    layers[depth]?.push(phase);
  }
  const rank = new Map<string, number>();
  for (const layer of layers) {
    const keyed = layer.map((phase, at) => {
      const ranks = (before.get(phase.id) ?? []).flatMap((id) => rank.get(id) ?? []);
      return { phase, key: ranks.length === 0 ? at : ranks.reduce((sum, one) => sum + one, 0) / ranks.length };
    });
    keyed.sort((one, other) => one.key - other.key);
    layer.splice(0, layer.length, ...keyed.map(({ phase }) => phase));
    layer.forEach(({ id }, at) => {
      rank.set(id, at - (layer.length - 1) / 2);
    });
  }
  return layers.filter((layer) => layer.length > 0);
}

function depthsOf(before: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  const open = new Set<string>();
  const visit = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    open.add(id);
    const above = (before.get(id) ?? []).filter((other) => !open.has(other));
    const depth = Math.max(-1, ...above.map(visit)) + 1;
    open.delete(id);
    depths.set(id, depth);
    return depth;
  };
  for (const id of before.keys()) visit(id);
  return depths;
}
