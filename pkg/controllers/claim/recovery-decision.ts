import type { RecoveryAction } from "../../api/index.ts";
import type { Verdict } from "./failure-plan.ts";

/** What is done about a failed member. */
export type RecoveryDecision =
  /** Bind it elsewhere. */
  | ({ readonly kind: "replace" } & Verdict)
  /** Hooks are to be asked first. */
  | ({
      readonly kind: "ask";
      readonly message: string;
      readonly cause: string;
      readonly hooks: readonly string[];
      readonly proposed: RecoveryAction;
      readonly allowed: readonly RecoveryAction[];
    } & Verdict)
  /** Time alone will change the answer, or another object. */
  | ({
      readonly kind: "wait";
      readonly message: string;
      readonly recheckAfterMs?: number;
      /** What runs on the lost machine ends with its lease, or by force. */
      readonly isForLease?: true;
    } & Verdict)
  /** It is taken note of, and nothing is done. */
  | ({ readonly kind: "ignore"; readonly message: string } & Verdict)
  /** Until a person does something. */
  | ({
      readonly kind: "blocked";
      readonly reason: "CrashLoop" | "InstallFailed" | "MonitorFailed" | "HostLost" | "ReplacementsUsedUp" | "Braked";
      readonly message: string;
      readonly recheckAfterMs?: number;
    } & Verdict);
