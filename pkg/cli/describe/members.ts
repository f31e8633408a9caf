import { kinds, labels, type PhaseStatus } from "../../api/index.ts";
import { ageText } from "../printers/age.ts";
import { claimNodes, replacementSection } from "./application.ts";
import { as, type Describer, ofKind } from "./describer.ts";
import { claimText, processText } from "./state-text.ts";
import { oneLine, tableLines } from "./table-lines.ts";
import { treeLines } from "./tree.ts";

export const componentDescriber: Describer = {
  related(object) {
    const { spec, metadata } = as(object, kinds.Component);
    const labelSelector = `${labels.application}=${spec.applicationName ?? ""},${labels.component}=${spec.name}`;
    return [
      { kind: kinds.Claim, fieldSelector: `spec.componentName=${metadata.name ?? ""}` },
      ...(spec.applicationName === undefined ? [] : [{ kind: kinds.Process, labelSelector }]),
    ];
  },
  summary(object) {
    const { spec, status } = as(object, kinds.Component);
    const { pool, pools } = spec.resources;
    return [
      { title: "Application", value: spec.applicationName ?? "" },
      { title: "Pool", value: pool ?? pools?.join(", ") ?? "<default>" },
      { title: "Software", value: spec.software.join(", ") },
      {
        title: "Members",
        value: `${status?.ready ?? 0} ready, ${status?.configured ?? 0} configured, ${status?.claimed ?? 0} bound, of ${status?.replicas ?? spec.replicas}`,
      },
      { title: "Spares", value: spec.spares === 0 ? "" : `${status?.spares ?? 0} ready, of ${spec.spares}` },
    ];
  },
  detail(_object, { related }, now) {
    const claims = ofKind(related, kinds.Claim);
    return [
      { title: "Claims", lines: treeLines(claimNodes(claims, ofKind(related, kinds.Process), now)) },
      replacementSection(claims, now),
    ];
  },
};

export const claimDescriber: Describer = {
  related: (object) => [
    { kind: kinds.Process, belongs: (process) => as(process, kinds.Process).spec.claimName === object.metadata.name },
  ],
  summary(object, _surroundings, now) {
    const claim = as(object, kinds.Claim);
    const { spec, status } = claim;
    return [
      { title: "Member", value: spec.ordinal === undefined ? "spare" : `${spec.component} ${spec.ordinal}` },
      { title: "Machine", value: spec.resourceName ?? "<none>" },
      { title: "Epoch", value: String(spec.epoch) },
      { title: "Directory", value: status?.workingDirectory ?? "" },
      { title: "Ready since", value: status?.readySince === undefined ? "" : `${ageText(status.readySince, now)} ago` },
      {
        title: "Failure",
        value: status?.failure === undefined ? "" : `${status.failure.reason}: ${status.failure.message}`,
      },
    ];
  },
  detail(object, { related }, now) {
    const claim = as(object, kinds.Claim);
    const packages = (claim.status?.software ?? []).map(({ name, state, digest, bytes, total, reason, message }) => [
      name,
      state,
      digest?.slice(0, 19) ?? "",
      total === undefined || total === 0 ? "" : `${bytes ?? 0}/${total}`,
      oneLine([reason, message].filter((part) => part !== undefined).join(": ")),
    ]);
    const processes = ofKind(related, kinds.Process).map((process) => processText(process, now));
    const monitors = (claim.status?.monitors ?? []).map(({ name, state, since, message }) => [
      name,
      state,
      since === undefined ? "" : ageText(since, now),
      oneLine(message ?? ""),
    ]);
    return [
      { title: "Software", lines: tableLines(["NAME", "STATE", "DIGEST", "BYTES", "MESSAGE"], packages) },
      { title: "Monitors", lines: tableLines(["NAME", "STATE", "FOR", "MESSAGE"], monitors) },
      { title: "Processes", lines: processes },
      replacementSection([claim], now),
    ];
  },
};

export const phaseDescriber: Describer = {
  related: (object) => [
    { kind: kinds.Process, belongs: (process) => as(process, kinds.Process).spec.phaseName === object.metadata.name },
  ],
  summary(object) {
    const { spec, status } = as(object, kinds.Phase);
    const release = status?.release;
    return [
      { title: "Application", value: spec.applicationName ?? "" },
      { title: "After", value: spec.after.join(", ") },
      { title: "Components", value: spec.components.join(", ") },
      { title: "Entered", value: status?.progress ?? "" },
      { title: "Items", value: itemsText(status?.work) },
      { title: "Opened", value: status?.openedAt ?? "" },
      {
        title: "Released",
        value:
          release === undefined
            ? ""
            : `${release.at} by ${release.rule}, ${release.members.length} members, ${release.missing.length} missing`,
      },
    ];
  },
  detail(object, { related }, now) {
    const { status } = as(object, kinds.Phase);
    const failed = (status?.failed ?? []).map(({ component, ordinal, reason, message }) => [
      `${component}/${ordinal}`,
      reason ?? "",
      oneLine(message ?? ""),
    ]);
    const items = (status?.work?.failures ?? []).map(({ index, message }) => [String(index), oneLine(message)]);
    return [
      { title: "Failed items", lines: tableLines(["ITEM", "MESSAGE"], items) },
      { title: "Failed members", lines: tableLines(["MEMBER", "REASON", "MESSAGE"], failed) },
      { title: "Processes", lines: ofKind(related, kinds.Process).map((process) => processText(process, now)) },
    ];
  },
};

function itemsText(work: PhaseStatus["work"]): string {
  if (work === undefined) return "";
  const { total, done, failed, running, waiting } = work;
  return `${done} done, ${failed} failed, ${running} with members, ${waiting} waiting, of ${total}`;
}

export const processDescriber: Describer = {
  related: (object) => {
    const { claimName } = as(object, kinds.Process).spec;
    return claimName === undefined ? [] : [{ kind: kinds.Claim, fieldSelector: `metadata.name=${claimName}` }];
  },
  summary(object, { related }, now) {
    const { spec, status } = as(object, kinds.Process);
    const ports = Object.entries(status?.ports ?? {}).map(([name, port]) => `${name}=${port}`);
    return [
      { title: "Command", value: [...spec.command, ...spec.args].join(" ") },
      { title: "Machine", value: status?.resourceName ?? spec.resourceName ?? "" },
      {
        title: "Claim",
        value: ofKind(related, kinds.Claim)
          .map((claim) => claimText(claim, now))
          .join("\n"),
      },
      { title: "Pid", value: status?.pid === undefined ? "" : String(status.pid) },
      { title: "Exit code", value: status?.exitCode === undefined ? "" : String(status.exitCode) },
      { title: "Signal", value: status?.signal ?? "" },
      { title: "Restarts", value: status?.restarts === undefined ? "" : `${status.restarts} (${spec.restartPolicy})` },
      { title: "Ports", value: ports.join(", ") },
      { title: "Started", value: status?.startedAt ?? "" },
      { title: "Finished", value: status?.finishedAt ?? "" },
      { title: "Next start", value: status?.nextStartAt ?? "" },
      { title: "Reason", value: [status?.reason, status?.message].filter((part) => part !== undefined).join(": ") },
    ];
  },
  detail: (object) => [
    {
      title: "Last output",
      lines: (as(object, kinds.Process).status?.output ?? "")
        .trimEnd()
        .split("\n")
        .filter((line) => line !== ""),
    },
  ],
};
