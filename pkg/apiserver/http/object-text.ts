import { apiVersionOf, type KindInfo } from "../../api/index.ts";
import type { ApiObject } from "../backend.ts";
import type { ObjectPage } from "../list.ts";
import type { ObjectEvent } from "../watch.ts";

/** Objects are immutable, so that each is made into JSON once, however many lists and watchers it goes to. */
const texts = new WeakMap<ApiObject, string>();

export function objectText(object: ApiObject): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  // What is not frozen was made for one answer, and may be changed still.
  if (Object.isFrozen(object)) texts.set(object, text);
  return text;
}

/** The body of a list. */
export function listText(kind: KindInfo, page: ObjectPage): string {
  const head = JSON.stringify({
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: listMetadata(page),
  });
  return `${head.slice(0, -1)},"items":[${page.objects.map(objectText).join(",")}]}`;
}

export function listMetadata(page: ObjectPage): Readonly<Record<string, unknown>> {
  return {
    resourceVersion: String(page.revision),
    ...(page.continue !== undefined && { continue: page.continue }),
    ...(page.remainingItemCount !== undefined && { remainingItemCount: page.remainingItemCount }),
  };
}

const lines = new WeakMap<ApiObject, Partial<Record<ObjectEvent["type"], Buffer>>>();

/** A watch event as a line; one buffer for all watchers. */
export function eventLine(event: ObjectEvent): Buffer {
  const known = lines.get(event.object) ?? {};
  const line = known[event.type] ?? Buffer.from(`{"type":"${event.type}","object":${objectText(event.object)}}\n`);
  if (known[event.type] === undefined) lines.set(event.object, { ...known, [event.type]: line });
  return line;
}
