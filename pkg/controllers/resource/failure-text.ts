import type { Resource } from "../../api/index.ts";
import { formatDuration } from "../../clock/index.ts";
import type { ConnectFailure, ConnectFailureReason } from "../../fabric/index.ts";

/** What a person does about it. */
const mends: Readonly<Record<ConnectFailureReason, (resource: Resource) => string>> = {
  Unreachable: ({ spec }) => `check that it is on and that ${spec.address}:${spec.port} can be reached from the server`,
  AuthenticationFailed: () => "check user and key of the pool, and the machine's authorized_keys",
  HostKeyChanged: ({ metadata }) =>
    `if the machine was installed anew: plush trust ${metadata.name}; if not, somebody may be in between`,
  SudoFailed: () => "let the user run sudo without a password, or set sudo: false",
  RuntimeMissing: () =>
    "install Node.js 18 or newer on it, or give the server a runtime: plush server runtime add FILE",
  DiskFull: () => "make room on it",
  BootstrapFailed: () => "see what it answered",
  ProtocolMismatch: () => "restart the agent by plush, or bring server and agent to one version",
  Superseded: () => "it listens to a newer server: stop the old one",
};

/** Host, cause, mend and when it is tried again, in one sentence each. */
export function failureText(resource: Resource, failure: ConnectFailure): string {
  const host = `${resource.metadata.name} (${resource.spec.address}:${resource.spec.port})`;
  const pause = formatDuration(roundUp(failure.nextAt - failure.lastAt));
  return `${host}: ${failure.message}; ${mends[failure.reason](resource)}; tried again every ${pause}`;
}

/** Pauses differ by chance, and a message that changes with each of them would be written each time. */
function roundUp(pauseMs: number): number {
  const steps = [1000, 2000, 5000, 10_000, 30_000, 60_000];
  return steps.find((step) => pauseMs <= step) ?? 60_000;
}
