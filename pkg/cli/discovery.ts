import type { KindInfo } from "../api/index.ts";
import { readBody, statusErrorOf, type Transport } from "../client/index.ts";
import { dig, fields, list, text } from "./wire-fields.ts";

export interface DiscoveredKind extends KindInfo {
  readonly verbs: readonly string[];
}

/** Every kind that the server has, from its discovery documents. Columns and conditions are not known of them. */
export async function discoverKinds(transport: Transport): Promise<readonly DiscoveredKind[]> {
  const groups = list(dig(await getJson(transport, "/apis"), "groups"));
  const versions = groups.map((group) => text(dig(group, "preferredVersion", "groupVersion")));
  const paths = ["/api/v1", ...versions.filter((version) => version !== "").map((version) => `/apis/${version}`)];
  const lists = await Promise.all(paths.map(async (path) => kindsOf(path, await getJson(transport, path))));
  return lists.flat();
}

export async function getJson(transport: Transport, path: string): Promise<unknown> {
  const response = await transport.request({ method: "GET", path, headers: { accept: "application/json" } });
  const body = await readBody(response.body);
  if (response.status >= 300) throw statusErrorOf(response.status, body);
  return JSON.parse(body);
}

function kindsOf(path: string, document: unknown): DiscoveredKind[] {
  const [version = "", group = ""] = path
    .replace(/^\/apis?\//, "")
    .split("/")
    .reverse();
  const resources = list(dig(document, "resources")).map(fields);
  return resources
    .filter((resource) => !text(resource["name"]).includes("/"))
    .map((resource) => {
      const plural = text(resource["name"]);
      return {
        group: text(resource["group"]) || group,
        version: text(resource["version"]) || version,
        kind: text(resource["kind"]),
        plural,
        singular: text(resource["singularName"]) || text(resource["kind"]).toLowerCase(),
        shortNames: list(resource["shortNames"]).map(String),
        categories: list(resource["categories"]).map(String),
        namespaced: resource["namespaced"] === true,
        hasStatus: resources.some((other) => text(other["name"]) === `${plural}/status`),
        printerColumns: [],
        selectableFields: [],
        conditions: {},
        verbs: list(resource["verbs"]).map(String),
      };
    });
}
