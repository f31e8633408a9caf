export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Of the whole world, in the units of the map: what a view scales. */
export const worldWidth = 1000;

/** Half the world's width as the projection has it. */
const halfTurn = naturalEarth(Math.PI, 0)[0];
/** Units of the map for one of the projection's. */
export const unitsPerRadian = worldWidth / 2 / halfTurn;

/** Natural Earth by Tom Patterson, as a polynomial: longitude and latitude in radians; y is up, as d3-geo has it. */
export function naturalEarth(longitude: number, latitude: number): [number, number] {
  const square = latitude * latitude;
  const fourth = square * square;
  const narrowing =
    0.8707 - 0.131979 * square + fourth * (-0.013791 + fourth * (0.003971 * square - 0.001529 * fourth));
  const height = 1.007226 + square * (0.015085 + fourth * (-0.044475 + 0.028874 * square - 0.005916 * fourth));
  return [longitude * narrowing, latitude * height];
}

/** A place on the map: the origin is where equator and Greenwich's meridian meet, y goes down. */
export function project({ latitude, longitude }: { readonly latitude: number; readonly longitude: number }): Point {
  const [x, y] = naturalEarth((longitude * Math.PI) / 180, (latitude * Math.PI) / 180);
  return { x: x * unitsPerRadian, y: -y * unitsPerRadian };
}
