import { type Claim, type Component, isDeleting, kinds, labels, type Secret } from "../api/index.ts";
import { durationMs } from "../clock/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import type { ClaimLeases } from "../controllers/claim/index.ts";
import type { Fabric, Provider } from "../fabric/index.ts";
import { type FencedMember, type FenceEvidence, LeaseBook, type LeaseBookOptions } from "../fencing/index.ts";

type Cache = ControllerPorts["cache"];

/** So long a provider may take to stop a machine by force. */
const fenceMs = 120_000;

/** The book of leases over what the API holds: which claims need one, and as whose. */
export function makeLeaseBook(options: Omit<LeaseBookOptions, "member">, cache: Cache): LeaseBook {
  const claims = cache(kinds.Claim);
  return new LeaseBook({
    ...options,
    member: (uid) => {
      const claim = claims.byUid(uid);
      return claim && memberOf(claim, componentOf(claim, cache));
    },
  });
}

/** What machines say of themselves is evidence, as they say it. */
export function noticeMachines(book: LeaseBook, fabric: Fabric): void {
  fabric.subscribe((uid) => {
    const evidence = evidenceOf(fabric, uid);
    if (evidence !== undefined) book.notice(uid, evidence);
  });
}

/** What the claim controller knows of leases, and the power that providers have over machines. */
export function claimLeases(book: LeaseBook, providers: readonly Provider[], cache: Cache): ClaimLeases {
  const find = async (ref: { readonly namespace: string; readonly name: string }): Promise<Secret | undefined> =>
    cache(kinds.Secret).get(ref);
  return {
    held: ({ metadata, spec }) =>
      book.held({ claimUid: metadata.uid ?? "", epoch: spec.epoch, resourceUid: spec.resourceUid ?? "" }),
    awaited: ({ metadata }) => book.awaited(metadata.uid ?? ""),
    fence(resource) {
      const pool = cache(kinds.ResourcePool).get({ namespace: "", name: resource.spec.poolName ?? "" });
      if (pool === undefined) return undefined;
      const maker = providers.find(({ name }) => pool.spec.provider[name] !== undefined)?.maker;
      const fence = maker?.fence?.bind(maker);
      if (fence === undefined) return undefined;
      const { name = "", uid = "" } = resource.metadata;
      const call = () => ({ pool, ports: { secret: find }, signal: AbortSignal.timeout(fenceMs) });
      return () => book.fence(uid, () => fence(name, call()));
    },
  };
}

function memberOf(claim: Claim, component: Component | undefined): FencedMember | undefined {
  const { metadata, spec } = claim;
  const { fencing } = component?.spec ?? {};
  if (fencing === undefined || spec.ordinal === undefined || spec.resourceUid === undefined) return undefined;
  const application = metadata.labels?.[labels.application];
  return {
    key: {
      namespace: metadata.namespace ?? "",
      application: application ?? "",
      component: (application === undefined ? spec.componentName : undefined) ?? spec.component,
      ordinal: spec.ordinal,
    },
    claimUid: metadata.uid ?? "",
    epoch: spec.epoch,
    resourceUid: spec.resourceUid,
    leaseMs: durationMs(fencing.leaseDuration),
    isLeaving: isDeleting(claim),
  };
}

function componentOf({ metadata, spec }: Claim, cache: Cache): Component | undefined {
  const { namespace = "" } = metadata;
  return cache(kinds.Component).get({ namespace, name: spec.componentName ?? "" });
}

function evidenceOf(fabric: Fabric, uid: string): FenceEvidence | undefined {
  const seen = fabric.observe(uid);
  if (seen.state !== "connected") return undefined;
  return { boot: seen.host.bootIdentity, receiptOf: (claimUid) => seen.claims.get(claimUid)?.receipt?.epoch };
}
