import { type Claim, isDeleting, isTrue, labels, type Process, type Resource } from "../../api/index.ts";
import type { PeerEntry, PeersDocument } from "../../protocol/index.ts";

export type PeerComponents = PeersDocument["components"];

export interface PeersInput {
  /** All claims that belong together. */
  readonly claims: readonly Claim[];
  readonly processesOf: (claim: Claim) => readonly Process[];
  readonly resourceOf: (claim: Claim) => Resource | undefined;
}

/** The members of every component that have a machine, by component and ordinal. */
export function peerComponents({ claims, processesOf, resourceOf }: PeersInput): PeerComponents {
  const components: Record<string, PeerEntry[]> = {};
  const sorted = [...claims].sort((left, right) => (left.spec.ordinal ?? 0) - (right.spec.ordinal ?? 0));
  for (const claim of sorted) {
    const resource = resourceOf(claim);
    const { component, ordinal } = claim.spec;
    if (ordinal === undefined || resource === undefined || isDeleting(claim)) continue;
    const entries = components[component] ?? [];
    entries.push(entryFor(claim, ordinal, resource, processesOf(claim)));
    components[component] = entries;
  }
  return components;
}

interface KnownEntry {
  readonly resource: Resource;
  readonly processes: readonly Process[];
  readonly entry: PeerEntry;
}

/** Of all members of a group few change between two looks at it. */
const known = new WeakMap<Claim, KnownEntry>();

/** The very same where nothing that it is made of has changed. */
function entryFor(claim: Claim, ordinal: number, resource: Resource, processes: readonly Process[]): PeerEntry {
  const before = known.get(claim);
  if (before?.resource === resource && before.processes === processes) return before.entry;
  const entry = peerEntry(claim, ordinal, resource, processes);
  known.set(claim, { resource, processes, entry });
  return entry;
}

function peerEntry(claim: Claim, ordinal: number, resource: Resource, processes: readonly Process[]): PeerEntry {
  const { spec, metadata } = resource;
  const site = spec.labels["site"] ?? metadata.labels?.["site"];
  return {
    ordinal,
    address: spec.dataAddress ?? spec.address,
    ports: portsOf(claim, processes),
    resource: metadata.name ?? "",
    ...(site !== undefined && { site }),
    epoch: claim.spec.epoch,
    ready: claim.status?.epoch === claim.spec.epoch && isTrue(claim.status.conditions, "Ready"),
  };
}

/** Ports that are written down, and those that the machine has chosen, once it has said so. */
function portsOf(claim: Claim, processes: readonly Process[]): Readonly<Record<string, number>> {
  const own = processes.filter(({ spec }) => spec.epoch === claim.spec.epoch);
  const fixed = own.flatMap(({ spec }) =>
    spec.ports.filter(({ port }) => port !== 0).map(({ name, port }) => [name, port]),
  );
  const chosen = own.flatMap(({ status }) =>
    status?.epoch === claim.spec.epoch ? Object.entries(status.ports ?? {}) : [],
  );
  const sorted = [...fixed, ...chosen].sort(([left], [right]) => (String(left) < String(right) ? -1 : 1));
  return Object.fromEntries(sorted);
}

/** Members that belong together know each other: those of an application, or else of one component. */
export function peerGroup({ metadata, spec }: Claim): string {
  const application = metadata.labels?.[labels.application];
  if (application !== undefined) return `${metadata.namespace}/application/${application}`;
  return `${metadata.namespace}/component/${spec.componentName ?? `claim/${metadata.uid}`}`;
}
