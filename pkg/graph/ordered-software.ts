import { type Claim, type MachineAttribute, matchesMachine, noVariantText, type Software } from "../api/index.ts";
import { isItemFiles } from "./item-files.ts";
import { onlyFor, originFor, originsOf, type PackageOrigin } from "./package-origins.ts";

/** A package as a member's machine is to have it. */
export interface OrderedPackage {
  readonly name: string;
  /** Absent where nothing is fetched. */
  readonly digest?: string;
  /** Which of its sources it is from. */
  readonly origin: PackageOrigin;
  readonly software: Software;
}

/** The packages of one member, in the order in which they are installed. */
export interface OrderedSoftware {
  /** Absent while something is missing or pending, there is nothing for this machine, or no machine. */
  readonly packages?: readonly OrderedPackage[];
  /** Names for which there is no object. */
  readonly missing: readonly string[];
  /** Names whose digest is not known yet. */
  readonly pending: readonly string[];
  /** Of packages of which there is none for this machine: why, in words. */
  readonly unfit: readonly string[];
}

export interface OrderedSoftwareInput {
  /** Names of the packages that a member needs. */
  readonly wanted: readonly string[];
  readonly claim: Claim;
  readonly lookUp: (name: string) => Software | undefined;
  /** The member's machine; absent: it has none. */
  readonly machine: MachineAttribute | undefined;
}

/**
 * What is to be installed for a member on its machine. One that has all of its revision keeps just that, whatever a
 * package has become since: a new digest reaches a member with the revision to which it is admitted, and so one member
 * after another.
 */
export function orderedSoftware({ wanted, claim, lookUp, machine }: OrderedSoftwareInput): OrderedSoftware {
  const held = heldSoftware(claim);
  const names = held === undefined ? wanted : [...held.keys()];
  const found = names.flatMap((name) => lookUp(name) ?? []);
  const missing = names.filter((name) => lookUp(name) === undefined);
  const pending = held === undefined ? found.filter(isPending).map(nameOf) : [];
  if (missing.length + pending.length > 0 || machine === undefined) return { missing, pending, unfit: [] };
  // What it had may have been another machine's.
  const isHere = claim.status?.epoch === claim.spec.epoch;
  const chosen = found.map((software) => {
    const name = nameOf(software);
    const kept = held?.has(name) ? heldPackage(software, held.get(name), { machine, isHere }) : undefined;
    return { name, software, ...(kept ?? newPackage(software, machine)) };
  });
  const unfit = chosen.flatMap(({ name, software, origin }) =>
    origin === undefined ? [noVariantText(name, onlyFor(software) ?? [], machine)] : [],
  );
  if (unfit.length > 0) return { missing, pending, unfit };
  const packages = chosen.flatMap(({ origin, ...rest }) => (origin === undefined ? [] : [{ ...rest, origin }]));
  return { packages, missing, pending, unfit };
}

type Choice = Partial<Pick<OrderedPackage, "origin" | "digest">>;

function newPackage(software: Software, machine: MachineAttribute): Choice {
  const origin = originFor(software, machine);
  const digest = origin?.resolved.digest;
  return { ...(origin !== undefined && { origin }), ...(digest !== undefined && { digest }) };
}

/** What the member has, as long as that is for machines like its own: it may have come here from another kind. */
function heldPackage(
  software: Software,
  digest: string | undefined,
  { machine, isHere }: { readonly machine: MachineAttribute; readonly isHere: boolean },
): Choice | undefined {
  const origins = originsOf(software);
  const known = origins.find(({ resolved }) => resolved.digest === digest);
  if (known?.match !== undefined && !matchesMachine(known.match, machine)) return undefined;
  // The rest for which no variant is: it is not what another kind of machine has.
  if (known !== undefined && known.match === undefined && origins.length > 1) return undefined;
  // Of a package of old nobody knows for which machines it was.
  if (known === undefined && origins.length > 1 && !isHere) return undefined;
  const origin = known ?? originFor(software, machine);
  return origin === undefined ? undefined : { origin, ...(digest !== undefined && { digest }) };
}

/** Digests by name, of a member that was configured for the revision that it still has. */
function heldSoftware({ spec, status }: Claim): ReadonlyMap<string, string | undefined> | undefined {
  if (spec.revision === undefined || status?.revision !== spec.revision) return undefined;
  const packages = (status.software ?? []).filter(({ name }) => !isItemFiles(name));
  return new Map(packages.map(({ name, digest }) => [name, digest]));
}

function isPending({ metadata, status }: Software): boolean {
  return status?.state !== "Ready" || (status.observedGeneration ?? 0) < (metadata.generation ?? 0);
}

function nameOf({ metadata }: Software): string {
  return metadata.name ?? "";
}
