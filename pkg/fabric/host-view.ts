import type { AgentMessage, ClaimReport, DocumentPosition, HostReport } from "../protocol/index.ts";

/** What an agent has reported so far over one connection. */
export interface HostView {
  readonly host: HostReport;
  readonly document: DocumentPosition;
  readonly claims: ReadonlyMap<string, ClaimReport>;
  /** Digests of packages that the agent waits for. */
  readonly needs: readonly string[];
}

/** Undefined where a change comes before the full report that it changes. A beat, or a request for leases, gives back the same object. */
export function applyMessage(view: HostView | undefined, message: AgentMessage): HostView | undefined {
  if (message.type === "full") {
    const claims = new Map(message.claims.map((claim) => [claim.uid, claim]));
    return { host: message.host, document: message.document, claims, needs: message.needs };
  }
  if (view === undefined || message.type === "beat" || message.type === "lease") return view;
  const claims = new Map(view.claims);
  for (const claim of message.claims) claims.set(claim.uid, claim);
  for (const uid of message.gone) claims.delete(uid);
  return {
    host: message.host ?? view.host,
    document: message.document ?? view.document,
    claims,
    needs: message.needs ?? view.needs,
  };
}
