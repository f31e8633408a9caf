import { allKinds, type KindInfo } from "../../api/index.ts";
import { streamsOf } from "../streams/stream-kinds.ts";
import { reviewKinds } from "./review-kinds.ts";

/** Discovery documents, made from the registry of kinds. Pure. */

const shownKinds: readonly KindInfo[] = [...allKinds, ...reviewKinds];

const allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const scaleVerbs = ["get", "patch", "update"];

/** What actions are sent, where Kubernetes has a kind for it. */
const bodyKinds: Readonly<Record<string, Pick<SubresourceInfo, "group" | "version" | "kind">>> = {
  "serviceaccounts/token": { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest" },
};

interface SubresourceInfo {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

export interface DiscoveryOptions {
  /** Subresources that actions add, as "PLURAL/SUBRESOURCE". */
  readonly actions: readonly string[];
}

export interface Discovery {
  /** "v1", "plush.dev/v1". */
  readonly groupVersions: readonly string[];
  readonly apiVersions: object;
  readonly groupList: object;
  group(group: string): object | undefined;
  resourceList(group: string, version: string): object | undefined;
  /** One document for all groups ("apis") or for the core group ("api"). */
  aggregated(root: "api" | "apis", version: "v2" | "v2beta1"): object;
}

export function makeDiscovery(options: DiscoveryOptions): Discovery {
  const named = [...shownKinds.map(({ group }) => group), ...Object.keys(emptyGroups)];
  const groups = [...new Set(named.filter((group) => group !== ""))];
  return {
    groupVersions: ["", ...groups].flatMap((group) => versionsOf(group).map((version) => groupVersion(group, version))),
    apiVersions: { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] },
    groupList: { kind: "APIGroupList", apiVersion: "v1", groups: groups.map(describeGroup) },
    group(group) {
      return groups.includes(group) ? { kind: "APIGroup", apiVersion: "v1", ...describeGroup(group) } : undefined;
    },
    resourceList(group, version) {
      if (!versionsOf(group).includes(version)) return undefined;
      const kinds = shownKinds.filter((kind) => kind.group === group && kind.version === version);
      return {
        kind: "APIResourceList",
        apiVersion: "v1",
        groupVersion: groupVersion(group, version),
        resources: kinds.flatMap((kind) => legacyEntries(kind, options)),
      };
    },
    aggregated(root, version) {
      const wanted = root === "api" ? [""] : groups;
      return {
        kind: "APIGroupDiscoveryList",
        apiVersion: `apidiscovery.k8s.io/${version}`,
        metadata: {},
        items: wanted.map((group) => aggregatedGroup(group, options)),
      };
    },
  };
}

/** Versions of groups without kinds of their own, which clients look for: evictions are of policy/v1. */
const emptyGroups: Readonly<Record<string, readonly string[]>> = { policy: ["v1"] };

function versionsOf(group: string): readonly string[] {
  const own = shownKinds.filter((kind) => kind.group === group).map(({ version }) => version);
  return [...new Set([...own, ...(emptyGroups[group] ?? [])])];
}

function groupVersion(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}

function describeGroup(group: string): object {
  const versions = versionsOf(group).map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

function subresourcesOf(kind: KindInfo, options: DiscoveryOptions): readonly SubresourceInfo[] {
  const own = { group: kind.group, version: kind.version, kind: kind.kind };
  const actions = options.actions.filter((name) => name.startsWith(`${kind.plural}/`));
  return [
    ...(kind.hasStatus ? [{ name: "status", ...own, verbs: scaleVerbs }] : []),
    ...(kind.scale === undefined
      ? []
      : [{ name: "scale", group: "autoscaling", version: "v1", kind: "Scale", verbs: scaleVerbs }]),
    ...actions.map((name) => ({
      name: name.slice(kind.plural.length + 1),
      ...own,
      ...bodyKinds[name],
      verbs: ["create"],
    })),
    ...streamsOf(kind).map((name) => ({ name, ...own, verbs: name === "log" ? ["get"] : ["create", "get"] })),
    ...(kind.kind === "Pod" ? [eviction] : []),
  ];
}

/** By its group clients know that a machine can be drained in good order. */
const eviction = { name: "eviction", group: "policy", version: "v1", kind: "Eviction", verbs: ["create"] };

function legacyEntries(kind: KindInfo, options: DiscoveryOptions): readonly object[] {
  const subresources = subresourcesOf(kind, options).map((subresource) => ({
    name: `${kind.plural}/${subresource.name}`,
    singularName: "",
    namespaced: kind.namespaced,
    ...(subresource.group !== kind.group && { group: subresource.group, version: subresource.version }),
    kind: subresource.kind,
    verbs: subresource.verbs,
  }));
  return [
    {
      name: kind.plural,
      singularName: kind.singular,
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: kind.verbs ?? allVerbs,
      ...namesOf(kind),
    },
    ...subresources,
  ];
}

function aggregatedGroup(group: string, options: DiscoveryOptions): object {
  return {
    metadata: group === "" ? {} : { name: group },
    versions: versionsOf(group).map((version) => ({
      version,
      freshness: "Current",
      resources: shownKinds
        .filter((kind) => kind.group === group && kind.version === version)
        .map((kind) => aggregatedEntry(kind, options)),
    })),
  };
}

function aggregatedEntry(kind: KindInfo, options: DiscoveryOptions): object {
  return {
    resource: kind.plural,
    responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
    scope: kind.namespaced ? "Namespaced" : "Cluster",
    singularResource: kind.singular,
    verbs: kind.verbs ?? allVerbs,
    ...namesOf(kind),
    subresources: subresourcesOf(kind, options).map((subresource) => ({
      subresource: subresource.name,
      responseKind: { group: subresource.group, version: subresource.version, kind: subresource.kind },
      verbs: subresource.verbs,
    })),
  };
}

function namesOf(kind: KindInfo): object {
  return {
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
  };
}
