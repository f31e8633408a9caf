import { type KubeObject, kinds, type Resource, stateOf } from "../../api/index.ts";
import { ageText } from "../printers/age.ts";
import { as, type Describer, ofKind } from "./describer.ts";
import { sensorSections } from "./machine-sensors.ts";
import type { Section } from "./section.ts";
import { why } from "./state-text.ts";
import { oneLine, tableLines } from "./table-lines.ts";

export const poolDescriber: Describer = {
  related: (object) => [
    { kind: kinds.Resource, belongs: (each) => as(each, kinds.Resource).spec.poolName === object.metadata.name },
  ],
  summary(object) {
    const { spec, status } = as(object, kinds.ResourcePool);
    return [
      { title: "Provider", value: status?.provider ?? Object.keys(spec.provider).join(", ") },
      {
        title: "SSH",
        value:
          spec.provider.static === undefined
            ? ""
            : `user ${spec.ssh.user}, port ${spec.ssh.port}${spec.ssh.sudo ? ", sudo" : ""}`,
      },
      {
        title: "Machines",
        value: `${status?.resources ?? 0}: ${status?.ready ?? 0} ready, ${status?.free ?? 0} free, ${status?.claimed ?? 0} claimed, ${status?.unreachable ?? 0} unreachable, ${status?.failed ?? 0} failed`,
      },
      {
        title: "Brake",
        value: status?.braked === true ? "on: nothing is replaced, as too many machines are gone at once" : "",
      },
    ];
  },
  detail: (_object, { related }, now) => [
    { title: "Resources", lines: machineLines(ofKind(related, kinds.Resource), now) },
  ],
};

/** A line a machine: where it is and, if it is of no use now, why. */
function machineLines(machines: readonly Resource[], now: number): string[] {
  const rows = machines.map((machine) => [
    machine.metadata.name ?? "",
    `${machine.spec.address}:${machine.spec.port}`,
    stateOf(machine) || "Pending",
    machine.status?.since === undefined ? "" : ageText(machine.status.since, now),
    String(machine.status?.claims ?? machine.status?.allocations?.length ?? 0),
    oneLine(trouble(machine), 120),
  ]);
  return tableLines(["NAME", "ADDRESS", "STATE", "FOR", "CLAIMS", "WHY"], rows);
}

const healthy: ReadonlySet<string> = new Set(["Free", "Claimed"]);

function trouble(machine: Resource): string {
  if (machine.spec.unschedulable) return "cordoned";
  return healthy.has(stateOf(machine)) ? "" : (machine.status?.step ?? why(machine));
}

export const resourceDescriber: Describer = {
  related: () => [],
  summary: (object, _surroundings, now) => machineSummary(as(object, kinds.Resource), now),
  detail: (object, _surroundings, now) => machineDetail(as(object, kinds.Resource), now),
};

function machineSummary(machine: Resource, now: number): readonly Section[] {
  const { spec, status } = machine;
  const agent = status?.agent;
  return [
    { title: "Pool", value: spec.poolName ?? "" },
    { title: "Address", value: `${spec.address}:${spec.port}` },
    { title: "Cordoned", value: spec.unschedulable ? "yes: nothing new is bound here" : "" },
    ...lossSections(machine, now),
    ...sensorSections(machine, now),
    { title: "Host key", value: status?.hostKey ?? "" },
    { title: "Presents", value: presentedKey(machine) },
    {
      title: "Agent",
      value:
        agent === undefined
          ? ""
          : `pid ${agent.pid ?? "?"}, Node ${agent.nodeVersion ?? "?"}${agent.root === true ? ", root" : ""}`,
    },
    { title: "Directory", value: status?.directory ?? "" },
    { title: "Boot", value: status?.bootIdentity ?? "" },
  ];
}

function lossSections({ status }: Resource, now: number): Section[] {
  const verdict = status?.verdict === undefined ? "" : `, judged ${status.verdict}`;
  const { quarantine } = status ?? {};
  return [
    { title: "In this state", value: status?.since === undefined ? "" : ageText(status.since, now) },
    { title: "Bringing up", value: status?.step ?? "" },
    { title: "Lost", value: status?.lostAt === undefined ? "" : `${ageText(status.lostAt, now)} ago${verdict}` },
    { title: "Evidence", value: status?.evidence ?? "" },
    { title: "Quarantine", value: quarantine === undefined ? "" : `until ${quarantine.until}: ${quarantine.reason}` },
  ];
}

function presentedKey({ metadata, status }: Resource): string {
  const key = status?.presentedHostKey;
  return key === undefined ? "" : `${key} (plush trust ${metadata.name ?? ""} accepts it)`;
}

function machineDetail({ status }: Resource, now: number): readonly Section[] {
  const held = (status?.allocations ?? []).map(({ namespace, claimName, application, component, epoch }) => [
    `${namespace}/${claimName}`,
    application ?? "",
    component,
    String(epoch),
  ]);
  const residue = (status?.residue ?? []).map(({ namespace, claimName, epoch, since, reason }) => [
    `${namespace}/${claimName}`,
    String(epoch),
    ageText(since, now),
    oneLine(reason),
  ]);
  const orphans = (status?.orphans ?? []).map(({ claimUid, namespace, name, since }) => [
    claimUid,
    `${namespace ?? "?"}/${name ?? "?"}`,
    ageText(since, now),
  ]);
  return [
    { title: "Claims", lines: tableLines(["CLAIM", "APPLICATION", "COMPONENT", "EPOCH"], held) },
    { title: "Still to be removed", lines: tableLines(["CLAIM", "EPOCH", "FOR", "WHY"], residue) },
    { title: "Prefetched", lines: status?.prefetched ?? [] },
    { title: "Orphans", lines: tableLines(["CLAIM UID", "CLAIM", "FOR"], orphans) },
    {
      title: "Attributes",
      lines: Object.entries(status?.attributes ?? {}).map(([name, value]) => `${name}: ${value}`),
    },
  ];
}

/** For progress lines: "n3 Failed: AuthFailed: …". */
export function machineTrouble(object: KubeObject): string {
  return trouble(as(object, kinds.Resource));
}
