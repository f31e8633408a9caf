import { equalJson } from "../merge/index.ts";
import type {
  AgentMessage,
  ClaimReport,
  DocumentPosition,
  HostReport,
  NetworkReport,
  PackagesReport,
  TreeReport,
} from "../protocol/index.ts";
import type { HostNews } from "./fabric.ts";

/** What an agent has reported so far over one connection. */
export interface HostView {
  readonly host: HostReport;
  readonly document: DocumentPosition;
  readonly claims: ReadonlyMap<string, ClaimReport>;
  /** Digests of packages that the agent waits for. */
  readonly needs: readonly string[];
  /** Where it stands in the tree; absent while it holds no order for it. */
  readonly tree?: TreeReport;
  /** Absent where it exchanges no packages with others. */
  readonly packages?: PackagesReport;
  /** Absent while the agent holds no order for it. */
  readonly network?: NetworkReport;
}

/** Undefined where a change comes before the full report that it changes. A beat, or a request for leases, gives back the same object. */
export function applyMessage(view: HostView | undefined, message: AgentMessage): HostView | undefined {
  if (message.type === "full") {
    const { host, document, needs, tree, packages, network } = message;
    const claims = new Map(message.claims.map((claim) => [claim.uid, claim]));
    return { host, document, claims, needs, ...given({ tree, packages, network }) };
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
    ...given({
      tree: message.tree ?? view.tree,
      packages: message.packages ?? view.packages,
      network: message.network ?? view.network,
    }),
  };
}

/** What a message tells that was not known before it. */
export function newsOf(view: HostView | undefined, message: AgentMessage): HostNews {
  if (view === undefined || message.type !== "change") return "machine";
  const { host, needs, tree, gone, claims } = message;
  if (host !== undefined || needs !== undefined || tree !== undefined || gone.length > 0) return "machine";
  return claims.every((claim) => isSameButRuns(view.claims.get(claim.uid), claim)) ? "runs" : "machine";
}

function isSameButRuns(before: ClaimReport | undefined, after: ClaimReport): boolean {
  return before !== undefined && equalJson({ ...before, processes: [] }, { ...after, processes: [] });
}

interface Given {
  readonly tree: TreeReport | undefined;
  readonly packages: PackagesReport | undefined;
  readonly network: NetworkReport | undefined;
}

function given({ tree, packages, network }: Given): Pick<HostView, "tree" | "packages" | "network"> {
  return {
    ...(tree !== undefined && { tree }),
    ...(packages !== undefined && { packages }),
    ...(network !== undefined && { network }),
  };
}
