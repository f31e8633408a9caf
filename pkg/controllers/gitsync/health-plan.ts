import { type Condition, findCondition, type KubeObject } from "../../api/index.ts";

/** An object that is waited for. */
export interface HealthCheck {
  readonly shown: string;
  /** Undefined where it is not there. */
  readonly object: (KubeObject & { readonly status?: { readonly conditions?: readonly Condition[] } }) | undefined;
}

export interface Health {
  readonly state: "Ready" | "Pending" | "Failed";
  /** What is not ready, and why; "" where all are. */
  readonly message: string;
  readonly recheckAfterMs?: number;
}

export interface HealthInput {
  readonly checks: readonly HealthCheck[];
  /** Since when it is waited. */
  readonly sinceMs: number;
  readonly timeoutMs: number;
  readonly nowMs: number;
}

/** So many are named. */
const maxShown = 5;

/** Whether what was applied has become what it should; a Ready that speaks of an older spec does not count. */
export function planHealth({ checks, sinceMs, timeoutMs, nowMs }: HealthInput): Health {
  const faults = checks.flatMap(({ shown, object }) => {
    const fault = faultOf(object);
    return fault === undefined ? [] : [`${shown}: ${fault}`];
  });
  if (faults.length === 0) return { state: "Ready", message: "" };
  const more = faults.length > maxShown ? `, and ${faults.length - maxShown} more` : "";
  const message = `${faults.slice(0, maxShown).join(", ")}${more}`;
  const leftMs = sinceMs + timeoutMs - nowMs;
  if (leftMs <= 0) return { state: "Failed", message };
  return { state: "Pending", message, recheckAfterMs: leftMs };
}

function faultOf(object: HealthCheck["object"]): string | undefined {
  if (object === undefined) return "is not there";
  const ready = findCondition(object.status?.conditions, "Ready");
  if (ready === undefined) return "not looked at yet";
  const { generation } = object.metadata;
  if (ready.observedGeneration !== undefined && generation !== undefined && ready.observedGeneration < generation)
    return "not looked at yet";
  return ready.status === "True" ? undefined : (ready.reason ?? "not ready");
}
