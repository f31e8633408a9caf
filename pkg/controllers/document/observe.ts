import { type Claim, controllerOf, isDeleting, kinds, labels, type Process, type Resource } from "../../api/index.ts";
import { orderedSoftware } from "../../graph/index.ts";
import type { ValueSource } from "./environment-plan.ts";
import { judgeOrphans } from "./orphans.ts";
import type { PeerBook, PeersAnswer } from "./peer-book.ts";
import { peerComponents, peerGroup } from "./peers-plan.ts";
import type { DocumentInput, MemberInput } from "./plan.ts";
import type { DocumentPorts } from "./ports.ts";
import { isBare } from "./process-order-plan.ts";

export interface ObservedDocument {
  readonly input: DocumentInput;
  readonly recheckAfterMs?: number;
}

export function observe(resource: Resource, book: PeerBook, ports: DocumentPorts): ObservedDocument {
  // Before anything is read: what is read afterwards may be newer, never older.
  const generation = ports.revision();
  const pages = new Map<string, PeersAnswer>();
  const now = ports.clock.monotonic();
  const members = claimsOn(resource, ports).map((claim): readonly [string, MemberInput] => {
    const group = peerGroup(claim);
    const page = pages.get(group) ?? book.read(group, peersOf(claim, ports), generation, now);
    pages.set(group, page);
    return [claim.metadata.uid ?? "", { ...memberOf(claim, ports), peers: page.peers }];
  });
  const pool = ports.cache(kinds.ResourcePool).get({ namespace: "", name: resource.spec.poolName ?? "" });
  const { unwanted, recheckAfterMs } = judgeOrphans(resource, ports);
  const rechecks = [...pages.values()].flatMap(({ staleForMs }) => staleForMs ?? []).concat(recheckAfterMs ?? []);
  return {
    input: {
      clusterUid: ports.clusterUid,
      term: ports.term,
      generation,
      resource,
      runAs: pool?.spec.access.runAs ?? [],
      members: new Map(members),
      unwanted,
    },
    ...(rechecks.length > 0 && { recheckAfterMs: Math.min(...rechecks) }),
  };
}

/** Claims of which the machine's list speaks, as far as they are there. */
function claimsOn({ status }: Resource, ports: DocumentPorts): readonly Claim[] {
  const uids = new Set([...(status?.allocations ?? []), ...(status?.residue ?? [])].map(({ claimUid }) => claimUid));
  return [...uids].flatMap((uid) => ports.cache(kinds.Claim).byUid(uid) ?? []);
}

function memberOf(claim: Claim, ports: DocumentPorts): Omit<MemberInput, "peers"> {
  const { namespace = "" } = claim.metadata;
  const { componentName } = claim.spec;
  const component =
    componentName === undefined ? undefined : ports.cache(kinds.Component).get({ namespace, name: componentName });
  const software = ports.cache(kinds.Software);
  return {
    claim,
    ...(component !== undefined && { component }),
    // Of a component that is not there nobody knows what its members need: they are left as they are.
    ordered:
      component === undefined && componentName !== undefined
        ? { missing: [], pending: [] }
        : orderedSoftware(component?.spec.software ?? [], claim, (name) => software.get({ namespace, name })),
    processes: processesOf(claim, ports).filter(
      (process) => !isDeleting(process) && (isBare(process) || process.spec.epoch === claim.spec.epoch),
    ),
    values: valuesOf(namespace, ports),
  };
}

/** Processes under this very claim; that of a bare process controls it. */
function processesOf(claim: Claim, ports: DocumentPorts): readonly Process[] {
  const { namespace = "", uid } = claim.metadata;
  const processes = ports.cache(kinds.Process);
  const owner = controllerOf(claim);
  if (owner?.kind === kinds.Process.kind) {
    const process = processes.byUid(owner.uid);
    return process === undefined ? [] : [process];
  }
  const application = claim.metadata.labels?.[labels.application];
  const candidates =
    application === undefined
      ? processes.list(namespace)
      : processes.withLabel(labels.application, application, namespace);
  return candidates.filter(({ spec }) => spec.claimUid === uid);
}

function valuesOf(namespace: string, ports: DocumentPorts): ValueSource {
  return {
    secret: (name) => ports.cache(kinds.Secret).get({ namespace, name }),
    configMap: (name) => ports.cache(kinds.ConfigMap).get({ namespace, name }),
  };
}

function peersOf(claim: Claim, ports: DocumentPorts): ReturnType<typeof peerComponents> {
  const { namespace = "" } = claim.metadata;
  const application = claim.metadata.labels?.[labels.application];
  const claims = ports.cache(kinds.Claim);
  const owner = controllerOf(claim);
  const together =
    application !== undefined
      ? claims.withLabel(labels.application, application, namespace)
      : owner?.kind === kinds.Component.kind
        ? claims.ownedBy(owner.uid)
        : [claim];
  const byClaim = processesByClaim(application, namespace, ports);
  return peerComponents({
    claims: together,
    processesOf: ({ metadata }) => byClaim.get(metadata.uid ?? "") ?? [],
    resourceOf: ({ spec }) => ports.cache(kinds.Resource).byUid(spec.resourceUid ?? ""),
  });
}

function processesByClaim(
  application: string | undefined,
  namespace: string,
  ports: DocumentPorts,
): ReadonlyMap<string, readonly Process[]> {
  const byClaim = new Map<string, Process[]>();
  if (application === undefined) return byClaim;
  for (const process of ports.cache(kinds.Process).withLabel(labels.application, application, namespace)) {
    const uid = process.spec.claimUid ?? "";
    const group = byClaim.get(uid);
    if (group === undefined) byClaim.set(uid, [process]);
    else group.push(process);
  }
  return byClaim;
}
