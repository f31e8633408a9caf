import { type PlacedGroup, type Placement, placeGroup, rosterOf } from "./placement.ts";
import type { Group } from "./scene.ts";
import type { Size } from "./view.ts";

/** How machines are drawn in a card: from a tile with a name to a dot among thousands. */
interface Cell {
  readonly width: number;
  readonly height: number;
  readonly radius: number;
  readonly isTile: boolean;
}

const smallest: Cell = { width: 10, height: 10, radius: 3.4, isTile: false };
const cells: readonly Cell[] = [
  { width: 172, height: 48, radius: 6, isTile: true },
  { width: 30, height: 30, radius: 9, isTile: false },
  { width: 22, height: 22, radius: 7, isTile: false },
  { width: 16, height: 16, radius: 5, isTile: false },
  { width: 12, height: 12, radius: 4, isTile: false },
  smallest,
];
/** More tiles than this nobody reads. */
const mostTiles = 400;
const [gap, padding, heading] = [12, 12, 34];
const leastCard = 210;
const tileGap = 6;

interface Plan {
  readonly cell: Cell;
  readonly columns: number;
  readonly cardWidth: number;
  readonly height: number;
}

/** Groups as cards of one width, each in the column that is shortest by then; drawn as large as the height allows. */
export function placeInGrid(groups: readonly Group[], size: Size): Placement {
  const total = groups.reduce((sum, { slots }) => sum + slots.count, 0);
  const plan = choosePlan(groups, size, total);
  const { cell, cardWidth } = plan;
  const roster = rosterOf(groups);
  const { names, indices } = roster;
  const [xs, ys] = [new Float32Array(names.length), new Float32Array(names.length)];
  const perRow = perRowOf(cell, cardWidth);
  // Tiles fill their card's width.
  const width = cell.isTile ? (cardWidth - 2 * padding + tileGap) / perRow : cell.width;
  const placed = stack(groups, plan);
  for (const [group, { x, y }] of placed.entries())
    placeGroup(roster, group, { xs, ys }, (slot) => {
      const left = x + padding + (slot % perRow) * width;
      const top = y + heading + Math.floor(slot / perRow) * cell.height;
      return { x: cell.isTile ? left + 16 : left + width / 2, y: top + cell.height / 2 };
    });
  return {
    ...{ names, indices, xs, ys },
    ...{ radius: cell.radius, pitch: Math.min(width, cell.height), height: plan.height },
    naming: cell.isTile ? "beside" : "none",
    tile: cell.isTile ? { width: width - tileGap, height: cell.height - tileGap } : undefined,
    groups: placed,
  };
}

/** The largest cells with which all fits the height, and the number of columns by which it is lowest. */
function choosePlan(groups: readonly Group[], size: Size, total: number): Plan {
  let plan: Plan | undefined;
  for (const cell of cells) {
    if (cell.isTile && total > mostTiles) continue;
    plan = lowest(groups, size.width, cell);
    if (plan.height <= size.height) return plan;
  }
  return plan ?? { cell: smallest, columns: 1, cardWidth: size.width - 2 * gap, height: 0 };
}

function lowest(groups: readonly Group[], width: number, cell: Cell): Plan {
  const most = Math.max(1, Math.min(groups.length, 6, Math.floor((width - gap) / (leastCard + gap))));
  const plans = Array.from({ length: most }, (_, index): Plan => {
    const columns = index + 1;
    const cardWidth = (width - gap * (columns + 1)) / columns;
    const plan = { cell, columns, cardWidth, height: 0 };
    const bottoms = stack(groups, plan).map(({ y, card }) => y + (card?.height ?? 0) + gap);
    return { ...plan, height: Math.max(0, ...bottoms) };
  });
  return plans.reduce((best, plan) => (plan.height < best.height ? plan : best));
}

function stack(groups: readonly Group[], { cell, columns, cardWidth }: Plan): readonly PlacedGroup[] {
  const bottoms: number[] = Array.from({ length: columns }, () => gap);
  return groups.map((group) => {
    const column = bottoms.indexOf(Math.min(...bottoms));
    const [x, y] = [gap + column * (cardWidth + gap), bottoms[column] ?? gap];
    const rows = Math.ceil(group.slots.end / perRowOf(cell, cardWidth));
    const card = { width: cardWidth, height: heading + rows * cell.height + padding };
    bottoms[column] = y + card.height + gap;
    return { group, x, y, radius: 0, card, anchor: undefined };
  });
}

function perRowOf(cell: Cell, cardWidth: number): number {
  return Math.max(1, Math.floor((cardWidth - 2 * padding) / cell.width));
}
