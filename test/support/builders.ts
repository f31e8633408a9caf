import {
  type Claim,
  type ClaimStatus,
  type Component,
  kinds,
  labels,
  mustDecode,
  type ObjectMeta,
  type Process,
  type ProcessStatus,
  type Resource,
  type ResourcePool,
  type ResourceStatus,
  type Software,
  type SoftwareStatus,
} from "../../pkg/api/index.ts";
import type { HostObservation } from "../../pkg/fabric/index.ts";
import type { ClaimReport, HostReport, ProcessReport, SoftwareReport } from "../../pkg/protocol/index.ts";

/** Builders of objects for tests: defaults filled in as the server does, so that a test says only what matters to it. */
interface Parts {
  readonly metadata?: ObjectMeta;
  readonly spec?: Readonly<Record<string, unknown>>;
}

const plush = "plush.dev/v1";

function metadataOf(name: string, namespace: string | undefined, more: ObjectMeta = {}): ObjectMeta {
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    uid: `uid-${name}`,
    resourceVersion: "1",
    generation: 1,
    creationTimestamp: "2026-01-01T00:00:00Z",
    ...more,
  };
}

function withStatus<T extends { readonly status?: S }, S>(object: T, status: S | undefined): T {
  return status === undefined ? object : { ...object, status };
}

export function aResource(name: string, parts: Parts & { readonly status?: ResourceStatus } = {}): Resource {
  const object = mustDecode(kinds.Resource, {
    apiVersion: plush,
    kind: "Resource",
    metadata: metadataOf(name, undefined, parts.metadata),
    spec: { address: name, poolName: "lab", ...parts.spec },
  });
  return withStatus(object, parts.status);
}

export function aReadyResource(name: string, parts: Parts & { readonly status?: ResourceStatus } = {}): Resource {
  const ready = {
    type: "Ready",
    status: "True",
    reason: "AgentReady",
    message: "",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  } as const;
  const status = { state: "Free", agent: { version: "v1" }, conditions: [ready], ...parts.status } as const;
  return aResource(name, { ...parts, status });
}

export function aPool(name: string, parts: Parts = {}): ResourcePool {
  return mustDecode(kinds.ResourcePool, {
    apiVersion: plush,
    kind: "ResourcePool",
    metadata: metadataOf(name, undefined, parts.metadata),
    spec: { provider: { static: { hosts: [{ address: "10.0.0.1" }] } }, ...parts.spec },
  });
}

export function aComponent(name: string, parts: Parts = {}): Component {
  return mustDecode(kinds.Component, {
    apiVersion: plush,
    kind: "Component",
    metadata: metadataOf(name, "default", parts.metadata),
    spec: { name, ...parts.spec },
  });
}

/** A claim COMPONENT-ORDINAL of a bare component. */
export function aClaim(name: string, parts: Parts & { readonly status?: ClaimStatus } = {}): Claim {
  const [, component = name, ordinal] = /^(.*)-(\d+)$/.exec(name) ?? [];
  const owner = { apiVersion: plush, kind: "Component", name: component, uid: `uid-${component}`, controller: true };
  const object = mustDecode(kinds.Claim, {
    apiVersion: plush,
    kind: "Claim",
    metadata: metadataOf(name, "default", { ownerReferences: [owner], ...parts.metadata }),
    spec: {
      component,
      componentName: component,
      ...(ordinal !== undefined && { ordinal: Number(ordinal) }),
      ...parts.spec,
    },
  });
  return withStatus(object, parts.status);
}

/** Bound to a machine, with an epoch, and seen to be. */
export function aBoundClaim(
  name: string,
  resourceName: string,
  parts: Parts & { readonly epoch?: number; readonly status?: ClaimStatus } = {},
): Claim {
  const { epoch = 1, status } = parts;
  return aClaim(name, {
    ...parts,
    spec: { resourceName, resourceUid: `uid-${resourceName}`, epoch, ...parts.spec },
    status: { state: "Configured", epoch, resourceName, ...status },
  });
}

export function aSoftware(
  name: string,
  status?: SoftwareStatus,
  spec: Readonly<Record<string, unknown>> = {},
): Software {
  const object = mustDecode(kinds.Software, {
    apiVersion: plush,
    kind: "Software",
    metadata: metadataOf(name, "default"),
    spec,
  });
  return withStatus(object, status);
}

/** A long-running process of phase `serve`, for one claim. */
export function aProcess(name: string, claim: Claim, parts: Parts & { readonly status?: ProcessStatus } = {}): Process {
  const object = mustDecode(kinds.Process, {
    apiVersion: plush,
    kind: "Process",
    metadata: metadataOf(name, "default", { labels: { [labels.component]: claim.spec.component }, ...parts.metadata }),
    spec: {
      command: ["server"],
      restartPolicy: "Always",
      claimName: claim.metadata.name,
      claimUid: claim.metadata.uid,
      component: claim.spec.component,
      phaseName: "app-serve",
      phase: "serve",
      process: "server",
      epoch: claim.spec.epoch,
      revision: "r1",
      ...parts.spec,
    },
  });
  return withStatus(object, parts.status);
}

export const aHost: HostReport = {
  bootIdentity: "boot-1",
  agent: { version: "v1", pid: 1, startedAt: "2026-01-01T00:00:00Z", nodeVersion: "20.0.0" },
  attributes: { "cpu.cores": 4, "memory.total": 8_000_000_000 },
  root: false,
  directory: "/var/tmp/plush",
};

export function connected(claims: readonly ClaimReport[] = [], host: HostReport = aHost): HostObservation {
  return {
    state: "connected",
    sinceAt: 0,
    host,
    document: { term: 1, generation: 1 },
    claims: new Map(claims.map((claim) => [claim.uid, claim])),
    suspect: false,
  };
}

export function lost(
  verdict: Extract<HostObservation, { state: "lost" }>["verdict"],
  sinceAt: number,
): HostObservation {
  return {
    state: "lost",
    sinceAt,
    verdict,
    verdictAt: sinceAt,
    evidence: "no beat",
    last: { host: aHost, claims: new Map() },
  };
}

export function aReport(claim: Claim, parts: Partial<ClaimReport> = {}): ClaimReport {
  return {
    uid: claim.metadata.uid ?? "",
    name: claim.metadata.name ?? "",
    namespace: claim.metadata.namespace ?? "",
    epoch: claim.spec.epoch,
    state: "Configured",
    orphan: false,
    workingDirectory: "/work",
    software: [] as readonly SoftwareReport[],
    processes: [] as readonly ProcessReport[],
    ...parts,
  };
}
