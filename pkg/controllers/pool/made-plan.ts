import { isDeleting, machineFinalizer, type Resource, type ResourcePool } from "../../api/index.ts";
import { type MachineSpec, machineNumber } from "../../fabric/index.ts";
import { specAsItIs } from "./machine-plan.ts";
import { type MakerOrder, type MakerView, orderText } from "./maker-view.ts";

/** What is known of the machines of a pool whose provider makes them. */
export interface MadeObservation {
  readonly pool: ResourcePool;
  /** Machines that the manifest itself names. */
  readonly named: readonly MachineSpec[];
  /** Names that are recorded and have no Resource yet. */
  readonly making: readonly string[];
  /** Resources of the pool, those that are being deleted among them. */
  readonly own: readonly Resource[];
  readonly maker: MakerView;
  /** The server was put back from a backup: there may be machines that it does not know, and that are at work. */
  readonly restored: boolean;
  /** What the provider holds is given up: it does not keep the pool from being deleted. */
  readonly forfeit: boolean;
  readonly nowAt: number;
}

export interface MadePlan {
  /** The machines that should have Resources. */
  readonly wanted: readonly MachineSpec[];
  readonly orders: readonly MakerOrder[];
  /** Resources on their way out whose machines are gone. */
  readonly gone: readonly Resource[];
  /** Resources whose machines have been taken away, or will never be of use. */
  readonly lost: readonly Resource[];
  /** Nothing is left with the provider, as far as it says. */
  readonly isEmpty: boolean;
  readonly recheckAfterMs: number;
}

/** So long what is there and was never recorded is left alone: it may be a restored server that does not remember. */
const orphanGraceMs = 60_000;
/** Lists while something is about to change, a while after that, and else. */
const [busyListMs, activeListMs, calmListMs] = [1000, 5000, 30_000];
const activeMs = 60_000;
/** Creates and deletes under way at once, of one pool. */
const maxBusy = 8;

/** What to ask the maker for, and which machines are there to be used. The order of life is name, record, machine, Resource. */
export function planMade(input: MadeObservation): MadePlan {
  const { maker, named, own, pool } = input;
  const going = own.filter(isDeleting);
  const staying = own.filter((resource) => !isDeleting(resource));
  const recorded = new Set([...namesOf(input), ...own.map(nameOf)]);
  const { listedAt } = maker;
  const isKnown = listedAt !== undefined;
  const gone = isKnown || input.forfeit ? going.filter((one) => isLast(one) && isGone(input, nameOf(one))) : [];
  const wishes: MakerOrder[] = isKnown
    ? [
        ...namesOf(input).flatMap((name): MakerOrder[] => (isMissing(input, name) ? [{ verb: "create", name }] : [])),
        ...named
          .filter(({ name }) => maker.machines.get(name)?.state === "Failed")
          .flatMap(({ name }) => deletion(input, name)),
        ...going.filter(isLast).flatMap((one) => deletion(input, nameOf(one))),
        ...[...maker.machines.keys()]
          .filter((name) => isOrphan(input, name, recorded))
          .flatMap((name) => deletion(input, name)),
      ]
    : [];
  const listing = dueList(input);
  return {
    wanted: isDeleting(pool) ? [] : wantedSpecs(input, staying),
    orders: [...(listing.due ? [{ verb: "list" } as const] : []), ...startable(input, wishes)],
    gone,
    lost: isKnown ? staying.filter((one) => isLost(input, one)) : [],
    isEmpty: input.forfeit || (isKnown && maker.machines.size === 0 && maker.busy.size === 0 && isFresh(input)),
    recheckAfterMs: Math.max(
      100,
      Math.min(listing.inMs, ...[...maker.failures.values()].map(({ nextAt }) => Math.max(0, nextAt - input.nowAt))),
    ),
  };
}

/** Names for which there has to be a machine before there is a Resource. */
function namesOf({ pool, named, making }: MadeObservation): readonly string[] {
  return isDeleting(pool) ? [] : [...named.map(({ name }) => name), ...making];
}

/** Of a machine that is wanted: it is not there, or nobody has been asked for it. */
function isMissing({ maker, own }: MadeObservation, name: string): boolean {
  const isGoing = own.some((one) => nameOf(one) === name && isDeleting(one));
  return !isGoing && !maker.machines.has(name);
}

