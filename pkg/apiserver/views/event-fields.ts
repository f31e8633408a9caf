import { allKinds, apiVersionOf, type FieldRequirement, sourceOf } from "../../api/index.ts";

/** A selector of events of a view's object, as of a Pod, as one of what it shows: those are the events that there are. */
export function eventFields(fields: readonly FieldRequirement[]): readonly FieldRequirement[] {
  const asked = fields.find(({ path, equal }) => path === "involvedObject.kind" && equal)?.value;
  const view = allKinds.find(({ kind, viewOf }) => viewOf !== undefined && kind === asked);
  if (view === undefined) return fields;
  const source = sourceOf(view);
  const translated: Readonly<Record<string, readonly [string, string]>> = {
    "involvedObject.kind": [view.kind, source.kind],
    "involvedObject.apiVersion": [apiVersionOf(view), apiVersionOf(source)],
  };
  return fields.map((field) => {
    const [from, to = ""] = translated[field.path] ?? [];
    return field.value === from ? { ...field, value: to } : field;
  });
}
