/** Degrees north and east. */
export interface SiteLocation {
  readonly latitude: number;
  readonly longitude: number;
}

/** A place where hosts stand. */
export interface TopologySite {
  readonly name: string;
  readonly location?: SiteLocation;
}

/** What lies between two sites, alike in both directions; what is left out is what the sites' distance says, or nothing. */
export interface TopologyLink {
  readonly from: string;
  readonly to: string;
  /** There and back. */
  readonly rttMs?: number;
  /** By so much a packet may be early or late, in each direction. */
  readonly jitterMs?: number;
  /** The share of packets that is lost in each direction: 0 to 1. */
  readonly loss?: number;
  /** Bytes a second in each direction, of all hosts of the two sites together; absent: no limit. */
  readonly bandwidth?: number;
}

export interface Topology {
  readonly sites: readonly TopologySite[];
  readonly links: readonly TopologyLink[];
  /** Where the computer stands that runs the hosts; absent: beside each of them. */
  readonly serverSite?: string;
}

/** One direction between two sites, which are named by their place in `sites`. */
export interface LinkPlan {
  readonly from: number;
  readonly to: number;
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly loss: number;
  /** 0: no limit. */
  readonly bandwidth: number;
}

const earthRadiusKm = 6371;

/** Light in glass makes 200 km in a millisecond. */
const kmPerMs = 200;

/** Cables are longer than the great circle: what pings between large cities show is 1.3 to 1.6 times as much. */
const detour = 1.4;

/** Both directions of every pair of sites, each site with itself among them. */
export function planLinks({ sites, links }: Topology): readonly LinkPlan[] {
  const given = new Map(links.flatMap((link) => [link, turned(link)].map((one) => [keyOf(one.from, one.to), one])));
  return sites.flatMap((from, fromAt) =>
    sites.map((to, toAt): LinkPlan => {
      const { rttMs, jitterMs = 0, loss = 0, bandwidth = 0 } = given.get(keyOf(from.name, to.name)) ?? {};
      const delayMs = (rttMs ?? distanceRttMs(from, to)) / 2;
      return { from: fromAt, to: toAt, delayMs, jitterMs, loss, bandwidth };
    }),
  );
}

function turned(link: TopologyLink): TopologyLink {
  return { ...link, from: link.to, to: link.from };
}

function keyOf(from: string, to: string): string {
  return `${from}\0${to}`;
}

/** The round trip that the distance of two sites lets expect; 0 where one has no location. */
export function distanceRttMs(from: TopologySite, to: TopologySite): number {
  if (from.location === undefined || to.location === undefined) return 0;
  return (2 * detour * greatCircleKm(from.location, to.location)) / kmPerMs;
}

function greatCircleKm(a: SiteLocation, b: SiteLocation): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const height = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2;
  const width = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const chord = height + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * width;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(chord)));
}
