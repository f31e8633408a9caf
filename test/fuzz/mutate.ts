import { stringify as toYaml } from "yaml";
import type { Choices } from "./choices.ts";
import { type FuzzRequest, recordedRequests } from "./fuzz-request.ts";
import { jsonPatch, mutateJson } from "./mutate-json.ts";
import { methods, oddHeaders, oddParameters, oddTexts, segments } from "./odd-values.ts";

type Mutation = (request: FuzzRequest, choices: Choices) => FuzzRequest;

/** How often a request is sent as it was recorded: so that there is something for the others to be about. */
const unchanged = 0.15;

/** The next request: one that was recorded, mostly with some things made wrong. */
export function nextRequest(choices: Choices): FuzzRequest {
  let request = choices.one(recordedRequests);
  if (choices.chance(unchanged)) return request;
  for (let left = 1 + choices.below(3); left > 0; left--) request = choices.weighted(mutations)(request, choices);
  return request;
}

const mutations: readonly (readonly [number, Mutation])[] = [
  [3, mutatePath],
  [4, mutateQuery],
  [2, mutateHeaders],
  [1, (request, choices) => ({ ...request, method: choices.one(methods) })],
  [8, mutateBodyAsJson],
  [3, mutateBytes],
  [1, asOtherBody],
];

function mutatePath(request: FuzzRequest, choices: Choices): FuzzRequest {
  const [path = "", query] = request.path.split("?");
  const parts = path.split("/");
  if (parts.length < 2) return { ...request, path: "/api" };
  const at = 1 + choices.below(parts.length - 1);
  const changed = changeParts(parts, at, choices).join("/");
  return { ...request, path: query === undefined ? changed : `${changed}?${query}` };
}

function changeParts(parts: readonly string[], at: number, choices: Choices): readonly string[] {
  switch (choices.below(6)) {
    case 0:
      return parts.toSpliced(at, 1);
    case 1:
      return parts.toSpliced(at, 0, choices.one(segments));
    case 2:
      return [...parts, choices.chance(0.5) ? "" : choices.one(segments)];
    case 3:
      return parts.with(at, escaped(choices.one(oddTexts)));
    case 4:
      return parts.with(
        at,
        [...(parts[at] ?? "")].map((c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`).join(""),
      );
    default:
      return parts.with(at, choices.one(segments));
  }
}

function mutateQuery(request: FuzzRequest, choices: Choices): FuzzRequest {
  const [path = "", query = ""] = request.path.split("?");
  const pairs = query === "" ? [] : query.split("&");
  const name = choices.one(Object.keys(oddParameters));
  const value = choices.chance(0.2) ? choices.one(oddTexts) : choices.one(oddParameters[name] ?? [""]);
  const encoded = choices.chance(0.1) ? "%ff%00" : escaped(value);
  const kept = choices.chance(0.3) ? pairs.slice(1) : pairs;
  return { ...request, path: `${path}?${[...kept, `${name}=${encoded}`].join("&")}` };
}

/** Half characters cannot be escaped: they become whole ones. */
function escaped(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

function mutateHeaders(request: FuzzRequest, choices: Choices): FuzzRequest {
  const name = choices.one(Object.keys(oddHeaders));
  const { [name]: _previous, ...others } = request.headers;
  if (choices.chance(0.2)) return { ...request, headers: others };
  return { ...request, headers: { ...others, [name]: choices.one(oddHeaders[name] ?? [""]) } };
}

function mutateBodyAsJson(request: FuzzRequest, choices: Choices): FuzzRequest {
  const type = request.headers["content-type"] ?? "";
  if (type.includes("json-patch") && choices.chance(0.7)) return withBody(request, JSON.stringify(jsonPatch(choices)));
  const value = parsed(request.body) ?? parsed(choices.one(recordedRequests).body);
  if (value === undefined) return mutateBytes(request, choices);
  const mutated = mutateJson(value, choices);
  if (choices.chance(0.05)) {
    const headers = {
      ...request.headers,
      "content-type": request.method === "PATCH" ? "application/apply-patch+yaml" : "application/yaml",
    };
    return withBody({ ...request, headers }, toYaml(mutated));
  }
  return withBody(request, JSON.stringify(mutated) ?? "");
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}

function withBody(request: FuzzRequest, text: string): FuzzRequest {
  return { ...request, body: Buffer.from(text) };
}

/** Changes bytes without knowing what they mean. */
function mutateBytes(request: FuzzRequest, choices: Choices): FuzzRequest {
  const { body } = request;
  const at = choices.below(body.length + 1);
  const other = choices.one(recordedRequests).body;
  const noise = Buffer.from(Array.from({ length: 1 + choices.below(8) }, () => choices.below(256)));
  switch (choices.below(6)) {
    case 0:
      return { ...request, body: body.subarray(0, at) };
    case 1:
      return { ...request, body: Buffer.concat([body.subarray(0, at), noise, body.subarray(at)]) };
    case 2:
      return {
        ...request,
        body: Buffer.concat([body.subarray(0, at), other.subarray(choices.below(other.length + 1))]),
      };
    case 3:
      return { ...request, body: Buffer.concat([body, body]) };
    case 4:
      return { ...request, body: Buffer.concat([body.subarray(0, at), noise, body.subarray(at + noise.length)]) };
    default:
      return choices.chance(0.02) ? { ...request, body: Buffer.alloc(3_300_000, 0x20) } : { ...request, body: noise };
  }
}

function asOtherBody(request: FuzzRequest, choices: Choices): FuzzRequest {
  const { body, headers } = choices.one(recordedRequests);
  const type = headers["content-type"];
  return { ...request, body, headers: { ...request.headers, ...(type !== undefined && { "content-type": type }) } };
}
