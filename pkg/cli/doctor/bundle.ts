import type { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { type Pack, pack } from "tar-stream";
import { allKinds, type KindInfo, type KubeObject } from "../../api/index.ts";
import { listAll, readBody, statusErrorOf } from "../../client/index.ts";
import { type Finding, redact, scrub } from "../../doctor/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Invocation } from "../command.ts";

/** What goes into the file besides objects: name, and where the server gives it. */
const texts = [
  ["server.log", "/plush/v1/log"],
  ["metrics.txt", "/metrics"],
  ["version.json", "/version"],
] as const;

/**
 * All that somebody needs who is to find out what is wrong, and no secret: a gzipped tar. What cannot be had is named in
 * `missing.txt`, and holds up nothing.
 */
export function supportBundle(call: Invocation, findings: readonly Finding[]): AsyncIterable<Uint8Array> {
  const archive = pack();
  fill(archive, call, findings).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  // The library's stream is like Node's, and is not declared so.
  return (archive as unknown as Readable).pipe(createGzip());
}

async function fill(archive: Pack, call: Invocation, findings: readonly Finding[]): Promise<void> {
  const missing: string[] = [];
  const add = (name: string, text: string): void => void archive.entry({ name: `plush/${name}`, mode: 0o600 }, text);
  const attempt = async (name: string, make: () => Promise<string>): Promise<void> => {
    try {
      add(name, await make());
    } catch (error) {
      missing.push(`${name}: ${StatusError.from(error).message}`);
    }
  };
  add("doctor.json", `${JSON.stringify(findings.map(redact), null, 2)}\n`);
  for (const [name, path] of texts) await attempt(name, async () => scrub(await textAt(call, path)));
  for (const kind of storedKinds()) await attempt(`objects/${kind.plural}.json`, () => objectsOf(call, kind));
  if (missing.length > 0) add("missing.txt", `${missing.join("\n")}\n`);
}

/** Those that hold something of their own. */
function storedKinds(): readonly KindInfo[] {
  return allKinds.filter(({ createOnly, viewOf }) => createOnly !== true && viewOf === undefined);
}

async function objectsOf(call: Invocation, kind: KindInfo<KubeObject>): Promise<string> {
  const { items } = await listAll(await call.session.client(), kind, {});
  return `${JSON.stringify(items.map(redact), null, 1)}\n`;
}

async function textAt(call: Invocation, path: string): Promise<string> {
  const { transport } = await call.session.client();
  const response = await transport.request({ method: "GET", path, headers: { accept: "*/*" }, signal: call.signal });
  const body = await readBody(response.body);
  if (response.status >= 300) throw statusErrorOf(response.status, body);
  return body;
}
