import { setMaxListeners } from "node:events";
import type { KindInfo, KubeObject } from "../api/index.ts";
import { type FollowEvent, follow } from "../client/index.ts";
import { formatDuration } from "../clock/index.ts";
import { StatusError } from "../status/index.ts";
import type { Invocation } from "./command.ts";
import { objectName } from "./kind-names.ts";
import type { Located } from "./targets.ts";

export interface WaitFor {
  readonly objects: readonly Located[];
  /** In milliseconds; undefined: without end. */
  readonly timeoutMs: number | undefined;
  /** Undefined: the object is not there. Throws to give up. */
  readonly isMet: (object: KubeObject | undefined, located: Located) => boolean;
  readonly onMet?: (located: Located) => void;
  readonly onChange?: (object: KubeObject, located: Located) => void;
  /** Aborted to give up: its reason is thrown. */
  readonly giveUp?: AbortSignal;
  /** What is said of an object that is waited for in vain. */
  readonly stateOf?: (located: Located) => string | undefined;
}

/** Waits until all are met, watching one stream a kind and namespace. Rejects with Timeout, naming what is not met. */
export async function waitFor(call: Invocation, wait: WaitFor): Promise<void> {
  const ended = new AbortController();
  // Each stream listens to it, and there is one a kind and namespace.
  setMaxListeners(0, ended.signal);
  const stop = (): void => ended.abort();
  const cancelTimer = wait.timeoutMs === undefined ? undefined : call.clock.setTimer(wait.timeoutMs, stop);
  call.signal.addEventListener("abort", stop, { once: true });
  wait.giveUp?.addEventListener("abort", stop, { once: true });
  const open = new Set(wait.objects);
  try {
    await Promise.all(groups(wait.objects).map((group) => waitForGroup(call, wait, group, open, ended.signal)));
  } finally {
    cancelTimer?.();
    ended.abort();
    call.signal.removeEventListener("abort", stop);
  }
  call.signal.throwIfAborted();
  wait.giveUp?.throwIfAborted();
  if (open.size > 0) throw timedOut(open, wait);
}

async function waitForGroup(
  call: Invocation,
  wait: WaitFor,
  group: readonly Located[],
  open: Set<Located>,
  signal: AbortSignal,
): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const events = follow<KubeObject>(await call.session.client(), first.kind, {
    clock: call.clock,
    signal,
    ...(first.namespace !== "" && { namespace: first.namespace }),
    ...(group.length === 1 && { fieldSelector: `metadata.name=${first.name}` }),
  });
  const judge = new GroupJudge(wait, group, open);
  for await (const event of events) {
    judge.take(event);
    if (!group.some((located) => open.has(located))) return;
  }
}

/** Tells what an event means for the objects of one stream. */
class GroupJudge {
  readonly #wait: WaitFor;
  readonly #group: readonly Located[];
  readonly #open: Set<Located>;
  readonly #seen = new Set<Located>();

  constructor(wait: WaitFor, group: readonly Located[], open: Set<Located>) {
    this.#wait = wait;
    this.#group = group;
    this.#open = open;
  }

  take(event: FollowEvent<KubeObject>): void {
    if (event.type === "synced") {
      for (const located of this.#group) if (!this.#seen.has(located)) this.#judge(undefined, located);
      return;
    }
    for (const located of this.#group.filter(({ name }) => name === event.object.metadata.name)) {
      this.#seen.add(located);
      if (event.type === "put") this.#wait.onChange?.(event.object, located);
      this.#judge(event.type === "put" ? event.object : undefined, located);
    }
  }

  #judge(object: KubeObject | undefined, located: Located): void {
    if (!this.#open.has(located) || !this.#wait.isMet(object, located)) return;
    this.#open.delete(located);
    this.#wait.onMet?.(located);
  }
}

function groups(objects: readonly Located[]): readonly (readonly Located[])[] {
  const byStream = new Map<string, Located[]>();
  for (const located of objects) {
    const key = `${streamKey(located.kind)}/${located.namespace}`;
    byStream.set(key, [...(byStream.get(key) ?? []), located]);
  }
  return [...byStream.values()];
}

function streamKey({ group, version, plural }: KindInfo): string {
  return `${group}/${version}/${plural}`;
}

function timedOut(open: ReadonlySet<Located>, { timeoutMs = 0, stateOf }: WaitFor): StatusError {
  const names = [...open].map((located) => {
    const state = stateOf?.(located);
    return `${objectName(located.kind, located.name)}${state === undefined ? "" : ` (${state})`}`;
  });
  const shown = names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");
  return new StatusError("Timeout", `timed out after ${formatDuration(timeoutMs)} waiting for ${shown}`);
}
