import {
  cpuMillis,
  machineAttribute,
  memoryBytes,
  type Requests,
  type Resource,
  type ResourceState,
  usingPool,
} from "../../api/index.ts";
import type { Coordinates } from "../../coordinates/index.ts";

/** A machine as the map and its table see it. */
export interface Machine {
  readonly name: string;
  readonly resource: Resource;
  readonly state: ResourceState;
  /** Key and text of the group it stands in: its site, or place, or pool. */
  readonly group: string;
  readonly site: string;
  readonly pool: string;
  readonly location: { readonly latitude: number; readonly longitude: number } | undefined;
  readonly cores: number | undefined;
  readonly load: number | undefined;
  readonly memory: number | undefined;
  /** Share of its memory that is taken: 0 to 1. */
  readonly memoryUsed: number | undefined;
  /** Round trip to the nearest machine that it measures to. */
  readonly nearestMs: number | undefined;
  readonly coordinates: Coordinates | undefined;
  /** NAMESPACE/NAME of those that hold a place on it. */
  readonly applications: readonly string[];
  /** Machine through which it is reached. */
  readonly parent: string | undefined;
  /** Since when it is known, milliseconds since the epoch. */
  readonly since: number;
  /** What may be requested of it, and what is: thousandths of cores, and bytes. */
  readonly room: {
    readonly millis: number;
    readonly takenMillis: number;
    readonly bytes: number;
    readonly takenBytes: number;
  };
  /** Sorts as people count: n2 before n10. */
  readonly order: string;
  /** What a search looks in, in small letters. */
  readonly words: string;
}

const made = new WeakMap<Resource, Machine>();

/** Made once for each version of a Resource. */
export function machineOf(resource: Resource): Machine {
  const known = made.get(resource);
  if (known !== undefined) return known;
  const machine = makeMachine(resource);
  made.set(resource, machine);
  return machine;
}

function makeMachine(resource: Resource): Machine {
  const { metadata, spec, status } = resource;
  const attribute = machineAttribute(resource);
  const number = (name: string): number | undefined => {
    const value = attribute(name);
    return value === undefined || !Number.isFinite(Number(value)) ? undefined : Number(value);
  };
  const [free, total] = [number("memory.free"), number("memory.total")];
  const pool = usingPool(resource) ?? "";
  const site = attribute("site");
  const place = spec.location === undefined ? undefined : placeText(spec.location);
  const { name = "" } = metadata;
  return {
    ...{ name, resource, pool, location: spec.location, parent: status?.tree?.parent },
    state: status?.state ?? "Pending",
    site: String(site ?? place ?? pool),
    // One label on two continents makes two groups.
    group: `${site ?? (place === undefined ? pool : "")}@${place ?? ""}`,
    ...{ cores: number("cpu.cores"), load: number("load.1m"), memory: total },
    memoryUsed: free === undefined || total === undefined || total <= 0 ? undefined : clampShare(1 - free / total),
    nearestMs: status?.roundTrips?.[0]?.ms,
    coordinates: status?.coordinates,
    applications: applicationsOf(resource),
    room: roomOf(resource),
    since: Date.parse(metadata.creationTimestamp ?? "") || 0,
    order: orderOf(name),
    words: wordsOf(resource, pool),
  };
}

function applicationsOf({ status }: Resource): readonly string[] {
  const names = (status?.allocations ?? []).map(
    ({ namespace, application, claimName }) => `${namespace}/${application ?? claimName}`,
  );
  return [...new Set(names)].sort();
}

function wordsOf({ metadata, spec }: Resource, pool: string): string {
  const labels = Object.entries({ ...metadata.labels, ...spec.labels }).map(([key, value]) => `${key}=${value}`);
  return [metadata.name, spec.address, pool, ...labels].join(" ").toLowerCase();
}

function roomOf({ status }: Resource): Machine["room"] {
  const { allocatable, allocations = [] } = status ?? {};
  const sum = (amountOf: (requests: Requests) => number): number =>
    allocations.reduce((total, { requests = {} }) => total + amountOf(requests), 0);
  return {
    millis: cpuMillis(allocatable?.cpu ?? 0),
    bytes: memoryBytes(allocatable?.memory ?? 0),
    takenMillis: sum(({ cpu = 0 }) => cpuMillis(cpu)),
    takenBytes: sum(({ memory = 0 }) => memoryBytes(memory)),
  };
}

/** About ten kilometres make one place. */
function placeText({ latitude, longitude }: { readonly latitude: number; readonly longitude: number }): string {
  const side = (degrees: number, [positive, negative]: readonly [string, string]): string =>
    `${Math.abs(degrees).toFixed(1)}° ${degrees < 0 ? negative : positive}`;
  return `${side(latitude, ["N", "S"])}, ${side(longitude, ["E", "W"])}`;
}

const clampShare = (share: number): number => Math.min(1, Math.max(0, share));

function orderOf(name: string): string {
  return name.replace(/\d+/g, (digits) => digits.padStart(10, "0"));
}
