import { kinds } from "../../api/index.ts";
import { bodyChunks, objectPath, readBody, statusErrorOf, withQuery } from "../../client/index.ts";
import type { Invocation } from "../command.ts";
import type { ObjectName } from "./processes-of.ts";

/** Opens what the server gives of a process's log, or of what was kept of it. Rejects with its StatusError. */
export async function openLog(
  call: Invocation,
  process: ObjectName,
  query: Parameters<typeof withQuery>[1],
): Promise<AsyncIterable<Uint8Array>> {
  const { transport } = await call.session.client();
  const path = withQuery(objectPath(kinds.Process, process, "log"), query);
  const response = await transport.request({ method: "GET", path, headers: { accept: "*/*" }, signal: call.signal });
  if (response.status >= 300) throw statusErrorOf(response.status, await readBody(response.body));
  return bodyChunks(response.body);
}
