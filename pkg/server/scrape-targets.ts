import { type Claim, isDeleting, kinds, type Process, type Resource } from "../api/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import { isBare } from "../graph/index.ts";

/** A process that serves metrics. */
export interface ScrapeTarget {
  readonly process: Process;
  /** uid of the machine on which it runs. */
  readonly machine: string;
  /** By number, or by name. */
  readonly port: number | string;
  readonly path: string;
  /** Where it is reached from outside its machine, as far as networks let anybody; absent: the port is not known yet. */
  readonly address?: string;
  /** Whose metrics they are. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Processes that run and say where their metrics are, by namespace and name. */
export function scrapeTargets({ cache }: Pick<ControllerPorts, "cache">): readonly ScrapeTarget[] {
  return cache(kinds.Process)
    .list()
    .flatMap((process) => targetOf(process, { cache }) ?? [])
    .sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}

function keyOf({ process: { metadata } }: ScrapeTarget): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function targetOf(process: Process, { cache }: Pick<ControllerPorts, "cache">): ScrapeTarget | undefined {
  const { metadata, spec, status } = process;
  const isRunning = status?.state === "Ready" || status?.state === "Running";
  if (spec.metrics === undefined || !isRunning || isDeleting(process)) return undefined;
  const claims = cache(kinds.Claim);
  const claim = isBare(process) ? claims.ownedBy(metadata.uid ?? "")[0] : claims.byUid(spec.claimUid ?? "");
  const resource = cache(kinds.Resource).byUid(claim?.spec.resourceUid ?? "");
  if (claim === undefined || resource === undefined || claim.spec.epoch !== status.epoch) return undefined;
  const { port, path } = spec.metrics;
  const number = typeof port === "number" ? port : numberOf(process, port);
  return {
    process,
    machine: resource.metadata.uid ?? "",
    port,
    path,
    ...(number !== undefined && { address: addressOf(resource, number) }),
    labels: labelsOf(process, claim, resource),
  };
}

/** A port that its machine chose is known once it runs. */
function numberOf({ spec, status }: Process, name: string): number | undefined {
  const fixed = spec.ports.find((port) => port.name === name)?.port;
  return status?.ports?.[name] ?? (fixed === 0 ? undefined : fixed);
}

function addressOf({ spec }: Resource, port: number): string {
  const host = spec.dataAddress ?? spec.address;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function labelsOf({ metadata, spec }: Process, claim: Claim, resource: Resource): Readonly<Record<string, string>> {
  const { ordinal } = claim.spec;
  return {
    namespace: metadata.namespace ?? "",
    ...(spec.applicationName !== undefined && { application: spec.applicationName }),
    ...(spec.component !== undefined && { component: spec.component }),
    ...(ordinal !== undefined && { ordinal: String(ordinal) }),
    // Two phases may have processes of the same name.
    ...(spec.phase !== undefined && { phase: spec.phase }),
    process: spec.process ?? metadata.name ?? "",
    resource: resource.metadata.name ?? "",
  };
}
