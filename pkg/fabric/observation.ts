import type { HostObservation, TreePosition } from "./fabric.ts";
import type { HostLink } from "./host-link.ts";

/** What everybody else sees of a link. `trustLooks` is false while the server has just started. */
export function observationOf(link: HostLink, trustLooks: boolean, tree?: TreePosition): HostObservation {
  const { state, view, hostKey, prefetched } = link;
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
