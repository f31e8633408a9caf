import type { FailureReason, KubeObject, ObjectKey, RecoveryAction } from "../api/index.ts";

/** A failure that hooks are asked about, as they are told of it. */
export interface FailureNotice {
  /** Stays the same where the same failure is told again, after a restart of the server. */
  readonly id: string;
  readonly component: string;
  /** Absent for a process that stands alone. */
  readonly ordinal?: number;
  readonly epoch: number;
  readonly resource: string;
  readonly process?: string;
  readonly reason: FailureReason;
  readonly message: string;
  /** RFC 3339. */
  readonly at: string;
}

/** What is asked about one failed member. */
export interface HookQuestion {
  /** The claim that failed: to be looked at again when there is an answer. */
  readonly key: ObjectKey;
  readonly claimUid: string;
  /** Tells failures of one claim apart: a question is asked once a cause. */
  readonly cause: string;
  /** Names of Hooks in the claim's namespace, in the order in which they are asked. */
  readonly hooks: readonly string[];
  /** The Application, or the Component that stands alone; Events are told of it. */
  readonly owner: KubeObject;
  readonly failure: FailureNotice;
  /** What is done where no hook says otherwise. */
  readonly proposed: RecoveryAction;
  /** Answers that make sense. */
  readonly allowed: readonly RecoveryAction[];
}

/** Failures that go in one call: of one application, for one reason, with the same choices. */
export function batchKey({ owner, failure, proposed, allowed }: HookQuestion, hookUid: string): string {
  return JSON.stringify([hookUid, owner.metadata.uid, failure.reason, proposed, allowed]);
}

/** The body of a call. `questions` are of one batch, at least one. */
export function questionBody(questions: readonly [HookQuestion, ...HookQuestion[]], hook: string, id: string): string {
  const [{ owner, failure, proposed, allowed }] = questions;
  const { namespace = "", name = "" } = owner.metadata;
  return JSON.stringify({
    apiVersion: "plush.dev/v1",
    kind: "RecoveryQuestion",
    id,
    hook,
    [owner.kind === "Application" ? "application" : "component"]: { namespace, name },
    reason: failure.reason,
    failures: questions.map((one) => one.failure),
    proposed,
    allowed,
  });
}
