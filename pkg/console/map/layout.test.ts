import { expect, it } from "vitest";
import type { Resource } from "../../api/index.ts";
import { machineOf } from "./machine.ts";
import { discRadius, seed } from "./packing.ts";
import { placeInGrid } from "./place-in-grid.ts";
import { fitGroups, placeOnMap } from "./place-on-map.ts";
import type { Placement } from "./placement.ts";
import { naturalEarth, project } from "./projection.ts";
import { Scene } from "./scene.ts";
import { Slots } from "./slots.ts";
import { spreadDiscs } from "./spread-discs.ts";
import { between, panned, toScreen, worldView, zoomed, zoomOf } from "./view.ts";

const size = { width: 1200, height: 700 };

function resource(name: string, site: string, location?: { latitude: number; longitude: number }): Resource {
  return {
    ...{ apiVersion: "plush.dev/v1", kind: "Resource", metadata: { name } },
    spec: { address: name, labels: { site }, ...(location !== undefined && { location }) },
  };
}

const paris = { latitude: 48.9, longitude: 2.4 };
const brussels = { latitude: 50.8, longitude: 4.4 };
const sydney = { latitude: -33.9, longitude: 151.2 };

function sceneOf(count: number, location?: typeof paris): Scene {
  const scene = new Scene();
  scene.fill(Array.from({ length: count }, (_, index) => machineOf(resource(`n${index + 1}`, "here", location))));
  return scene;
}

/** Of some dots to all others. */
function leastDistance({ xs, ys }: Placement): number {
  let least = Number.POSITIVE_INFINITY;
  for (let a = 0; a < Math.min(200, xs.length); a++)
    for (let b = a + 1; b < xs.length; b++)
      least = Math.min(least, Math.hypot((xs[a] ?? 0) - (xs[b] ?? 0), (ys[a] ?? 0) - (ys[b] ?? 0)));
  return least;
}

it("projects as d3-geo does, so that dots stand on the land that it draws", async () => {
  const { geoNaturalEarth1Raw } = await import("d3-geo");
  for (const [longitude, latitude] of [
    [0, 0],
    [1.2, 0.8],
    [-3.1, -1.4],
  ] as const)
    expect(naturalEarth(longitude, latitude)).toEqual(geoNaturalEarth1Raw(longitude, latitude));
  expect(project({ latitude: 0, longitude: 180 })).toEqual({ x: 500, y: -0 });
});

it("keeps the slot of who stays, and gives the lowest free one to who comes", () => {
  const slots = new Slots();
  expect(["a", "b", "c"].map((name) => slots.take(name))).toEqual([0, 1, 2]);
  slots.release("a");
  slots.release("b");
  expect(["c", "d", "e", "f"].map((name) => slots.take(name))).toEqual([2, 0, 1, 3]);
});

it("packs a sunflower: neighbours at least one apart, all within the disc that is told", () => {
  const dots = Array.from({ length: 1500 }, (_, index) => seed(index));
  let least = Number.POSITIVE_INFINITY;
  for (const [index, { x, y }] of dots.entries())
    for (const other of dots.slice(index + 1)) least = Math.min(least, Math.hypot(x - other.x, y - other.y));
  expect(least).toBeGreaterThanOrEqual(0.8);
  expect(Math.max(...dots.map(({ x, y }) => Math.hypot(x, y)))).toBeLessThan(discRadius(1500) - 0.4);
});

it("moves discs apart, the same ones always to the same places, and leaves alone what does not overlap", () => {
  const discs = [
    { x: 100, y: 100, radius: 30 },
    { x: 110, y: 100, radius: 30 },
    { x: 110, y: 100, radius: 10 },
    { x: 900, y: 100, radius: 30 },
  ];
  const places = spreadDiscs(discs);
  for (const [a, one] of places.entries())
    for (const [b, other] of places.entries())
      if (a < b) {
        const wanted = (discs[a]?.radius ?? 0) + (discs[b]?.radius ?? 0);
        expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThan(wanted);
      }
  expect(places[3]).toEqual({ x: 900, y: 100 });
  expect(spreadDiscs(discs)).toEqual(places);
});

