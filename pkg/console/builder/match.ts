import { apiVersionOf, kinds, type ResourceQueryStatus } from "../../api/index.ts";
import { queryGroup } from "../../manifests/portable.ts";
import { dig, list } from "../../merge/index.ts";
import type { Session } from "../live/session.ts";

/** Which machines would do for the members of a component, each by itself. */
export interface Match {
  /** With what each costs. */
  readonly good: ReadonlyMap<string, number>;
  readonly refused: ReadonlyMap<string, string>;
  /** Why machines will not do, the commonest first. */
  readonly reasons: readonly { readonly words: string; readonly count: number }[];
  /** The server's answer in words. */
  readonly message: string;
}

/** Asks for every machine whether it would do for a component, beside the others of its application. */
export async function askMatch(
  { api }: Session,
  application: { readonly value: unknown; readonly namespace: string },
  component: string,
  signal: AbortSignal,
): Promise<Match> {
  const groups = list(dig(application.value, "spec", "components")).map(queryGroup);
  const answer = await api.create(
    kinds.ResourceQuery,
    {
      apiVersion: apiVersionOf(kinds.ResourceQuery),
      kind: kinds.ResourceQuery.kind,
      metadata: { namespace: application.namespace },
      // What the server makes of it is its answer.
      ...{ spec: { groups, explain: true } },
    },
    { signal },
  );
  if (answer.status === undefined) throw new Error("the server answered without a status");
  return matchOf(answer.status, component);
}

export function matchOf(status: ResourceQueryStatus, component: string): Match {
  const { sets, others = [], refused = [], message } = status;
  const taken = sets.filter(({ group }) => group === component).flatMap(({ resources }) => resources);
  const left = others.filter(({ group }) => group === component);
  const own = refused.filter(({ group }) => group === component);
  // Taken for another component of the application: it would do.
  const [busy, bad] = [own.filter(isBusy), own.filter((one) => !isBusy(one))];
  const counts = new Map<string, number>();
  for (const { reason, message: words } of bad) {
    // What is before the colon is the same for all machines with the same fault.
    const kind = words.split(": ")[0] || reason;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return {
    good: new Map([
      ...busy.map(({ resource }) => [resource, 0] as const),
      ...[...taken, ...left].map(({ resource, penalty }) => [resource, penalty] as const),
    ]),
    refused: new Map(bad.map(({ resource, message: words }) => [resource, words])),
    reasons: [...counts].map(([words, count]) => ({ words, count })).sort((one, other) => other.count - one.count),
    message,
  };
}

function isBusy({ reason }: { readonly reason: string }): boolean {
  return reason === "OtherGroup";
}
