import type { RequestAttributes } from "../../auth/index.ts";
import { makeQuery, type Query } from "./query.ts";

/** What an address and a method ask for, before anybody has looked whether it exists. */
export interface RequestInfo {
  readonly path: string;
  readonly query: Query;
  readonly attributes: RequestAttributes;
  /** Of a resource request. */
  readonly version: string;
}

const verbs: Readonly<Record<string, string>> = {
  GET: "get",
  HEAD: "get",
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** Subresources that a namespace itself has; anything else below a namespace's name is a resource in it. */
const namespaceSubresources: ReadonlySet<string> = new Set(["status", "finalize"]);

/** Request lines that were read before: who writes or watches much does it at few addresses. */
const known = new Map<string, RequestInfo>();
const maxKnown = 512;
const maxKnownLength = 512;

/** Reads a request line as Kubernetes does. Throws nothing. */
export function readRequestInfo(method: string, url: string): RequestInfo {
  const line = `${method} ${url}`;
  const found = known.get(line);
  if (found !== undefined) return found;
  const info = parseRequestLine(method, url);
  if (known.size >= maxKnown) known.clear();
  if (line.length <= maxKnownLength) known.set(line, info);
  return info;
}

/** Who may read what the server measures may read what processes do. */
const sameRight: ReadonlyMap<string, string> = new Map([
  ["/metrics/applications", "/metrics"],
  ["/sd", "/metrics"],
]);

function parseRequestLine(method: string, url: string): RequestInfo {
  const [path = "/", search = ""] = splitOnce(url, "?");
  const query = makeQuery(new URLSearchParams(search));
  // An address with a slash at its end is the same address.
  const parts = path.replace(/\/+$/, "").split("/").slice(1).map(decodePart);
  const verb = verbs[method] ?? method.toLowerCase();
  const resource = resourcePart(parts);
  if (resource === undefined)
    return {
      path,
      query,
      version: "",
      attributes: { kind: "path", verb: method.toLowerCase(), path: sameRight.get(path) ?? path },
    };
  const { group, version, rest } = resource;
  const target = readTarget(rest);
  return {
    path,
    query,
    version,
    attributes: { kind: "resource", verb: verbFor(verb, target, query), group, ...target },
  };
}

/**
 * What rules are asked about: what the address names and, as in Kubernetes, for one namespace the namespace itself, for a
 * list or a watch the one name that its field selector leaves.
 */
export function ruledAttributes({ attributes, query }: RequestInfo): RequestAttributes {
  if (attributes.kind === "path") return attributes;
  const { group, resource, name, namespace } = attributes;
  if (name !== undefined) {
    const isNamespace = group === "" && resource === "namespaces" && namespace === undefined;
    return isNamespace ? { ...attributes, namespace: name } : attributes;
  }
  if (!selectingVerbs.has(attributes.verb)) return attributes;
  const selected = /^metadata\.name==?([^,=]+)$/.exec(query.get("fieldSelector") ?? "")?.[1];
  return selected === undefined ? attributes : { ...attributes, name: selected };
}

const selectingVerbs: ReadonlySet<string> = new Set(["list", "watch", "deletecollection"]);

interface Target {
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

function resourcePart(
  parts: readonly string[],
): { readonly group: string; readonly version: string; readonly rest: readonly string[] } | undefined {
  const [root, first, second, ...others] = parts;
  if (root === "api" && first !== undefined && second !== undefined && second !== "")
    return { group: "", version: first, rest: [second, ...others] };
  const [resource] = others;
  if (root === "apis" && first !== undefined && second !== undefined && resource !== undefined && resource !== "")
    return { group: first, version: second, rest: others };
  return undefined;
}

function readTarget(parts: readonly string[]): Target {
  const [resource = "", name, third, ...more] = parts;
  if (resource !== "namespaces" || name === undefined || third === undefined || namespaceSubresources.has(third))
    return target(undefined, resource, name, third, more);
  const [inner, ...rest] = more;
  return target(name, third, inner, rest[0], rest.slice(1));
}

function target(
  namespace: string | undefined,
  resource: string,
  name: string | undefined,
  subresource: string | undefined,
  more: readonly string[],
): Target {
  const deep = subresource === undefined ? undefined : [subresource, ...more].join("/");
  return {
    resource,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && name !== "" && { name }),
    ...(deep !== undefined && deep !== "" && { subresource: deep }),
  };
}

function verbFor(verb: string, { name }: Target, query: Query): string {
  if (name !== undefined) return verb;
  if (verb === "get") return query.flag("watch") ? "watch" : "list";
  return verb === "delete" ? "deletecollection" : verb;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function splitOnce(text: string, separator: string): readonly string[] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}