it("zooms at a place that stays where it is, and pans by what a finger moves", () => {
  const view = { ...worldView(size), scale: 3 };
  const place = project(paris);
  const at = toScreen(view, place, size);
  const near = zoomed(view, 2.5, at, size);
  const after = toScreen(near, place, size);
  expect([after.x, after.y, zoomOf(near, size)]).toEqual([
    expect.closeTo(at.x, 6),
    expect.closeTo(at.y, 6),
    expect.closeTo(zoomOf(view, size) * 2.5, 6),
  ]);
  const moved = toScreen(panned(near, 30, -20), place, size);
  expect([moved.x - at.x, moved.y - at.y]).toEqual([expect.closeTo(30, 6), expect.closeTo(-20, 6)]);
  const half = toScreen(between(view, near, 0.5), place, size);
  expect([half.x, half.y]).toEqual([expect.closeTo(at.x, 6), expect.closeTo(at.y, 6)]);
});

it("shows every cluster whole when all are asked for, however large they are and near each other", () => {
  const scene = new Scene();
  for (const [site, location] of Object.entries({ paris, brussels, sydney }))
    scene.fill(Array.from({ length: 900 }, (_, index) => machineOf(resource(`${site}-${index}`, site, location))));
  const groups = scene.groups(true);
  const { groups: placed, xs } = placeOnMap(groups, fitGroups(groups, size), size);
  expect(xs).toHaveLength(2700);
  for (const { x, y, radius } of placed) {
    expect(Math.min(x, y, size.width - x, size.height - y)).toBeGreaterThanOrEqual(radius);
  }
  const anchored = placed.filter(({ anchor }) => anchor !== undefined).map(({ group }) => group.text);
  expect(anchored).toEqual(["brussels", "paris"]);
});

it("moves no dot on the map when a machine comes or another one goes", () => {
  const scene = sceneOf(40, paris);
  const view = { ...project(paris), scale: 40 };
  const before = placeOnMap(scene.groups(true), view, size);
  scene.put(machineOf(resource("n0", "here", paris)));
  scene.remove("n7");
  const after = placeOnMap(scene.groups(true), view, size);
  for (const name of ["n1", "n20", "n40"]) {
    const [a, b] = [before.indices.get(name) ?? -1, after.indices.get(name) ?? -1];
    expect([after.xs[b], after.ys[b]]).toEqual([before.xs[a], before.ys[a]]);
  }
  expect(leastDistance(after)).toBeGreaterThanOrEqual(2 * after.radius);
});

it("puts machines without a place in tiles while they are few, in ever smaller cells when they are many", () => {
  const radii = [8, 300, 2000, 5000].map((count) => placeInGrid(sceneOf(count).groups(false), size));
  expect(radii.map(({ tile }) => tile !== undefined)).toEqual([true, false, false, false]);
  expect(radii.map(({ radius }) => radius)).toEqual([6, 9, 5, 3.4]);
  for (const placement of radii) {
    expect(placement.height).toBeLessThanOrEqual(size.height);
    expect(leastDistance(placement)).toBeGreaterThanOrEqual(placement.radius * 2);
    expect(Math.max(...placement.xs)).toBeLessThan(size.width);
  }
  expect(placeInGrid(sceneOf(20_000).groups(false), size).height).toBeGreaterThan(size.height);
});

it("groups by site, or by place, or by pool; one label at two places makes two groups", () => {
  const scene = new Scene();
  scene.fill([
    machineOf(resource("a", "eu", paris)),
    machineOf(resource("b", "eu", sydney)),
    machineOf({ ...resource("c", ""), spec: { address: "c", poolName: "lab" } }),
    machineOf({ ...resource("d", ""), spec: { address: "d", location: brussels } }),
  ]);
  expect(scene.groups(true).map(({ text, slots }) => [text, slots.count])).toEqual([
    ["50.8° N, 4.4° E", 1],
    ["eu", 1],
    ["eu", 1],
  ]);
  expect(scene.groups(false).map(({ text }) => text)).toEqual(["lab"]);
  scene.put(machineOf({ ...resource("a", "eu", paris), status: { state: "Failed" } }));
  expect(scene.groups(true).map(({ tones }) => [tones.busy, tones.bad])).toEqual([
    [1, 0],
    [1, 0],
    [0, 1],
  ]);
});
