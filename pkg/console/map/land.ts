import type { GeometryCollection, Topology } from "topojson-specification";
import countriesUrl from "world-atlas/countries-110m.json";
import { naturalEarth, unitsPerRadian } from "./projection.ts";

/** The land in the units of the map. */
export interface Land {
  readonly shores: Path2D;
  readonly borders: Path2D;
}

type Countries = Topology<{ readonly countries: GeometryCollection; readonly land: GeometryCollection }>;

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
  const [{ geoPath, geoProjection }, { feature, mesh }, response] = await Promise.all([
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
    shores: drawn(feature(world, world.objects.land)),
    borders: drawn(mesh(world, world.objects.countries, (a, b) => a !== b)),
  };
}
