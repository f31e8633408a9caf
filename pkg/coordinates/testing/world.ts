/** A network of machines as there are: what a round trip between two of them takes at best, and this time. */
export interface NetworkWorld {
  readonly sites: readonly string[];
  /** Milliseconds at best. */
  base(from: number, to: number): number;
  /** One that is measured: queues and busy machines come on top. */
  sample(from: number, to: number): number;
}

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

interface Hub extends Place {
  readonly name: string;
  readonly share: number;
}

interface Site extends Place {
  readonly hub: Hub;
  /** What its line to the core adds to each round trip. */
  readonly linkMs: number;
}

/** Where long lines meet, and how many of a thousand sites are about there. */
const hubs: readonly Hub[] = [
  { name: "nyc", latitude: 40.7, longitude: -74, share: 230 },
  { name: "sfo", latitude: 37.5, longitude: -122, share: 190 },
  { name: "fra", latitude: 50.1, longitude: 8.7, share: 280 },
  { name: "tyo", latitude: 35.7, longitude: 139.7, share: 90 },
  { name: "hkg", latitude: 22.3, longitude: 114, share: 60 },
  { name: "sin", latitude: 1.3, longitude: 104, share: 30 },
  { name: "bom", latitude: 19, longitude: 73, share: 40 },
  { name: "gru", latitude: -23.5, longitude: -46.6, share: 40 },
  { name: "syd", latitude: -34, longitude: 151, share: 25 },
  { name: "jnb", latitude: -26, longitude: 28, share: 15 },
];

/** Round trips of the long lines: nothing goes between regions but over these, whatever the shortest way would be. */
const lines: readonly (readonly [from: string, to: string, ms: number])[] = [
  ["nyc", "sfo", 62],
  ["nyc", "fra", 80],
  ["nyc", "gru", 110],
  ["sfo", "tyo", 100],
  ["sfo", "syd", 138],
  ["tyo", "hkg", 48],
  ["tyo", "syd", 110],
  ["hkg", "sin", 34],
  ["sin", "syd", 92],
  ["sin", "bom", 58],
  ["bom", "fra", 112],
  ["fra", "jnb", 155],
];

const earthKilometres = 6371;
/** Light in glass goes 200 km in a millisecond, there and back, and lines are not straight. */
const millisecondsPerKilometre = (2 / 200) * 1.5;
/** Routes are longer or shorter than their distance has it: so much of it, mostly. Triangles are broken by that. */
const detour = 0.12;

/** Machines in sites all over the world; the same for a seed. `random` gives 0 ≤ it < 1. */
export function makeWorld(machines: number, machinesPerSite: number, random: () => number): NetworkWorld {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const sites = Array.from({ length: Math.ceil(machines / machinesPerSite) }, () => siteOf(random, normal));
  const siteAt = Array.from({ length: machines }, (_, at) => Math.floor(at / machinesPerSite));
  const own = Array.from({ length: machines }, () => 0.05 + 0.3 * random());
  const detours = sites.map((_, from) => sites.map((_, to) => (from < to ? Math.exp(detour * normal()) : 1)));
  const long = longLines();
  const base = (from: number, to: number): number => {
    const ends = (own[from] ?? 0) + (own[to] ?? 0);
    const [low = 0, high = 0] = [siteAt[from] ?? 0, siteAt[to] ?? 0].sort((left, right) => left - right);
    const [left, right] = [sites[low], sites[high]];
    if (low === high || left === undefined || right === undefined) return ends;
    const far = between(left, right, long) * (detours[low]?.[high] ?? 1);
    return far + left.linkMs + right.linkMs + ends;
  };
  return {
    sites: siteAt.map((site) => `site-${site}`),
    base,
    sample(from, to) {
      const jitter = -Math.log(1 - random()) * (0.2 + 0.03 * base(from, to));
      // Now and then a queue is full, or a machine is busy with something else.
      const stall = random() < 0.02 ? 20 + 300 * random() : 0;
      return base(from, to) + jitter + stall;
    },
  };
}

function siteOf(random: () => number, normal: () => number): Site {
  let left = random() * hubs.reduce((sum, { share }) => sum + share, 0);
  const hub = hubs.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  if (hub === undefined) throw new Error("shares do not add up");
  return {
    hub,
    latitude: hub.latitude + 4 * normal(),
    longitude: hub.longitude + 6 * normal(),
    linkMs: Math.min(30, Math.exp(0.7 + 0.8 * normal())),
  };
}

type Long = ReadonlyMap<string, number>;

function between(from: Site, to: Site, long: Long): number {
  if (from.hub === to.hub) return kilometres(from, to) * millisecondsPerKilometre;
  const toHubs = kilometres(from, from.hub) + kilometres(to, to.hub);
  return toHubs * millisecondsPerKilometre + (long.get(`${from.hub.name} ${to.hub.name}`) ?? 0);
}

/** The shortest way over the long lines, between all hubs (Floyd, Warshall). */
function longLines(): Long {
  const names = hubs.map(({ name }) => name);
  const long = new Map(names.map((name) => [`${name} ${name}`, 0]));
  const get = (from: string, to: string): number => long.get(`${from} ${to}`) ?? Number.POSITIVE_INFINITY;
  for (const [from, to, ms] of lines) long.set(`${from} ${to}`, ms).set(`${to} ${from}`, ms);
  for (const over of names)
    for (const from of names)
      for (const to of names) long.set(`${from} ${to}`, Math.min(get(from, to), get(from, over) + get(over, to)));
  return long;
}

function kilometres(from: Place, to: Place): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const byLatitude = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const byLongitude = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const share = byLatitude + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * byLongitude;
  return 2 * earthKilometres * Math.asin(Math.sqrt(share));
}
