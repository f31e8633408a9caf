import { type Coordinates, estimateMs } from "../coordinates/index.ts";

/** A machine that can be measured to, and measures. */
export interface ProbingMachine {
  readonly uid: string;
  /** Machines with the same word are near to each other; "": not known. */
  readonly site: string;
  /** Where it is, once it knows that well enough. */
  readonly coordinates?: Coordinates;
}

/** Whom one machine measures to. */
export interface Probes {
  readonly near: readonly string[];
  readonly far: readonly string[];
  /** Those near were chosen by coordinates. */
  readonly isLocated: boolean;
}

export interface ProbePlanInput {
  readonly machines: readonly ProbingMachine[];
  readonly before: ReadonlyMap<string, Probes>;
  /** By machine: those of whom it got no answer. */
  readonly deaf: (uid: string) => ReadonlySet<string>;
}

/** As the paper of Vivaldi has it: near ones for what is near, far ones for the whole; half of each. */
const nearPeers = 8;
const farPeers = 8;
/** Among so many the nearest are looked for: with all, ten thousand machines would cost a hundred million looks. */
const looked = 160;

/**
 * Whom each machine measures round trips to. What is chosen stays: an order to an agent costs more than what a better peer
 * would be worth. Those near are chosen again once, when it is known where machines are.
 */
export function planProbes({ machines, before, deaf }: ProbePlanInput): ReadonlyMap<string, Probes> {
  const known = new Map(machines.map((machine) => [machine.uid, machine]));
  const bySite = siteMates(machines);
  return new Map(
    machines.map((machine) => {
      const { uid, coordinates } = machine;
      const last = before.get(uid);
      const isFine = (other: string): boolean => other !== uid && known.has(other) && !deaf(uid).has(other);
      const isLocated = last?.isLocated === true || coordinates !== undefined;
      const draw = drawerFor(uid, machines, isFine);
      const keptNear = isLocated === last?.isLocated ? last.near.filter(isFine) : [];
      const keptFar = (last?.far ?? []).filter(isFine);
      const near = fillNear(keptNear, keptFar, { machine, draw, mates: bySite.get(machine.site) ?? [], isFine });
      const far = fillFar(keptFar, near, draw);
      return [uid, { near, far, isLocated }] as const;
    }),
  );
}

interface Choice {
  readonly machine: ProbingMachine;
  readonly draw: (count: number) => readonly ProbingMachine[];
  readonly mates: readonly ProbingMachine[];
  readonly isFine: (uid: string) => boolean;
}

function fillNear(kept: readonly string[], far: readonly string[], choice: Choice): readonly string[] {
  if (kept.length >= nearPeers) return kept;
  const taken = new Set([...kept, ...far]);
  const mates = choice.mates.filter(({ uid }) => choice.isFine(uid) && !taken.has(uid));
  // Those of the same site are near, whatever is known yet of where they are.
  const found = [
    ...spreadOver(mates, choice.machine.uid),
    ...byDistance(choice.machine, choice.draw(mates.length < nearPeers ? looked : 0)),
  ];
  const more = [...new Set(found.map(({ uid }) => uid))].filter((uid) => !taken.has(uid));
  return [...kept, ...more.slice(0, nearPeers - kept.length)];
}

/** Some of the same site, others for each machine. */
function spreadOver(mates: readonly ProbingMachine[], uid: string): readonly ProbingMachine[] {
  const first = mates.length === 0 ? 0 : hashOf(uid) % mates.length;
  return [...mates.slice(first), ...mates.slice(0, first)].slice(0, looked);
}

/** The nearest first, where that is known. */
function byDistance({ coordinates }: ProbingMachine, others: readonly ProbingMachine[]): readonly ProbingMachine[] {
  if (coordinates === undefined) return others;
  const far = (one: ProbingMachine): number =>
    one.coordinates === undefined ? Number.MAX_VALUE : estimateMs(coordinates, one.coordinates);
  return others
    .map((one) => ({ one, ms: far(one) }))
    .sort((left, right) => left.ms - right.ms)
    .map(({ one }) => one);
}

function fillFar(
  kept: readonly string[],
  near: readonly string[],
  draw: (count: number) => readonly ProbingMachine[],
): readonly string[] {
  if (kept.length >= farPeers) return kept;
  const taken = new Set([...kept, ...near]);
  const more = [...new Set(draw(farPeers * 4).map(({ uid }) => uid))].filter((uid) => !taken.has(uid));
  return [...kept, ...more.slice(0, farPeers - kept.length)];
}

/** Draws machines by the machine's name: the same ones each time, others for each. */
function drawerFor(
  uid: string,
  machines: readonly ProbingMachine[],
  isFine: (uid: string) => boolean,
): (count: number) => readonly ProbingMachine[] {
  return (count) => {
    if (count === 0) return [];
    // Of few machines all.
    if (machines.length <= count) return machines.filter((one) => isFine(one.uid));
    let state = hashOf(uid);
    return Array.from({ length: count }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return machines[Math.floor((state / 2 ** 32) * machines.length)];
    }).flatMap((one) => (one !== undefined && isFine(one.uid) ? [one] : []));
  };
}

function siteMates(machines: readonly ProbingMachine[]): ReadonlyMap<string, readonly ProbingMachine[]> {
  const sites = new Map<string, ProbingMachine[]>();
  for (const machine of machines) {
    if (machine.site === "") continue;
    const mates = sites.get(machine.site);
    if (mates === undefined) sites.set(machine.site, [machine]);
    else mates.push(machine);
  }
  return sites;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
