import type { CorruptPackage, HostNetwork, HostObservation, TreePosition } from "./fabric.ts";
import type { HostLink } from "./host-link.ts";

interface Seen extends Pick<HostLink, "state" | "view" | "hostKey" | "prefetched"> {
  /** The machine's place in its pool's tree, where there is one. */
  readonly tree: TreePosition | undefined;
  readonly corrupt: CorruptPackage | undefined;
  readonly network: HostNetwork | undefined;
  readonly trustLooks: boolean;
}

interface Known extends Seen {
  readonly observation: HostObservation;
}

/** A machine is asked for with each look at all machines, and is mostly as it was. */
const known = new WeakMap<HostLink, Known>();

/**
 * What everybody else sees of a link: the very same object until it is another. `trustLooks` is false while the server
 * has just started.
 */
export function observationOf(
  link: HostLink,
  { trustLooks, tree, corrupt, network }: Pick<Seen, "trustLooks" | "tree" | "corrupt" | "network">,
): HostObservation {
  const before = known.get(link);
  const { state, view, hostKey, prefetched } = link;
  const seen: Seen = { state, view, hostKey, prefetched, tree, corrupt, network, trustLooks };
  if (before !== undefined && isSame(before, seen)) return before.observation;
  const observation = observe(seen);
  known.set(link, { ...seen, observation });
  return observation;
}

function isSame(left: Seen, right: Seen): boolean {
  return (
    left.state === right.state &&
    left.view === right.view &&
    left.hostKey === right.hostKey &&
    left.corrupt === right.corrupt &&
    left.network === right.network &&
    left.trustLooks === right.trustLooks &&
    left.prefetched?.join() === right.prefetched?.join() &&
    left.tree?.parent === right.tree?.parent &&
    left.tree?.depth === right.tree?.depth
  );
}

function observe({ state, view, hostKey, prefetched, tree, corrupt, network, trustLooks }: Seen): HostObservation {
  const failure = state.failure !== undefined && { failure: state.failure };
  if (state.phase === "connecting" || view === undefined) {
    return {
      state: "connecting",
      sinceAt: state.sinceAt,
      step: state.step,
      ...failure,
      ...(trustLooks && isLook(state.verdict) && { verdict: state.verdict, evidence: state.evidence }),
    };
  }
  if (state.phase === "connected") {
    return {
      state: "connected",
      sinceAt: state.sinceAt,
      ...(hostKey !== undefined && { hostKey }),
      host: view.host,
      document: view.document,
      claims: view.claims,
      suspect: state.suspect,
      ...(prefetched !== undefined && { prefetched }),
      ...(tree !== undefined && { tree }),
      ...(corrupt !== undefined && { corrupt }),
      ...(network !== undefined && { network }),
    };
  }
  return {
    state: "lost",
    sinceAt: state.sinceAt,
    verdict: state.verdict,
    verdictAt: state.verdictAt,
    evidence: state.evidence,
    ...failure,
    last: { host: view.host, claims: view.claims },
  };
}

function isLook(verdict: string): verdict is "dead" | "down" | "unreachable" {
  return verdict === "dead" || verdict === "down" || verdict === "unreachable";
}
