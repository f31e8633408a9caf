import { type Claim, conditionsOf, type KubeObject, type Phase, type Process, stateOf } from "../../api/index.ts";
import { ageText } from "../printers/age.ts";
import { oneLine } from "./table-lines.ts";

/** "claim web-2   Ready on n3", with what it waits for where it is not ready. */
export function claimText(claim: Claim, now: number): string {
  const place = claim.spec.resourceName === undefined ? "" : ` on ${claim.spec.resourceName}`;
  const epoch = claim.spec.epoch > 1 ? ` (epoch ${claim.spec.epoch})` : "";
  const since = claim.status?.readySince === undefined ? "" : ` for ${ageText(claim.status.readySince, now)}`;
  const state = stateOf(claim) || "Pending";
  const packages = (claim.status?.software ?? []).filter(({ state: one }) => one !== "Installed");
  const waiting = packages.map(({ name, state: one, reason }) => `${name} ${reason ?? one}`).join(", ");
  return `claim ${claim.metadata.name}: ${state}${place}${epoch}${state === "Ready" ? since : ""}${dash(waiting || why(claim))}`;
}

export function phaseText(phase: Phase, now: number): string {
  const { progress, release, openedAt } = phase.status ?? {};
  const state = stateOf(phase) || "Waiting";
  const after = phase.spec.after.length === 0 || state !== "Waiting" ? "" : ` (after ${phase.spec.after.join(", ")})`;
  const when =
    release !== undefined
      ? ` ${ageText(release.at, now)} ago by ${release.rule}`
      : openedAt !== undefined && state === "Open"
        ? ` for ${ageText(openedAt, now)}`
        : "";
  const failed = (phase.status?.failed ?? []).map(
    ({ component, ordinal, message, reason }) => `${component}/${ordinal}: ${message ?? reason ?? "failed"}`,
  );
  return `phase ${phase.spec.phase}: ${state}${after}${progress === undefined ? "" : ` ${progress}`}${when}${dash(failed.join("; "))}`;
}

export function processText(process: Process, now: number): string {
  const { status } = process;
  const state = stateOf(process) || "Pending";
  const facts = [
    ...(status?.resourceName === undefined ? [] : [`on ${status.resourceName}`]),
    ...(status?.pid === undefined || state === "Exited" || state === "Failed" ? [] : [`pid ${status.pid}`]),
    ...(status?.exitCode === undefined || (state !== "Exited" && state !== "Failed")
      ? []
      : [`exit ${status.exitCode}`]),
    ...(status?.signal === undefined ? [] : [`signal ${status.signal}`]),
    ...(status?.restarts === undefined || status.restarts === 0 ? [] : [`${status.restarts} restarts`]),
    ...(status?.startedAt === undefined || state === "Exited" ? [] : [`for ${ageText(status.startedAt, now)}`]),
  ];
  const reason =
    state === "Failed" || state === "Pending" || state === "Lost" ? (status?.message ?? status?.reason ?? "") : "";
  return `process ${process.metadata.name}: ${[state, ...facts].join(" ")}${dash(reason)}`;
}

/** What an object that is not ready says of itself. */
export function why(object: KubeObject): string {
  const conditions = conditionsOf(object);
  const bad =
    conditions.find(({ type, status }) => type === "Stalled" && status === "True") ??
    conditions.find(({ type, status }) => type === "Ready" && status !== "True");
  return bad === undefined ? "" : bad.message || bad.reason;
}

function dash(text: string): string {
  return text === "" ? "" : ` — ${oneLine(text, 160)}`;
}
