import type { Hook, HookCall, ObjectKey, RecoveryAction } from "../api/index.ts";
import { formatDuration, formatTimestamp } from "../clock/index.ts";
import type { EventRecorder } from "../events/index.ts";
import type { HookReply } from "./answer-plan.ts";
import { type CallPorts, callHook } from "./hook-call.ts";
import { batchKey, type HookQuestion, questionBody } from "./question.ts";
import { callId } from "./signature.ts";

export interface HookCallerPorts extends CallPorts {
  readonly events: EventRecorder;
  readonly hook: (namespace: string, name: string) => Hook | undefined;
  /** Told of each call that ended: by an action, leaving it to recovery, or in no way that can be used. */
  readonly onCalled?: (result: HookReply["kind"], seconds: number) => void;
}

/** What hooks say about a failure. No action: it is left to the application's recovery. */
export interface HookAnswer {
  readonly cause: string;
  readonly action?: RecoveryAction;
  readonly hook?: string;
}

interface Asked {
  readonly cause: string;
  answer?: HookAnswer;
}

interface Batch {
  readonly hook: Hook;
  readonly questions: [HookQuestion, ...HookQuestion[]];
  readonly reply: Promise<HookReply>;
}

/** Where nobody is to be asked: there is never an answer. */
export const silentHooks: Pick<HookCaller, "ask" | "answer" | "forget" | "onAnswer"> = {
  ask() {},
  answer: () => undefined,
  forget() {},
  onAnswer: () => () => {},
};

/** Failures of one cause seldom come alone: so long more of them are waited for. */
const gatherMs = 100;
/** So many members are named in an Event. */
const namesShown = 5;

/**
 * Asks hooks in the background, once for each cause, and remembers what they said until it is told to forget. A server
 * that is started again remembers nothing, and may ask again.
 */
export class HookCaller {
  readonly #ports: HookCallerPorts;
  readonly #asked = new Map<string, Asked>();
  readonly #batches = new Map<string, Batch>();
  readonly #lastCalls = new Map<string, HookCall>();
  readonly #answerListeners = new Set<(key: ObjectKey) => void>();
  readonly #callListeners = new Set<(hook: Hook) => void>();
  readonly #stopping = new AbortController();

  constructor(ports: HookCallerPorts) {
    this.#ports = ports;
  }

  /** Has the question asked, unless it is or was already; who listens hears of the claim when there is an answer. */
  ask(question: HookQuestion): void {
    const { claimUid, cause, key } = question;
    if (this.#asked.get(claimUid)?.cause === cause || this.#stopping.signal.aborted) return;
    const asked: Asked = { cause };
    this.#asked.set(claimUid, asked);
    void this.#inquire(question).then((answer) => {
      asked.answer = answer;
      if (this.#asked.get(claimUid) === asked) for (const listener of this.#answerListeners) listener(key);
    });
  }

  /** What was answered about the last failure of a claim; undefined: nothing yet. */
  answer(claimUid: string): HookAnswer | undefined {
    return this.#asked.get(claimUid)?.answer;
  }

  /** The claim has not failed any more, or is gone: its next failure is another one. */
  forget(claimUid: string): void {
    this.#asked.delete(claimUid);
  }

  /** Calls back with claims about which there is an answer. Returns what ends that. */
  onAnswer(listener: (key: ObjectKey) => void): () => void {
    this.#answerListeners.add(listener);
    return () => void this.#answerListeners.delete(listener);
  }

  /** Calls back with hooks that have been called. Returns what ends that. */
  onCall(listener: (hook: Hook) => void): () => void {
    this.#callListeners.add(listener);
    return () => void this.#callListeners.delete(listener);
  }

  /** The last call of a hook since this server's start. */
  lastCall(hookUid: string): HookCall | undefined {
    return this.#lastCalls.get(hookUid);
  }

  /** Breaks off what is being asked. */
  stop(): void {
    this.#stopping.abort();
  }

