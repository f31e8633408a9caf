import type { KubeObject } from "../../api/index.ts";
import { decodeManagedFields, type FieldSet, type Fields, fields, isObject } from "../../merge/index.ts";

/**
 * An object as a manifest would say it: what somebody has set, without what the server added and without its status. Who set
 * what stands in managedFields; where nothing does, all of its spec counts.
 */
export function manifestOf(object: KubeObject): object {
  const { apiVersion, kind, metadata, status: _status, ...rest } = object as KubeObject & Fields;
  const owned = ownedFields(object);
  const { name, namespace, labels, annotations } = metadata;
  const kept = withoutOurs(annotations);
  const own = owned === undefined ? rest : fields(pick(rest, owned));
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(labels !== undefined && Object.keys(labels).length > 0 && { labels }),
      ...(kept !== undefined && { annotations: kept }),
    },
    ...own,
  };
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

function withoutOurs(annotations: Readonly<Record<string, string>> | undefined): Fields | undefined {
  const { [lastApplied]: _, ...kept } = annotations ?? {};
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/** Undefined: nobody has applied it, so that what was asked for cannot be told from what was filled in. */
function ownedFields({ metadata }: KubeObject): readonly FieldSet[] | undefined {
  const ownerships = decodeManagedFields(metadata.managedFields).filter(
    ({ manager }) => manager.subresource !== "status",
  );
  return ownerships.some(({ manager }) => manager.operation === "Apply")
    ? ownerships.map((one) => one.fields)
    : undefined;
}

/** The part of a value that one of the sets names; undefined where that is nothing. */
function pick(value: unknown, sets: readonly FieldSet[]): unknown {
  if (sets.some((set) => Object.keys(set).every((step) => step === "."))) return value;
  if (Array.isArray(value)) return pickItems(value, sets);
  if (!isObject(value)) return value;
  const picked = Object.entries(value).flatMap(([name, member]): readonly (readonly [string, unknown])[] => {
    const below = sets.flatMap((set) => set[`f:${name}`] ?? []);
    const part = below.length === 0 ? undefined : pick(member, below);
    return part === undefined ? [] : [[name, part]];
  });
  return picked.length === 0 ? undefined : Object.fromEntries(picked);
}

function pickItems(items: readonly unknown[], sets: readonly FieldSet[]): readonly unknown[] | undefined {
  const picked = items.flatMap((item) => {
    const below = sets.flatMap((set) =>
      Object.entries(set).flatMap(([step, node]) => (isStepOf(step, item) ? [node] : [])),
    );
    if (below.length === 0) return [];
    // An item is there by its keys, whatever else of it is owned.
    const part = pick(item, below);
    return part === undefined ? [] : [part];
  });
  return picked.length === 0 ? undefined : picked;
}

function isStepOf(step: string, item: unknown): boolean {
  if (step.startsWith("v:")) return step === `v:${JSON.stringify(item)}`;
  if (!step.startsWith("k:")) return false;
  const keys = fields(JSON.parse(step.slice(2)));
  return Object.entries(keys).every(([name, wanted]) => fields(item)[name] === wanted);
}
