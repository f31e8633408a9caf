import type { Claim, Software } from "../api/index.ts";
import { isItemFiles } from "./item-files.ts";

/** A package as a member's machine is to have it. */
export interface OrderedPackage {
  readonly name: string;
  /** Absent where nothing is fetched. */
  readonly digest?: string;
  readonly software: Software;
}

/** The packages of one member, in the order in which they are installed. */
export interface OrderedSoftware {
  /** Absent while something is missing or pending. */
  readonly packages?: readonly OrderedPackage[];
  /** Names for which there is no object. */
  readonly missing: readonly string[];
  /** Names whose digest is not known yet. */
  readonly pending: readonly string[];
}

/**
 * What is to be installed for a member. One that has all of its revision keeps just that, whatever a package has become
 * since: a new digest reaches a member with the revision to which it is admitted, and so one member after another.
 */
export function orderedSoftware(
  wanted: readonly string[],
  claim: Claim,
  lookUp: (name: string) => Software | undefined,
): OrderedSoftware {
  const held = heldSoftware(claim);
  const names = held === undefined ? wanted : [...held.keys()];
  const missing = names.filter((name) => lookUp(name) === undefined);
  const pending = held === undefined ? names.filter((name) => isPending(lookUp(name))) : [];
  if (missing.length + pending.length > 0) return { missing, pending };
  const packages = names.flatMap((name) => {
    const software = lookUp(name);
    if (software === undefined) return [];
    const digest = held === undefined ? software.status?.digest : held.get(name);
    return [{ name, software, ...(digest !== undefined && { digest }) }];
  });
  return { packages, missing, pending };
}

/** Digests by name, of a member that was configured for the revision that it still has. */
function heldSoftware({ spec, status }: Claim): ReadonlyMap<string, string | undefined> | undefined {
  if (spec.revision === undefined || status?.revision !== spec.revision) return undefined;
  const packages = (status.software ?? []).filter(({ name }) => !isItemFiles(name));
  return new Map(packages.map(({ name, digest }) => [name, digest]));
}

function isPending(software: Software | undefined): boolean {
  if (software === undefined) return false;
  const { metadata, status } = software;
  return status?.state !== "Ready" || (status.observedGeneration ?? 0) < (metadata.generation ?? 0);
}
