import type { feature, mesh } from "topojson-client";
import countriesUrl from "world-atlas/countries-110m.json";
import { naturalEarth, unitsPerRadian } from "./projection.ts";

/** The land in the units of the map. */
export interface Land {
  readonly shores: Path2D;
  readonly borders: Path2D;
}

/** As world-atlas has it. */
type Topology = Parameters<typeof mesh>[0];
type Countries = Topology & {
  readonly objects: {
    readonly countries: NonNullable<Parameters<typeof mesh>[1]>;
    readonly land: Parameters<typeof feature>[1];
  };
};

let loaded: Promise<Land> | undefined;

/** Fetched and projected once, when a map is first drawn. */
export function loadLand(): Promise<Land> {
  loaded ??= readLand();
  // Who comes again tries again.
  loaded.catch(() => {
    loaded = undefined;
  });
  return loaded;
}

async function readLand(): Promise<Land> {
  const [{ geoPath, geoProjection }, topojson, response] = await Promise.all([
    import("d3-geo"),
    import("topojson-client"),
    fetch(countriesUrl),
  ]);
  const world: Countries = await response.json();
  const projection = geoProjection(naturalEarth).scale(unitsPerRadian).translate([0, 0]);
  const drawn = (shape: Parameters<ReturnType<typeof geoPath>>[0]): Path2D => {
    const path = new Path2D();
    geoPath(projection, path as unknown as CanvasRenderingContext2D)(shape);
    return path;
  };
  return {
    shores: drawn(topojson.feature(world, world.objects.land)),
    borders: drawn(topojson.mesh(world, world.objects.countries, (a, b) => a !== b)),
  };
}
