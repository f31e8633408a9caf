import { type Hook, type HookCall, type HookStatus, type Secret, secretText } from "../../api/index.ts";
import { type ConditionRow, conditionsWith } from "../../controller/index.ts";

export interface HookObservation {
  readonly hook: Hook;
  /** The Secret that it names, where that is there. */
  readonly secret?: Secret;
  /** Key of the Secret that signs. */
  readonly hmacKey: string;
  /** The last call since the server's start. */
  readonly lastCall?: HookCall;
  readonly nowText: string;
}

/** What is told of a hook: whether it can be asked, and what its last call gave. */
export function planHook(observation: HookObservation): HookStatus {
  const { hook, nowText } = observation;
  const lastCall = observation.lastCall ?? hook.status?.lastCall;
  const { generation } = hook.metadata;
  const fault = keyFault(observation);
  const rows: readonly ConditionRow[] = [
    fault === undefined ? ["Ready", "True", "Ready", ""] : ["Ready", "False", ...fault],
    ["Reconciling", "False", "Settled", ""],
    fault === undefined ? ["Stalled", "False", "NotStalled", ""] : ["Stalled", "True", ...fault],
    ...answering(lastCall),
  ];
  return {
    ...(generation !== undefined && { observedGeneration: generation }),
    ...(lastCall !== undefined && { lastCall }),
    conditions: conditionsWith(hook, rows, nowText),
  };
}

function keyFault({ hook, secret, hmacKey }: HookObservation): readonly [string, string] | undefined {
  const { secretRef } = hook.spec;
  if (secretRef === undefined) return undefined;
  if (secret === undefined) return ["ReferenceNotFound", `Secret ${secretRef.name} is not there: it is not asked`];
  if (secretText(secret, hmacKey)) return undefined;
  return ["KeyNotFound", `Secret ${secretRef.name} has no key ${hmacKey}: it is not asked`];
}

function answering(lastCall: HookCall | undefined): readonly ConditionRow[] {
  if (lastCall === undefined) return [];
  if (lastCall.result === "Failed") return [["Answering", "False", "NoAnswer", `it ${lastCall.message ?? ""}`]];
  return [["Answering", "True", "Answered", ""]];
}
