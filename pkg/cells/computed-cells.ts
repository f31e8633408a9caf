import type { Application, ResourceQuota } from "../api/index.ts";
import { formatTimestamp, parseTimestamp } from "../clock/index.ts";
import { age } from "./age.ts";
import type { Cell, ShownObject } from "./cell.ts";
import { eventCells } from "./event-cells.ts";
import { nodeCells, podCells } from "./view-cells.ts";

/** Cells that no path can give, by kind and column: what Kubernetes' own printers compute. */
const computed: Readonly<Record<string, Readonly<Record<string, Cell>>>> = {
  RoleBinding: { Role: roleOf, Users: subjectsOf("User"), Groups: subjectsOf("Group"), ServiceAccounts: accountsOf },
  ClusterRoleBinding: {
    Role: roleOf,
    Users: subjectsOf("User"),
    Groups: subjectsOf("Group"),
    ServiceAccounts: accountsOf,
  },
  Application: { Expires: timeLeft },
  Event: eventCells,
  Node: nodeCells,
  Pod: podCells,
  ResourceQuota: { Request: quotaText, Limit: () => "" },
};

/** Fields whose members a column counts, by kind and column. */
const counted: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  ConfigMap: { Data: ["data", "binaryData"] },
};

/** The fields whose members a column counts together; undefined where it does not count. */
export function countedFields(kind: string, column: string): readonly string[] | undefined {
  return counted[kind]?.[column];
}

/** How a column's cells are computed; undefined where its path says it all. */
export function computedCell(kind: string, column: string): Cell | undefined {
  return computed[kind]?.[column];
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Until an application's time is up. */
function timeLeft(object: ShownObject, now: number): string {
  const { expiresAt, expiredAt } = (object as unknown as Application).status ?? {};
  if (expiredAt !== undefined) return "expired";
  const at = parseTimestamp(expiresAt ?? "");
  return at === undefined ? "" : age(formatTimestamp(now), at);
}

/** "count/claims.plush.dev: 1/5, requests.cpu: 500m/2". */
function quotaText(object: ShownObject): string {
  const { hard = {}, used = {} } = (object as unknown as ResourceQuota).status ?? {};
  return Object.keys(hard)
    .sort()
    .map((name) => `${name}: ${used[name] ?? 0}/${hard[name] ?? 0}`)
    .join(", ");
}

function roleOf(object: ShownObject): string {
  const { kind, name } = object["roleRef"] as Subject;
  return `${kind}/${name}`;
}

function subjectsOf(kind: string): Cell {
  return (object) =>
    listed(object, kind)
      .map(({ name }) => name)
      .join(", ");
}

function accountsOf(object: ShownObject): string {
  return listed(object, "ServiceAccount")
    .map(({ namespace = "", name }) => `${namespace}/${name}`)
    .join(", ");
}

/** What was stored was decoded when it was written: the fields are there. */
function listed(object: ShownObject, kind: string): readonly Subject[] {
  return ((object["subjects"] ?? []) as readonly Subject[]).filter((subject) => subject.kind === kind);
}
