import { apiVersionOf, type KindInfo } from "../../api/index.ts";
import type { ObjectPage } from "../list.ts";
import type { ObjectEvent } from "../watch.ts";

/** The body of a list. */
export function listText(kind: KindInfo, page: ObjectPage): string {
  const head = JSON.stringify({
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: listMetadata(page),
  });
  return `${head.slice(0, -1)},"items":[${page.items.map(({ text }) => text).join(",")}]}`;
}

export function listMetadata(page: ObjectPage): Readonly<Record<string, unknown>> {
  return {
    resourceVersion: String(page.revision),
    ...(page.continue !== undefined && { continue: page.continue }),
    ...(page.remainingItemCount !== undefined && { remainingItemCount: page.remainingItemCount }),
  };
}

/** Lines of this turn: all watchers of a change are told in one, and nobody asks for its line after that. */
const lines = new Map<object, { readonly type: ObjectEvent["type"]; readonly line: Buffer }>();

/** A watch event as a line; one buffer for all watchers. */
export function eventLine({ type, state }: ObjectEvent): Buffer {
  const { identity } = state;
  const known = lines.get(identity);
  if (known?.type === type) return known.line;
  const line = Buffer.from(`{"type":"${type}","object":${state.text}}\n`);
  if (lines.size === 0) setImmediate(() => lines.clear());
  lines.set(identity, { type, line });
  return line;
}
