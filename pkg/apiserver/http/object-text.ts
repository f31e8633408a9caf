import { apiVersionOf, type KindInfo } from "../../api/index.ts";
import type { ApiObject } from "../backend.ts";
import type { ObjectPage } from "../list.ts";
import type { ObjectEvent } from "../watch.ts";

/** Objects are immutable, so that one that is listed again and again is made into JSON once. */
const texts = new WeakMap<ApiObject, string>();

export function objectText(object: ApiObject): string {
  return texts.get(object) ?? JSON.stringify(object);
}

function listedText(object: ApiObject): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  texts.set(object, text);
  return text;
}

/** The body of a list. */
export function listText(kind: KindInfo, page: ObjectPage): string {
  const head = JSON.stringify({
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: listMetadata(page),
  });
  return `${head.slice(0, -1)},"items":[${page.objects.map(listedText).join(",")}]}`;
}

export function listMetadata(page: ObjectPage): Readonly<Record<string, unknown>> {
  return {
    resourceVersion: String(page.revision),
    ...(page.continue !== undefined && { continue: page.continue }),
    ...(page.remainingItemCount !== undefined && { remainingItemCount: page.remainingItemCount }),
  };
}

/** Lines of this turn: all watchers of a change are told in one, and nobody asks for its line after that. */
const lines = new Map<ApiObject, { readonly type: ObjectEvent["type"]; readonly line: Buffer }>();

/** A watch event as a line; one buffer for all watchers. */
export function eventLine({ type, object }: ObjectEvent): Buffer {
  const known = lines.get(object);
  if (known?.type === type) return known.line;
  const line = Buffer.from(`{"type":"${type}","object":${objectText(object)}}\n`);
  if (lines.size === 0) setImmediate(() => lines.clear());
  lines.set(object, { type, line });
  return line;
}
