import { gunzipSync } from "node:zlib";
import type { WireAnswer } from "./wire-client.ts";

/** What is wrong with an answer, whatever was asked; undefined: nothing. */
export function faultOf(answer: WireAnswer): string | undefined {
  const { code, headers, body } = answer;
  if (code === 101) return undefined;
  if (!(code >= 200 && code < 600)) return `HTTP status ${code}`;
  const type = headers["content-type"] ?? "";
  if (!type.startsWith("application/json")) return code < 400 ? undefined : textFault(code, type, body);
  if (body.length === 0) return undefined;
  const text = (headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();
  if (!answer.isWhole) return linesFault(text);
  // A watch that the server ended is whole, and more than one value.
  if (text.startsWith('{"type":"')) return linesFault(text);
  const value = parse(text);
  if (!isObject(value)) return `no JSON object: ${text.slice(0, 200)}`;
  return code < 400 ? objectFault(value) : statusFault(value, code);
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Health checks may fail in words; nothing else may. */
function textFault(code: number, type: string, body: Buffer): string | undefined {
  if (body.length === 0) return undefined;
  return `HTTP ${code} with ${type === "" ? "no type" : type}: ${body.toString("latin1", 0, 200)}`;
}

function statusFault(value: Json, code: number): string | undefined {
  const { kind, apiVersion, status, reason, message } = value;
  if (kind !== "Status" || apiVersion !== "v1" || status !== "Failure") return `no Status: ${show(value)}`;
  if (value["code"] !== code) return `Status of code ${String(value["code"])} with HTTP ${code}: ${show(value)}`;
  if (typeof reason !== "string" || typeof message !== "string" || message === "")
    return `Status says nothing: ${show(value)}`;
  return code >= 500 && !isVersionToCome(value) ? `HTTP ${code}: ${show(value)}` : undefined;
}

/** Kubernetes' own way to say that a version is not there yet: clients try again. */
function isVersionToCome(value: Json): boolean {
  return value["reason"] === "Timeout" && JSON.stringify(value["details"] ?? "").includes("ResourceVersionTooLarge");
}

/** Documents that are no objects. */
const bareDocuments: readonly string[] = ["paths", "swagger", "openapi", "major", "bytes", "issuer", "keys"];

function objectFault(value: Json): string | undefined {
  if (bareDocuments.some((name) => name in value)) return undefined;
  const { kind, apiVersion } = value;
  if (typeof kind !== "string" || kind === "") return `no kind: ${show(value)}`;
  if (typeof apiVersion !== "string" && kind !== "APIVersions") return `no apiVersion: ${show(value)}`;
  if (kind === "Table") return tableFault(value);
  if (kind.endsWith("List") && kind !== "APIGroupList" && kind !== "APIResourceList" && !Array.isArray(value["items"]))
    return `a list without items: ${show(value)}`;
  return undefined;
}

function tableFault({ columnDefinitions, rows }: Json): string | undefined {
  if (!Array.isArray(columnDefinitions) || !Array.isArray(rows)) return "a Table without columns or rows";
  const widths = rows.map((row: unknown) => (isObject(row) && Array.isArray(row["cells"]) ? row["cells"].length : -1));
  const isEven = columnDefinitions.length === 0 || widths.every((width) => width === columnDefinitions.length);
  return isEven ? undefined : "a Table whose rows do not fit its columns";
}

const eventTypes: readonly unknown[] = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"];

/** Lines of a watch; the last one may be cut. */
function linesFault(text: string): string | undefined {
  for (const line of text.split("\n").slice(0, -1)) {
    const event = parse(line);
    if (!isObject(event) || !eventTypes.includes(event["type"]) || !isObject(event["object"]))
      return `no watch event: ${line.slice(0, 200)}`;
    const fault = objectFault(event["object"]);
    if (fault !== undefined) return `in a watch event: ${fault}`;
  }
  return undefined;
}

function show(value: Json): string {
  return JSON.stringify(value).slice(0, 400);
}
