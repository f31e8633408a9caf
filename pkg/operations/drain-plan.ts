import { type Claim, controllerOf, findCondition, isDeleting, kinds, type Resource } from "../api/index.ts";

/** What is known of a machine that is being drained. */
export interface DrainWorld {
  readonly resource: Resource;
  /** All claims there are, of every namespace. */
  readonly claims: readonly Claim[];
  /** Claims that were seen on the machine, by uid: whether they were ready there. */
  readonly known: ReadonlyMap<string, boolean>;
  /** Also what nothing makes anew elsewhere. */
  readonly force: boolean;
}

export interface DrainPlan {
  /** To be asked to leave, in order of their names. */
  readonly evict: readonly Claim[];
  /** Claims of processes that a person made: these go for good. */
  readonly remove: readonly Claim[];
  /** Of processes that a person made, where nobody has said that they may go. */
  readonly refused: readonly Claim[];
  /** For this machine alone: they stay. */
  readonly staying: readonly Claim[];
  /** Have left, and are not as ready at their new places as they were here. */
  readonly arriving: readonly Claim[];
  /** Have left, and are. */
  readonly arrived: readonly Claim[];
  /** Nothing that has to go is left on the machine, and what has gone is ready elsewhere. */
  readonly done: boolean;
}

/** What is still to be done so that a machine holds nothing but what is for it alone. */
export function planDrain({ resource, claims, known, force }: DrainWorld): DrainPlan {
  const { uid = "" } = resource.metadata;
  const ordered = claims.toSorted((left, right) => (claimName(left) < claimName(right) ? -1 : 1));
  const here = ordered.filter(({ spec }) => spec.resourceUid === uid);
  const bare = here.filter((claim) => controllerOf(claim)?.kind === kinds.Process.kind && !isDeleting(claim));
  const staying = here.filter((claim) => !bare.includes(claim) && claim.spec.targetResourceName !== undefined);
  const leaving = here.filter((claim) => !bare.includes(claim) && !staying.includes(claim));
  const gone = ordered.filter((claim) => known.has(claim.metadata.uid ?? "") && claim.spec.resourceUid !== uid);
  const arrived = gone.filter((claim) => known.get(claim.metadata.uid ?? "") === false || isSettled(claim));
  const arriving = gone.filter((claim) => !arrived.includes(claim));
  const isEmpty = leaving.length === 0 && bare.length === 0 && (resource.status?.residue ?? []).length === 0;
  return {
    evict: leaving.filter((claim) => !isDeleting(claim)),
    remove: force ? bare : [],
    refused: force ? [] : bare,
    staying,
    arriving,
    arrived,
    done: isEmpty && arriving.length === 0,
  };
}

/** "default/web-0". */
export function claimName({ metadata }: Claim): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Ready at its new place. One that is going needs none. */
function isSettled(claim: Claim): boolean {
  const { spec, status } = claim;
  return isDeleting(claim) || (status?.epoch === spec.epoch && status.state === "Ready");
}

/** Why a claim that has moved is not ready, in its own words. */
export function notReadyText({ status }: Claim): string {
  return findCondition(status?.conditions, "Ready")?.message || (status?.state ?? "Pending");
}

/** What a claim that was asked to leave waits for, in its own words; undefined where it says nothing. */
export function notMovedText({ status }: Claim): string | undefined {
  const moving = findCondition(status?.conditions, "Reconciling");
  return moving?.reason === "Replacing" ? moving.message : undefined;
}
