import type { HostObservation } from "./fabric.ts";
import type { HostLink } from "./host-link.ts";

type Seen = Pick<HostLink, "state" | "view" | "hostKey" | "prefetched">;

interface Known extends Seen {
  readonly trustLooks: boolean;
  readonly observation: HostObservation;
}

/** A machine is asked for with each look at all machines, and is mostly as it was. */
const known = new WeakMap<HostLink, Known>();

/**
 * What everybody else sees of a link: the very same object until it is another. `trustLooks` is false while the server
 * has just started.
 */
export function observationOf(link: HostLink, trustLooks: boolean): HostObservation {
  const before = known.get(link);
  const { state, view, hostKey, prefetched } = link;
  const isSame = before?.state === state && before.view === view && before.hostKey === hostKey;
  const isSamePrefetched = before?.prefetched?.join() === prefetched?.join();
  if (isSame && isSamePrefetched && before.trustLooks === trustLooks) return before.observation;
  const observation = observe({ state, view, hostKey, prefetched }, trustLooks);
  known.set(link, { state, view, hostKey, prefetched, trustLooks, observation });
  return observation;
}

function observe({ state, view, hostKey, prefetched }: Seen, trustLooks: boolean): HostObservation {
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
