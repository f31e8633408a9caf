import { kinds } from "../api/index.ts";
import { bodyChunks, objectPath, readBody, statusErrorOf, withQuery } from "../client/index.ts";
import type { Invocation } from "./command.ts";
import { type Fields, fields, list, text } from "./wire-fields.ts";

/** A phase by its names. */
interface PhaseName {
  readonly namespace: string;
  readonly name: string;
}

const pageSize = 500;

/** Items of a phase, page by page, in their order; of one state alone where that is asked for. */
export async function* itemsOf(call: Invocation, phase: PhaseName, state?: string): AsyncGenerator<Fields> {
  const { transport } = await call.session.client();
  let next: string | undefined;
  do {
    const query = { limit: String(pageSize), state, continue: next };
    const path = withQuery(objectPath(kinds.Phase, phase, "items"), query);
    const headers = { accept: "application/json" };
    const response = await transport.request({ method: "GET", path, headers, signal: call.signal });
    const body = await readBody(response.body);
    if (response.status >= 300) throw statusErrorOf(response.status, body);
    const page = fields(JSON.parse(body));
    for (const item of list(page["items"])) yield fields(item);
    next = text(fields(page["metadata"])["continue"]) || undefined;
  } while (next !== undefined);
}

/** What was fetched of an item under a name. */
export async function readItemResult(
  call: Invocation,
  phase: PhaseName,
  item: { readonly index: number; readonly result: string },
): Promise<Buffer> {
  const { transport } = await call.session.client();
  const query = { index: String(item.index), result: item.result };
  const path = withQuery(objectPath(kinds.Phase, phase, "items"), query);
  const response = await transport.request({ method: "GET", path, headers: { accept: "*/*" }, signal: call.signal });
  if (response.status >= 300) throw statusErrorOf(response.status, await readBody(response.body));
  const chunks: Uint8Array[] = [];
  for await (const chunk of bodyChunks(response.body)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