/** Nobody wants it, and it is ours: a number that was given, or one that stays unclaimed. */
function isOrphan(
  { pool, maker, restored, nowAt }: MadeObservation,
  name: string,
  recorded: ReadonlySet<string>,
): boolean {
  if (recorded.has(name)) return false;
  const number = machineNumber(pool, name);
  // What the record knows to have been given up goes at once: it came into being late.
  if (number !== undefined && number <= (pool.status?.lastNumber ?? 0)) return true;
  if (isDeleting(pool)) return true;
  return !restored && nowAt - (maker.seenAt.get(name) ?? nowAt) >= orphanGraceMs;
}

/** The agent is gone from it, or was given up. */
function isLast({ metadata: { finalizers = [] } }: Resource): boolean {
  return finalizers.length === 1 && finalizers[0] === machineFinalizer;
}

function isGone({ maker, forfeit }: MadeObservation, name: string): boolean {
  return forfeit || (!maker.machines.has(name) && !maker.busy.has(orderText({ verb: "create", name })));
}

function deletion({ maker }: MadeObservation, name: string): readonly MakerOrder[] {
  const state = maker.machines.get(name)?.state;
  return state === undefined || state === "Leaving" ? [] : [{ verb: "delete", name }];
}

/** A machine that was made by number never comes back; one that the manifest names is made again. */
function isLost({ pool, maker }: MadeObservation, resource: Resource): boolean {
  if (machineNumber(pool, nameOf(resource)) === undefined) return false;
  const machine = maker.machines.get(nameOf(resource));
  return machine === undefined || machine.state === "Failed";
}

function wantedSpecs(input: MadeObservation, staying: readonly Resource[]): readonly MachineSpec[] {
  const { maker, named, making, pool } = input;
  const byName = new Map(staying.map((resource) => [nameOf(resource), resource]));
  const specOf = (name: string, said: Partial<MachineSpec>): MachineSpec[] => {
    const machine = maker.machines.get(name);
    if (machine?.state === "Running" && machine.spec !== undefined) {
      return [
        withTemplate(pool, { ...said, ...machine.spec, labels: { ...said.labels, ...machine.spec.labels }, name }),
      ];
    }
    const resource = byName.get(name);
    return resource === undefined ? [] : [specAsItIs(resource)];
  };
  const numbered = [...staying.map(nameOf).filter((name) => machineNumber(pool, name) !== undefined), ...making];
  return [
    ...named.flatMap((one) => specOf(one.name, one)),
    ...[...new Set(numbered)].flatMap((name) => specOf(name, {})),
  ];
}

function withTemplate(pool: ResourcePool, spec: MachineSpec): MachineSpec {
  const { template } = pool.spec;
  if (template === undefined || machineNumber(pool, spec.name) === undefined) return spec;
  const capacity = spec.capacity ?? template.capacity;
  const location = spec.location ?? template.location;
  return {
    ...spec,
    labels: { ...template.labels, ...spec.labels },
    ...(capacity !== undefined && { capacity }),
    ...(location !== undefined && { location }),
  };
}

function dueList(input: MadeObservation): { readonly due: boolean; readonly inMs: number } {
  const { maker, nowAt } = input;
  const failure = maker.failures.get("list");
  if (failure !== undefined && nowAt < failure.nextAt) return { due: false, inMs: failure.nextAt - nowAt };
  if (maker.listedAt === undefined) return { due: true, inMs: calmListMs };
  const isMoving = [...maker.machines.values()].some(({ state }) => state === "Coming" || state === "Leaving");
  const isActive = isMoving || maker.busy.size > 0 || isDeleting(input.pool);
  const calmMs = nowAt - maker.activeAt < activeMs ? activeListMs : calmListMs;
  const inMs = maker.listedAt + (isActive ? busyListMs : calmMs) - nowAt;
  return { due: inMs <= 0, inMs: inMs <= 0 ? busyListMs : inMs };
}

/** A list that was asked for after the last that was done. */
function isFresh({ maker }: MadeObservation): boolean {
  return (maker.listedAt ?? 0) > maker.activeAt;
}

/** What is not under way and not to be waited for, as much as may be done at once. */
function startable({ maker, nowAt }: MadeObservation, wishes: readonly MakerOrder[]): readonly MakerOrder[] {
  const underWay = [...maker.busy].filter((text) => text !== "list").length;
  const names = new Set([...maker.busy].map((text) => text.slice(text.indexOf(" ") + 1)));
  return wishes
    .filter((order) => nowAt >= (maker.failures.get(order.verb)?.nextAt ?? 0))
    .filter((order) => order.verb !== "list" && !names.has(order.name))
    .slice(0, Math.max(0, maxBusy - underWay));
}

function nameOf({ metadata }: Resource): string {
  return metadata.name ?? "";
}
