import { bodyChunks, readBody, statusErrorOf } from "../../client/index.ts";
import type { Invocation } from "../command.ts";

/** Prints whatever the server answers on a path, as it comes. */
export async function getRaw(call: Invocation, path: string): Promise<number> {
  const { transport } = await call.session.client();
  const response = await transport.request({ method: "GET", path, headers: { accept: "*/*" }, signal: call.signal });
  if (response.status >= 300) throw statusErrorOf(response.status, await readBody(response.body));
  for await (const chunk of bodyChunks(response.body)) await call.terminal.write(chunk);
  return 0;
}
