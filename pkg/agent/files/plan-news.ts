import type { FileOrder, PeersReactionOrder } from "../../protocol/index.ts";

/** What has been told to a run, and what there is to tell, as digests. */
export interface NewsInput {
  readonly told: News;
  readonly now: News;
  readonly files: readonly FileOrder[];
  readonly onPeersChange: PeersReactionOrder | undefined;
  /** A change of what its files are made of comes as another revision: until then what it was started with holds. */
  readonly sourcesComeByRevision: boolean;
  /** False: it runs once. */
  readonly mayRestart: boolean;
}

interface News {
  readonly peersRevision: number;
  readonly members: string;
  readonly readiness: string;
  readonly sources: string;
  readonly files: Readonly<Record<string, string>>;
}

export type NewsPlan =
  | { readonly kind: "nothing" }
  | { readonly kind: "restart"; readonly why: string }
  | { readonly kind: "tell"; readonly write: readonly string[]; readonly signals: readonly string[] };

/** What follows for a run that is running. */
export function planNews(input: NewsInput): NewsPlan {
  const { told, now, files, onPeersChange = {}, mayRestart } = input;
  // An agent that has just begun knows older peers than the one before it told of, until the server has spoken.
  if (now.peersRevision < told.peersRevision) return { kind: "nothing" };
  const changed = files.filter(({ path }) => now.files[path] !== told.files[path]);
  const holdsSources = input.sourcesComeByRevision && now.sources !== told.sources;
  const restarting = holdsSources || !mayRestart ? [] : changed.filter(({ onChange }) => onChange === "Restart");
  const [first] = restarting;
  if (first !== undefined) return { kind: "restart", why: `file ${first.path} has changed` };
  if (onPeersChange.restart === true && mayRestart && now.members !== told.members) {
    return { kind: "restart", why: "peers have changed" };
  }
  const replaced = changed.filter(({ onChange }) => onChange !== "Restart");
  const heard = replaced.flatMap(({ onChange, signal }) => (onChange === "Signal" ? [signal] : []));
  const called = onPeersChange.signal !== undefined && now.readiness !== told.readiness ? [onPeersChange.signal] : [];
  const isOld = now.readiness === told.readiness && replaced.length === 0;
  if (isOld) return { kind: "nothing" };
  return { kind: "tell", write: replaced.map(({ path }) => path), signals: [...new Set([...heard, ...called])] };
}
