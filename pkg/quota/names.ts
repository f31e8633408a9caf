import { type KindInfo, kinds, qualifiedResource, storedKinds } from "../api/index.ts";

/** Names of what a quota limits, as they stand in `spec.hard`. */

export const machinesName = "plush.dev/machines";
export const priorityName = "plush.dev/priority";

/** Kinds that go by themselves, or that controllers need to tell what was: to limit them would only hide it. */
const uncounted: ReadonlySet<KindInfo> = new Set<KindInfo>([
  kinds.ApplicationRevision,
  kinds.Event,
  kinds.Lease,
  kinds.ResourceQuota,
  kinds.WorkChunk,
]);

/** Kinds whose objects are counted. */
export const countedKinds: readonly KindInfo[] = storedKinds.filter((kind) => kind.namespaced && !uncounted.has(kind));

const countNames: ReadonlyMap<KindInfo, string> = new Map(
  countedKinds.map((kind) => [kind, `count/${qualifiedResource(kind)}`]),
);

/** "count/claims.plush.dev"; undefined for kinds that are not counted. */
export function countName(kind: KindInfo): string | undefined {
  return countNames.get(kind);
}

/** What else stands for the same, as in Kubernetes; processes are shown as Pods. */
const aliases: Readonly<Record<string, string>> = {
  cpu: "requests.cpu",
  memory: "requests.memory",
  pods: `count/${qualifiedResource(kinds.Process)}`,
  "count/pods": `count/${qualifiedResource(kinds.Process)}`,
};

const plain: ReadonlySet<string> = new Set([
  ...countNames.values(),
  "requests.cpu",
  "requests.memory",
  machinesName,
  priorityName,
]);

/** The name under which an amount is kept; undefined where nothing is called so. */
export function measureOf(name: string): string | undefined {
  const measure = Object.hasOwn(aliases, name) ? aliases[name] : name;
  return measure !== undefined && plain.has(measure) ? measure : undefined;
}

/** All names that a limit may have. */
export const limitNames: readonly string[] = [...plain, ...Object.keys(aliases)].sort();
