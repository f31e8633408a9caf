import type { Claim, InstalledSoftware } from "../../api/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import type { OrderedSoftware } from "../../graph/index.ts";
import type { ClaimReport, SoftwareReport } from "../../protocol/index.ts";

/** What the machine says of this very binding, now. */
export function reportOf({ metadata, spec }: Claim, observation: HostObservation | undefined): ClaimReport | undefined {
  if (observation?.state !== "connected") return undefined;
  const report = observation.claims.get(metadata.uid ?? "");
  return report?.epoch === spec.epoch ? report : undefined;
}

/** Whether what was last observed was observed of this very binding. */
export function isCurrent({ spec, status }: Claim): boolean {
  return status?.epoch === spec.epoch;
}

/**
 * Whether all that is ordered is installed on the machine. Where nothing can be said (the machine is away, a Software
 * object is missing), what was true stays true.
 */
export function isInstalled(claim: Claim, ordered: OrderedSoftware, report: ClaimReport | undefined): boolean {
  const { packages } = ordered;
  if (report === undefined || packages === undefined) return wasInstalled(claim);
  if (report.state !== "Configured") return false;
  return packages.every(({ name, digest }) =>
    report.software.some((one) => one.name === name && one.digest === digest && one.state === "Installed"),
  );
}

function wasInstalled(claim: Claim): boolean {
  const { spec, status } = claim;
  const wasConfigured = status?.state === "Configured" || status?.state === "Ready";
  return wasConfigured && isCurrent(claim) && status.revision === spec.revision;
}

/** How far each package is; a new machine starts with nothing, but with the same digests: its own kind's, where there are variants. */
export function installedSoftware(
  claim: Claim,
  ordered: OrderedSoftware,
  report: ClaimReport | undefined,
): readonly InstalledSoftware[] {
  if (report !== undefined) return report.software.map(installed);
  const before = claim.status?.software ?? [];
  if (isCurrent(claim)) return before;
  const now = new Map(ordered.packages?.map(({ name, digest }) => [name, digest]));
  return before.map((one) => {
    const digest = now.get(one.name) ?? one.digest;
    return { name: one.name, ...(digest !== undefined && { digest }), state: "Pending" };
  });
}

function installed(software: SoftwareReport): InstalledSoftware {
  const { name, digest, state, bytes, total, attempts, reason, message, output } = software;
  const text = [message, output].filter((one) => one !== undefined && one !== "").join("\n");
  return {
    name,
    ...(digest !== undefined && { digest }),
    state,
    bytes: coarse(bytes, total),
    total,
    attempts,
    ...(reason !== undefined && { reason }),
    ...(text !== "" && { message: text }),
  };
}

/** Progress is for people: twentieths are enough, and the status is written less often. */
function coarse(bytes: number, total: number): number {
  if (total <= 0 || bytes >= total) return bytes;
  return Math.floor((Math.floor((bytes * 20) / total) * total) / 20);
}
