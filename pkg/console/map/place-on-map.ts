import { discRadius, seed } from "./packing.ts";
import { type Placement, placeGroup, type Roster, rosterOf } from "./placement.ts";
import type { Point } from "./projection.ts";
import type { Group } from "./scene.ts";
import { spreadDiscs } from "./spread-discs.ts";
import { fitted, panned, type Size, toScreen, type View, zoomed, zoomOf } from "./view.ts";

/** Seen with the whole world, the largest site is about so large. */
const largestRadius = 44;
const [leastPitch, mostPitch] = [4.5, 76];
const largestDot = 10;
/** From here on dots have room for their names. */
const namesFrom = 58;

/** Clusters of dots as they lie on the screen. */
interface Discs {
  readonly pitch: number;
  readonly anchors: readonly Point[];
  readonly centres: readonly Point[];
  readonly radii: readonly number[];
}

function discsOf(groups: readonly Group[], view: View, size: Size): Discs {
  const pitch = pitchAt(zoomOf(view, size), Math.max(1, ...groups.map(({ slots }) => slots.end)));
  const anchors = groups.map(({ point }) => toScreen(view, point ?? { x: 0, y: 0 }, size));
  const radii = groups.map(({ slots }) => discRadius(slots.end) * pitch);
  // Room for a site's name below it.
  const centres = spreadDiscs(
    anchors.map((anchor, index) => ({ ...anchor, radius: radii[index] ?? 0 })),
    16,
  );
  return { pitch, anchors, centres, radii };
}

/** Each group around its place on the map; where two overlap they make way for each other. */
export function placeOnMap(
  groups: readonly Group[],
  view: View,
  size: Size,
  roster: Roster = rosterOf(groups),
): Placement {
  const { pitch, anchors, centres, radii } = discsOf(groups, view, size);
  const { names, indices } = roster;
  const [xs, ys] = [new Float32Array(names.length), new Float32Array(names.length)];
  for (const [group, { x, y }] of centres.entries())
    placeGroup(roster, group, { xs, ys }, (slot) => {
      const at = seed(slot);
      return { x: x + at.x * pitch, y: y + at.y * pitch };
    });
  return {
    ...{ names, indices, xs, ys },
    ...{ pitch, radius: Math.min(largestDot, pitch * 0.4), tile: undefined, height: size.height },
    naming: pitch >= namesFrom ? "below" : "none",
    groups: groups.map((group, index) => {
      const [centre, anchor] = [centres[index] ?? { x: 0, y: 0 }, anchors[index] ?? { x: 0, y: 0 }];
      const isMoved = Math.hypot(centre.x - anchor.x, centre.y - anchor.y) > 4;
      return { group, ...centre, radius: radii[index] ?? 0, card: undefined, anchor: isMoved ? anchor : undefined };
    }),
  };
}

/** Room around all clusters; below them stand names. */
const [sides, below] = [14, 40];

/** The closest view in which every cluster is seen whole. */
export function fitGroups(groups: readonly Group[], size: Size): View {
  const points = groups.flatMap(({ point }) => (point === undefined ? [] : [point]));
  let view = fitted(points, size, Math.min(60, size.width / 8));
  for (let round = 0; round < 12; round++) {
    const { centres, radii } = discsOf(groups, view, size);
    const edge = (of: (centre: Point, radius: number) => number): readonly number[] =>
      centres.map((centre, index) => of(centre, radii[index] ?? 0));
    const left = Math.min(...edge(({ x }, radius) => x - radius)) - sides;
    const right = Math.max(...edge(({ x }, radius) => x + radius)) + sides;
    const top = Math.min(...edge(({ y }, radius) => y - radius)) - sides;
    const bottom = Math.max(...edge(({ y }, radius) => y + radius)) + below;
    view = panned(view, size.width / 2 - (left + right) / 2, size.height / 2 - (top + bottom) / 2);
    if (right - left <= size.width && bottom - top <= size.height) break;
    view = zoomed(view, 0.88, { x: size.width / 2, y: size.height / 2 }, size);
  }
  return view;
}

/**
 * How far dots are from each other: more, the closer one looks, and less, the larger the largest site is. Of its size only
 * the power of two counts: dots do not move with each machine that is added.
 */
function pitchAt(zoom: number, largest: number): number {
  const inWorld = largestRadius / discRadius(2 ** Math.ceil(Math.log2(largest)));
  return Math.min(mostPitch, Math.min(11, Math.max(leastPitch, inWorld)) * Math.max(1, zoom) ** 0.45);
}