  async #inquire(question: HookQuestion): Promise<HookAnswer> {
    const { cause, hooks, key } = question;
    for (const name of hooks) {
      const hook = this.#ports.hook(key.namespace, name);
      if (hook === undefined) continue;
      const reply = await this.#join(hook, question);
      if (reply.kind === "action") return { cause, action: reply.action, hook: name };
    }
    return { cause };
  }

  /** The reply to the call in which the question goes along. */
  #join(hook: Hook, question: HookQuestion): Promise<HookReply> {
    const key = batchKey(question, hook.metadata.uid ?? "");
    const open = this.#batches.get(key);
    if (open !== undefined) {
      open.questions.push(question);
      return open.reply;
    }
    const reply = new Promise<HookReply>((resolve) => {
      this.#ports.clock.setTimer(gatherMs, () => {
        const batch = this.#batches.get(key);
        this.#batches.delete(key);
        if (batch !== undefined) void this.#call(batch).then(resolve);
      });
    });
    this.#batches.set(key, { hook, questions: [question], reply });
    return reply;
  }

  async #call({ hook, questions }: Batch): Promise<HookReply> {
    const { clock } = this.#ports;
    const [{ allowed }] = questions;
    const id = callId(questions.map(({ failure }) => failure.id));
    const name = hook.metadata.name ?? "";
    const startedAt = clock.now();
    const started = clock.monotonic();
    this.#tell(hook, questions, "Normal", "HookAsked", `hook ${name} is asked about ${membersText(questions)}`);
    const body = questionBody(questions, name, id);
    const request = { hook, id, body, allowed, signal: this.#stopping.signal };
    const reply = await callHook(request, this.#ports);
    if (this.#stopping.signal.aborted) return reply;
    const tookMs = clock.monotonic() - started;
    this.#ports.onCalled?.(reply.kind, tookMs / 1000);
    this.#tellReply(hook, questions, reply, tookMs);
    this.#lastCalls.set(hook.metadata.uid ?? "", callRecord(questions, reply, formatTimestamp(startedAt)));
    for (const listener of this.#callListeners) listener(hook);
    return reply;
  }

  #tellReply(hook: Hook, questions: Batch["questions"], reply: HookReply, tookMs: number): void {
    const name = hook.metadata.name ?? "";
    const about = membersText(questions);
    const [{ proposed }] = questions;
    if (reply.kind === "bad") {
      const message = `hook ${name} ${reply.why}; recovery's own word holds for ${about}: ${proposed}`;
      this.#tell(hook, questions, "Warning", "HookFailed", message);
      return;
    }
    const said = reply.kind === "action" ? `says ${reply.action}` : `leaves it to recovery (${proposed})`;
    const message = `hook ${name} ${said} for ${about}, after ${formatDuration(Math.round(tookMs))}`;
    this.#tell(hook, questions, "Normal", "HookAnswered", message);
  }

  #tell(
    hook: Hook,
    [{ owner }]: Batch["questions"],
    type: "Normal" | "Warning",
    reason: string,
    message: string,
  ): void {
    for (const object of [owner, hook]) this.#ports.events.record(object, type, reason, message);
  }
}

/** "servers-1, servers-2 (HostLost)". */
function membersText(questions: Batch["questions"]): string {
  const names = questions.map(({ failure: { component, ordinal } }) =>
    ordinal === undefined ? component : `${component}-${ordinal}`,
  );
  const more = names.length > namesShown ? ` and ${names.length - namesShown} more` : "";
  return `${names.slice(0, namesShown).join(", ")}${more} (${questions[0].failure.reason})`;
}

function callRecord(questions: Batch["questions"], reply: HookReply, at: string): HookCall {
  const [{ owner, failure }] = questions;
  const result = reply.kind === "action" ? reply.action : reply.kind === "default" ? "Default" : "Failed";
  return {
    at,
    application: owner.metadata.name ?? "",
    reason: failure.reason,
    failures: questions.length,
    result,
    ...(reply.kind === "bad" && { message: reply.why }),
  };
}
