import type { Arrow, Block, Graph } from "./blocks.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** As builder.css has them. */
const size = { width: 220, head: 34, fact: 20, process: 26, foot: 26, rest: 10 } as const;
const gap = { x: 72, y: 24, frame: 28, title: 40 } as const;

/** How large a block is drawn. */
export function sizeOf({ kind, facts, processes }: Block): { readonly width: number; readonly height: number } {
  const rows = facts.length * size.fact + processes.length * size.process;
  const foot = kind === "phase" ? size.foot : 0;
  return { width: size.width, height: size.head + rows + foot + size.rest };
}

/**
 * Where each block is drawn: of each application a frame with components on the left, and phases to the right of all that
 * come before them; what components use stands to the left of all frames. Nothing of it is stored.
 */
export function layout({ blocks, arrows }: Graph): ReadonlyMap<string, Box> {
  const boxes = new Map<string, Box>();
  const outside = blocks.filter(({ kind }) => kind === "software" || kind === "pool" || kind === "object");
  const frames = blocks.filter(({ kind }) => kind === "application");
  const left = outside.length === 0 ? 0 : size.width + gap.x;
  stack(outside, 0, frames.length === 0 ? 0 : gap.title, boxes);
  let top = 0;
  for (const frame of frames) {
    const bottom = layoutFrame(frame, blocks, arrows, { x: left, y: top }, boxes);
    top = bottom + gap.frame;
  }
  return boxes;
}

function layoutFrame(
  frame: Block,
  blocks: readonly Block[],
  arrows: readonly Arrow[],
  corner: { readonly x: number; readonly y: number },
  boxes: Map<string, Box>,
): number {
  const inside = blocks.filter(({ parent }) => parent === frame.id);
  const components = inside.filter(({ kind }) => kind === "component");
  const phases = inside.filter(({ kind }) => kind === "phase");
  const layers = layersOf(phases, arrows);
  const columns = [...(components.length === 0 ? [] : [components]), ...layers];
  const tallest = Math.max(size.head, ...columns.map(heightOf));
  const top = corner.y + gap.title;
  columns.forEach((column, at) => {
    const x = corner.x + gap.frame + at * (size.width + gap.x);
    // Phases stand around the middle, so that arrows run straight; components are a list.
    const isList = column === components;
    stack(column, x, isList ? top : top + (tallest - heightOf(column)) / 2, boxes);
  });
  const width = Math.max(1, columns.length) * (size.width + gap.x) - gap.x + 2 * gap.frame;
  const height = gap.title + tallest + gap.frame;
  boxes.set(frame.id, { ...corner, width, height });
  return corner.y + height;
}

function stack(column: readonly Block[], x: number, top: number, boxes: Map<string, Box>): void {
  let y = top;
  for (const block of column) {
    const box = sizeOf(block);
    boxes.set(block.id, { x, y, ...box });
    y += box.height + gap.y;
  }
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
