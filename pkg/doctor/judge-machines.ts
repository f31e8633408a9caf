import { findCondition, isTrue, type Resource } from "../api/index.ts";
import type { Finding } from "./finding.ts";

/** What a look at a machine's SSH port said just now. */
export type Look = "answered" | "refused" | "silent" | "gone" | "unknown" | "failed";

export interface LookedAt {
  readonly resource: Resource;
  readonly look: Look;
  /** Of a look that failed: why. */
  readonly why?: string;
}

const shownNames = 5;

/** Machines that are well in one line, each other one with its reason, and what to do about it. */
export function judgeMachines(machines: readonly LookedAt[]): readonly Finding[] {
  if (machines.length === 0)
    return [{ area: "machines", verdict: "Good", message: "there are none yet: plush create pool" }];
  const ill = machines.filter(({ resource }) => !isReady(resource));
  const well = machines.filter(({ resource }) => isReady(resource));
  return [...(well.length === 0 ? [] : [readyOnes(well)]), ...ill.map(judgeMachine), ...deaf(well)];
}

function isReady({ status }: Resource): boolean {
  return isTrue(status?.conditions, "Ready");
}

function readyOnes(well: readonly LookedAt[]): Finding {
  return { area: "machines", verdict: "Good", message: `${well.length} ready: ${someOf(well)}` };
}

/** Machines with an agent that works, whose way back by SSH is closed: the next restart of the agent would need it. */
function deaf(well: readonly LookedAt[]): readonly Finding[] {
  const closed = well.filter(({ look }) => look === "silent" || look === "refused" || look === "failed");
  if (closed.length === 0) return [];
  return [
    {
      area: "machines",
      verdict: "Warning",
      message: `${closed.length} ready whose SSH port does not answer: ${someOf(closed)}`,
      mend: "let the server reach their SSH port: it is how an agent is brought up again when it dies",
    },
  ];
}

function judgeMachine({ resource, look, why }: LookedAt): Finding {
  const { name = "" } = resource.metadata;
  const conditions = resource.status?.conditions;
  const told = ["Reachable", "AgentReady", "Ready"]
    .map((type) => findCondition(conditions, type))
    .find((condition) => condition !== undefined && condition.status !== "True");
  const reason = told === undefined ? "not looked at yet" : `${told.reason}: ${told.message}`;
  const mend = mendOf(told?.reason, look, name);
  const isUnderway = told?.reason === "Connecting" && look !== "failed";
  // What keeps the server from looking keeps it from connecting.
  const isTold = why !== undefined && reason.includes(why);
  return {
    area: "machines",
    verdict: isUnderway ? "Warning" : "Bad",
    message: isTold ? `${name}: ${reason}` : `${name}: ${reason}; its SSH port ${lookText(look, why)}`,
    ...(mend !== undefined && { mend }),
  };
}

function lookText(look: Look, why?: string): string {
  switch (look) {
    case "answered":
      return "answers";
    case "refused":
      return "refuses connections";
    case "silent":
      return "is silent";
    case "gone":
      return "is gone with the machine";
    case "unknown":
      return "cannot be looked at from here";
    case "failed":
      return `cannot be looked at: ${why ?? "no reason"}`;
  }
}

/** By the reason of a condition. */
const mends: Readonly<Record<string, (name: string) => string>> = {
  AuthenticationFailed: () => "put the public key of the pool's identity into the user's ~/.ssh/authorized_keys there",
  HostKeyChanged: (name) => `compare the fingerprints (plush describe resource ${name}); then: plush trust ${name}`,
  SudoFailed: () => "let the user run sudo without a password (NOPASSWD in /etc/sudoers.d), or set ssh.sudo: false",
  RuntimeMissing: () => "install Node.js 18 or newer there",
  DiskFull: () => "make room on its disk",
};

function mendOf(reason: string | undefined, look: Look, name: string): string | undefined {
  const mend = mends[reason ?? ""]?.(name);
  if (mend !== undefined) return mend;
  if (look === "refused") return "start its SSH server (sshd), or correct the port in the pool";
  if (look === "silent") return "switch it on, or open the way: address, routes and firewall between the server and it";
  if (look === "failed") return "correct ssh in its pool, or make what it names";
  return undefined;
}

function someOf(machines: readonly LookedAt[]): string {
  const names = machines.map(({ resource }) => resource.metadata.name).sort();
  const more = names.length - shownNames;
  return more > 0 ? `${names.slice(0, shownNames).join(", ")} and ${more} more` : names.join(", ");
}
