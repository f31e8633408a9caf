import { type Application, type Claim, type KubeObject, kinds, labels, type Process } from "../../api/index.ts";
import { ageText } from "../printers/age.ts";
import { as, type Describer, ofKind, type Surroundings } from "./describer.ts";
import type { Section } from "./section.ts";
import { claimText, phaseText, processText } from "./state-text.ts";
import { oneLine, tableLines } from "./table-lines.ts";
import { type TreeNode, treeLines } from "./tree.ts";

export const applicationDescriber: Describer = {
  related(object) {
    const labelSelector = `${labels.application}=${object.metadata.name ?? ""}`;
    return [kinds.Component, kinds.Claim, kinds.Phase, kinds.Process].map((kind) => ({ kind, labelSelector }));
  },
  summary: (object) => applicationSummary(as(object, kinds.Application)),
  detail: (object, surroundings, now) => applicationDetail(as(object, kinds.Application), surroundings, now),
};

function applicationSummary({ spec, status }: Application): readonly Section[] {
  const hasSpares = spec.components.some(({ spares }) => spares > 0);
  const rows = spec.components.map((component) => {
    const seen = status?.components?.find(({ name }) => name === component.name);
    const wanted = seen?.replicas ?? component.replicas;
    const { pool, pools } = component.resources;
    return [
      component.name,
      pool ?? pools?.join(",") ?? "<default>",
      component.software.join(",") || "<none>",
      ...[seen?.claimed, seen?.configured, seen?.ready, seen?.updated].map((count) => `${count ?? 0}/${wanted}`),
      ...(hasSpares ? [`${seen?.spares ?? 0}/${component.spares}`] : []),
    ];
  });
  const columns = ["NAME", "POOL", "SOFTWARE", "CLAIMED", "CONFIGURED", "READY", "UPDATED"];
  return [
    { title: "Members", value: status?.readyMembers === undefined ? "" : `${status.readyMembers} ready` },
    { title: "Replaced", value: status?.replacements ? `${status.replacements} members so far` : "" },
    { title: "Expires", value: expiresText(spec, status) },
    {
      title: "Components",
      lines: tableLines(hasSpares ? [...columns, "SPARES"] : columns, rows),
    },
  ];
}

function expiresText({ expires }: Application["spec"], status: Application["status"]): string {
  const at = status?.expiresAt ?? "";
  const owner = expires?.owner === undefined ? "" : ` (owner: ${expires.owner})`;
  if (status?.expiredAt !== undefined) return `at ${status.expiredAt}: it has been cleaned up${owner}`;
  return at === "" ? "" : `${at}${owner}`;
}

function applicationDetail(application: Application, { related }: Surroundings, now: number): readonly Section[] {
  return [
    { title: "Phases", lines: phaseLines(application, related, now) },
    { title: "Members by component", lines: treeLines(componentNodes(related, now)) },
    replacementSection(ofKind(related, kinds.Claim), now),
  ];
}

/** In the order of the manifest, which is how the reader thinks of them. */
function phaseLines({ spec }: Application, related: readonly KubeObject[], now: number): string[] {
  const phases = ofKind(related, kinds.Phase);
  return spec.phases.map(({ name, after }) => {
    const phase = phases.find((candidate) => candidate.spec.phase === name);
    return phase === undefined
      ? `phase ${name}: Waiting${after.length === 0 ? "" : ` (after ${after.join(", ")})`}`
      : phaseText(phase, now);
  });
}

function componentNodes(related: readonly KubeObject[], now: number): TreeNode[] {
  const processes = ofKind(related, kinds.Process);
  return ofKind(related, kinds.Component).map((component) => {
    const claims = ofKind(related, kinds.Claim).filter((claim) => claim.spec.componentName === component.metadata.name);
    const { ready = 0, replicas = component.spec.replicas, state = "Pending" } = component.status ?? {};
    return {
      text: `component ${component.spec.name}: ${state} ${ready}/${replicas} ready`,
      children: claimNodes(claims, processes, now),
    };
  });
}

export function claimNodes(claims: readonly Claim[], processes: readonly Process[], now: number): TreeNode[] {
  return [...claims].sort(byOrdinal).map((claim) => ({
    text: claimText(claim, now),
    children: processes
      .filter(({ spec }) => spec.claimName === claim.metadata.name)
      .map((process) => ({ text: processText(process, now), children: [] })),
  }));
}

function byOrdinal(left: Claim, right: Claim): number {
  return (left.spec.ordinal ?? Number.MAX_SAFE_INTEGER) - (right.spec.ordinal ?? Number.MAX_SAFE_INTEGER);
}

/** Who was moved from where to where, and why: newest last. */
export function replacementSection(claims: readonly Claim[], now: number): Section {
  const rows = claims
    .flatMap((claim) => (claim.status?.replacements ?? []).map((replacement) => ({ claim, ...replacement })))
    .sort((left, right) => (left.at < right.at ? -1 : 1))
    .map(({ claim, at, from, to, reason }) => [
      `${ageText(at, now)} ago`,
      claim.metadata.name ?? "",
      from,
      to ?? "<searching>",
      oneLine(reason),
    ]);
  return { title: "Replacements", lines: tableLines(["WHEN", "CLAIM", "FROM", "TO", "WHY"], rows) };
}
