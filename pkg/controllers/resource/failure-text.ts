import type { Resource } from "../../api/index.ts";
import { formatDuration } from "../../clock/index.ts";
import type { ConnectFailure, ConnectFailureReason } from "../../fabric/index.ts";

/** Whoever reaches machines says what a person can do about most failures; these are left. */
const mends: Partial<Readonly<Record<ConnectFailureReason, string>>> = {
  Unreachable: "check that it is on and can be reached from the server",
  Superseded: "stop this server, or let it restore the newer one's data",
};

/** Host, cause, mend and when it is tried again. */
export function failureText({ metadata, spec }: Resource, failure: ConnectFailure): string {
  const { name = "" } = metadata;
  const { message, reason, nextAt, lastAt } = failure;
  const cause = message.startsWith(name) ? message : `${name} (${spec.address}:${spec.port}): ${message}`;
  const pause = `tried again every ${formatDuration(roundUp(nextAt - lastAt))}`;
  return [cause, mends[reason], pause].filter((part) => part !== undefined).join("; ");
}

/** Pauses differ by chance, and a message that changes with each of them would be written each time. */
function roundUp(pauseMs: number): number {
  const steps = [1000, 2000, 5000, 10_000, 30_000, 60_000];
  return steps.find((step) => pauseMs <= step) ?? 60_000;
}
