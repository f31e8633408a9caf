import { type KubeObject, matchesLabels, parseLabelSelector } from "../../api/index.ts";

export interface ObjectFilter {
  /** Undefined: all. */
  readonly namespace: string | undefined;
  /** A label selector in kubectl's words; "" takes all. */
  readonly selector: string;
  /** Words that all stand in an object's name, namespace, state or labels. */
  readonly text: string;
}

/** Whether an object is to be shown; undefined where the selector is none. */
export function objectFilter(filter: ObjectFilter): ((object: KubeObject) => boolean) | undefined {
  const requirements = parseLabelSelector(filter.selector);
  if (requirements === undefined) return undefined;
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return (object) => {
    const { namespace, labels = {} } = object.metadata;
    if (filter.namespace !== undefined && namespace !== undefined && namespace !== filter.namespace) return false;
    if (requirements.length > 0 && !matchesLabels(requirements, labels)) return false;
    return words.length === 0 || containsAll(haystack(object), words);
  };
}

function containsAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

function haystack(object: KubeObject & { readonly status?: { readonly state?: unknown } }): string {
  const { name = "", namespace = "", labels = {} } = object.metadata;
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return [name, namespace, object.status?.state ?? "", ...pairs].join(" ").toLowerCase();
}
