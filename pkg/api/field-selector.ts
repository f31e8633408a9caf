import type { KindInfo } from "./kind-info.ts";
import type { KubeObject } from "./object.ts";
import { readPath } from "./paths.ts";

/** One requirement on a field; a missing field counts as "". */
export interface FieldRequirement {
  readonly path: string;
  readonly equal: boolean;
  readonly value: string;
}

/**
 * Reads a field selector: k=v, k==v, k!=v, joined by commas; "\\," and "\\=" in values are escapes. Undefined where the
 * text is none.
 */
export function parseFieldSelector(text: string): readonly FieldRequirement[] | undefined {
  if (text === "") return [];
  const requirements: FieldRequirement[] = [];
  for (const part of text.split(/(?<!\\),/)) {
    const parts = /^\s*([A-Za-z][A-Za-z0-9_.[\]-]*?)\s*(!=|==|=)(.*)$/.exec(part);
    if (parts === null) return undefined;
    const [, path = "", sign, value = ""] = parts;
    requirements.push({ path, equal: sign !== "!=", value: value.replaceAll(/\\([,=\\])/g, "$1") });
  }
  return requirements;
}

/** The first field of a selector that the kind cannot be selected by, if there is one. */
export function unsupportedField(kind: KindInfo, requirements: readonly FieldRequirement[]): string | undefined {
  const supported = new Set(["metadata.name", "metadata.namespace", ...kind.selectableFields]);
  return requirements.find((one) => !supported.has(one.path))?.path;
}

export function matchesFields(requirements: readonly FieldRequirement[], object: KubeObject): boolean {
  return requirements.every((one) => (fieldText(object, one.path) === one.value) === one.equal);
}

function fieldText(object: KubeObject, path: string): string {
  // Kubernetes selects events by "source", and means source.component.
  const value = readPath(object, object.kind === "Event" && path === "source" ? "source.component" : path);
  return value === undefined || value === null ? "" : String(value);
}
