import { request } from "node:https";
import { isDeepStrictEqual } from "node:util";
import type { Expected, Reading } from "./row.ts";

/** Who asks, and where, taken from a kubeconfig in JSON. */
export interface RawAccess {
  readonly url: string;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export function accessOf(kubeconfig: string): RawAccess {
  const config = JSON.parse(kubeconfig) as {
    clusters: readonly { cluster: Record<string, string> }[];
    users: readonly { user: Record<string, string> }[];
  };
  const cluster = config.clusters[0]?.cluster ?? {};
  const user = config.users[0]?.user ?? {};
  const bytes = (text = ""): Buffer => Buffer.from(text, "base64");
  return {
    url: cluster["server"] ?? "",
    ca: bytes(cluster["certificate-authority-data"]),
    cert: bytes(user["client-certificate-data"]),
    key: bytes(user["client-key-data"]),
  };
}

/** What the API answers to a GET, without kubectl or a client of ours between. */
function getRaw(access: RawAccess, path: string): Promise<{ readonly code: number; readonly body: string }> {
  const { url, ...tls } = access;
  return new Promise((resolve, reject) => {
    const asking = request(`${url}${path}`, { ...tls, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => resolve({ code: response.statusCode ?? 0, body }));
      response.on("error", reject);
    });
    asking.on("error", reject);
    asking.end();
  });
}

/** What is wrong with what the API has; undefined where it is as the row says. */
export async function judge(access: RawAccess, reading: Reading): Promise<string | undefined> {
  const { code, body } = await getRaw(access, reading.path);
  if (reading.has === "gone") return code === 404 ? undefined : `${reading.path} is still there: ${code}`;
  if (code !== 200) return `${reading.path}: ${code} ${body}`;
  const object: unknown = body.startsWith("{") ? JSON.parse(body) : body;
  for (const [field, expected] of Object.entries(reading.has)) {
    const actual = field === "" ? object : valueAt(object, field);
    if (!agrees(actual, expected)) return `${reading.path}: ${field} is ${JSON.stringify(actual)} in ${body}`;
  }
  return undefined;
}

/** A field by its path; a dot in a name is written "\.". */
function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const part of path.split(/(?<!\\)\./)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[part.replaceAll("\\.", ".")];
  }
  return value;
}

function agrees(actual: unknown, expected: Expected): boolean {
  if (expected instanceof RegExp) return expected.test(String(actual));
  return isDeepStrictEqual(actual, expected);
}
