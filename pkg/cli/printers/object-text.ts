import type { KubeObject } from "../../api/index.ts";

/** An object for people to read: without the ledger of field ownership, unless it is asked for. */
export function withoutManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Several objects as one document. */
export function asList(objects: readonly KubeObject[]): unknown {
  return { apiVersion: "v1", items: objects, kind: "List", metadata: { resourceVersion: "" } };
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 4)}\n`;
}

/**
 * YAML as kubectl writes it: keys in order, no folding; words that YAML 1.1 would read as something else are quoted, as
 * what we print is read by other programs too.
 */
export async function yamlText(value: unknown): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify(value, {
    sortMapEntries: true,
    indentSeq: false,
    lineWidth: 0,
    aliasDuplicateObjects: false,
    compat: "yaml-1.1",
  });
}
