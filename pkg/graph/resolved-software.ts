import type { Software } from "../api/index.ts";
import { originsOf } from "./package-origins.ts";
import type { RevisedSoftware } from "./revisions.ts";

/** The packages of a component, as far as they are known. */
export interface ResolvedSoftware {
  /** Absent while a digest is not known yet. */
  readonly packages?: readonly RevisedSoftware[];
  /** Names for which there is no object. */
  readonly missing: readonly string[];
  /** Names whose digest is not known yet. */
  readonly pending: readonly string[];
}

export function resolveSoftware(
  names: readonly string[],
  lookUp: (name: string) => Software | undefined,
): ResolvedSoftware {
  const missing = names.filter((name) => lookUp(name) === undefined);
  const pending = names.filter((name) => {
    const software = lookUp(name);
    return software !== undefined && !isResolved(software);
  });
  if (missing.length + pending.length > 0) return { missing, pending };
  return { packages: names.map((name) => revised(name, lookUp(name))), missing, pending };
}

/** The status has caught up with the spec, and says that there is nothing to wait for. */
function isResolved({ metadata, status }: Software): boolean {
  return status?.state === "Ready" && (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}

/** A package is another one when that of any kind of machine is. */
function revised(name: string, software: Software | undefined): RevisedSoftware {
  const digests = (software === undefined ? [] : originsOf(software)).map(({ match, resolved }) => {
    const kind = Object.entries(match ?? {}).map(([attribute, value]) => `${attribute}=${value}`);
    return match === undefined ? resolved.digest : `${kind.sort().join(",")} ${resolved.digest ?? ""}`;
  });
  const digest = digests.length > 1 ? digests.join("; ") : digests[0];
  return { name, ...(digest !== undefined && { digest }) };
}
