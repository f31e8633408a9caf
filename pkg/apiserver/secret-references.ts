import { type KindInfo, type KubeObject, schemaOf } from "../api/index.ts";
import { isObject } from "../merge/index.ts";

/** A place in an object that names a Secret. */
export interface SecretReference {
  /** "spec.ssh.identity.secretRef"; items that have a name are told by it: "spec.phases[name=go].processes[0]". */
  readonly path: string;
  readonly namespace: string;
  readonly name: string;
}

/** Fields that name a Secret, in whatever kind they stand. */
const fieldNames: ReadonlySet<string> = new Set(["secretRef", "secretKeyRef"]);

const referring = new Map<string, boolean>();

/** All places of an object that name a Secret. Those of a namespaced object are in its own namespace. Pure. */
export function secretReferences(kind: KindInfo, object: KubeObject): readonly SecretReference[] {
  const references: SecretReference[] = [];
  if (mayRefer(kind)) collect(object, "", kind.namespaced ? (object.metadata.namespace ?? "") : undefined, references);
  return references;
}

/** Most kinds name no Secret: their objects, which may be large, need no look. */
function mayRefer(kind: KindInfo): boolean {
  const known = referring.get(kind.kind);
  if (known !== undefined) return known;
  const found = [...fieldNames].some((name) => JSON.stringify(schemaOf(kind)).includes(`"${name}":`));
  referring.set(kind.kind, found);
  return found;
}

function collect(value: unknown, path: string, namespace: string | undefined, found: SecretReference[]): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) collect(item, `${path}[${itemKey(item, index)}]`, namespace, found);
    return;
  }
  if (!isObject(value)) return;
  for (const [name, child] of Object.entries(value)) {
    const at = path === "" ? name : `${path}.${name}`;
    if (fieldNames.has(name) && isObject(child) && typeof child["name"] === "string") {
      const own = typeof child["namespace"] === "string" ? child["namespace"] : "";
      found.push({ path: at, namespace: namespace ?? own, name: child["name"] });
    } else collect(child, at, namespace, found);
  }
}

/** By its name an item is the same one wherever it stands in its list. */
function itemKey(item: unknown, index: number): string {
  return isObject(item) && typeof item["name"] === "string" ? `name=${item["name"]}` : String(index);
}
