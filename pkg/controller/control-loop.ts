import { type KubeObject, keyOf, keyText, type ObjectKey } from "../api/index.ts";
import type { Clock } from "../clock/index.ts";
import type { ChangeHandler } from "../informer/index.ts";
import type { Logger } from "../log/index.ts";
import { StatusError } from "../status/index.ts";
import { inSpan, type Tracer } from "../tracing/index.ts";
import { type QueueObserver, WorkQueue } from "../workqueue/index.ts";
import type { Controller, ReconcileContext, WatchSource } from "./controller.ts";
import { GiveWay } from "./give-way.ts";
import type { Informers } from "./informers.ts";
import type { Precedence } from "./precedence.ts";
import type { ReconcileMetrics } from "./reconcile-metrics.ts";
import { type Attempt, settle } from "./settle.ts";
import type { Turns } from "./turns.ts";

const defaultConcurrency = 4;
/** A reconcile that takes longer is aborted: no call of it should hang for ever. */
const defaultDeadlineMs = 60_000;
/** Finds what a watch or a bug of ours has missed. */
const resyncMs = 10 * 60_000;
/** A resync is spread over so long, since it is never urgent. */
const resyncSpreadMs = 60_000;
/** However much there is to sum up, changes are never let wait longer than this. */
const maxRestMs = 1000;

export interface ControlLoopParts {
  readonly controller: Controller;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly metrics: ReconcileMetrics;
  readonly turns: Turns;
  readonly precedence: Precedence;
  /** Undefined: reconciles are not traced. */
  readonly tracer: Tracer | undefined;
}

/** Runs one controller: its sources, its queue and its workers. */
export class ControlLoop {
  readonly #parts: ControlLoopParts;
  readonly #queue: WorkQueue;
  readonly #log: Logger;
  /** One for each reconcile under way. */
  readonly #running = new Set<AbortController>();
  readonly #stoppers: (() => void)[] = [];
  readonly #giveWay: GiveWay;
  #isStopping = false;
  #workers: Promise<unknown> = Promise.resolve();
  #cancelResync: () => void = () => {};

  constructor(parts: ControlLoopParts) {
    const { controller, clock, random, metrics, turns, precedence } = parts;
    this.#parts = parts;
    this.#giveWay = new GiveWay(clock, turns);
    this.#log = parts.log.child({ controller: controller.name, kind: controller.kind.kind });
    const observer: QueueObserver = metrics.add(controller.name);
    this.#queue = new WorkQueue({ clock, random, observer });
    if (controller.goesFirst === true) precedence.add(() => this.#queue.depth);
    this.#subscribe();
  }

  /** To be called when all caches are filled. */
  start(): void {
    const { controller } = this.#parts;
    const stopSignals = controller.signals?.((key) => this.#enqueue(key));
    if (stopSignals !== undefined) this.#stoppers.push(stopSignals);
    const workers = Array.from({ length: controller.concurrency ?? defaultConcurrency }, () => this.#work());
    this.#workers = Promise.all(workers);
    if (controller.keys !== undefined) this.enqueueAll();
    this.#resyncLater();
  }

  /** Aborts what runs, and waits for it. */
  async stop(): Promise<void> {
    this.#cancelResync();
    this.#giveWay.stop();
    for (const stop of this.#stoppers) stop();
    this.#queue.shutDown();
    this.#isStopping = true;
    const reason = new StatusError("ServiceUnavailable", "the controller is stopping");
    for (const running of this.#running) running.abort(reason);
    await this.#workers;
  }

  get name(): string {
    return this.#parts.controller.name;
  }

  /** Nothing is being reconciled, and nothing waits for it. */
  get isQuiet(): boolean {
    return this.#queue.isQuiet && this.#giveWay.isEmpty;
  }

  /** Has every object looked at. */
  enqueueAll(): void {
    for (const key of this.#keys()) this.#enqueue(key);
  }

  #keys(): readonly ObjectKey[] {
    const { controller, informers } = this.#parts;
    return controller.keys?.() ?? informers.of(controller.kind).cache.list().map(keyOf);
  }

  #subscribe(): void {
    const { controller, informers } = this.#parts;
    const { own } = controller;
    const concerns = own?.concerns as ((object: KubeObject) => boolean) | undefined;
    const keys = (object: KubeObject): readonly ObjectKey[] => (concerns?.(object) === false ? [] : [keyOf(object)]);
    const source = { kind: controller.kind, keys, ...(own?.when !== undefined && { when: own.when }) };
    if (controller.keys === undefined) {
      this.#stoppers.push(informers.of(controller.kind).subscribe(this.#handlerOf(source)));
    }
    for (const source of controller.watches ?? []) {
      this.#stoppers.push(informers.of(source.kind).subscribe(this.#handlerOf(source)));
    }
  }

  /** The source's kind says which objects it is called with; the list of sources cannot carry their types. */
  #handlerOf(source: WatchSource): ChangeHandler<KubeObject> {
    const keys = source.keys as (object: KubeObject) => readonly ObjectKey[];
    const when = source.when as ((before: KubeObject, after: KubeObject) => boolean) | undefined;
    return (before, after) => {
      if (before !== undefined && after !== undefined && when?.(before, after) === false) return;
      for (const object of [before, after])
        for (const key of object ? keys(object) : []) this.#hear(keyText(key), source, after === undefined);
    };
  }

  /** Of what is gone somebody may be waiting for another one: that gives way to nobody. */
  #hear(text: string, { afterMs = 0, givesWay = false }: WatchSource, isGone: boolean): void {
    const add = (): void => this.#queue.addAfter(text, afterMs);
    if (givesWay && !isGone) this.#giveWay.wait(text, add);
    else add();
  }

  #enqueue(key: ObjectKey): void {
    this.#queue.add(keyText(key));
  }

  async #work(): Promise<void> {
    const next = (): Promise<string | undefined> => this.#queue.take(() => this.#turn());
    for (let text = await next(); text !== undefined; text = await next()) {
      const attempt = await this.#reconcile(text);
      const { restMs = 0, giveWayMs = 0 } = "result" in attempt ? attempt.result : {};
      this.#giveWay.limit(text, giveWayMs);
      this.#queue.done(text, Math.min(maxRestMs, restMs));
    }
  }

  async #turn(): Promise<void> {
    const { controller, turns, precedence } = this.#parts;
    await turns.give();
    if (controller.goesFirst !== true) await precedence.wait();
  }

  /** One attempt, with its deadline. Its metrics and retries are those of `settle`. */
  async #reconcile(text: string): Promise<Attempt> {
    const { controller, clock, metrics, random } = this.#parts;
    const key = parseKey(text);
    const reconcileId = Math.floor(random() * 2 ** 32).toString(16);
    // Made for those that have something to say: most have not.
    const logger = (): Logger => this.#log.child({ ...key, reconcileId });
    const running = new AbortController();
    this.#running.add(running);
    const deadlineMs = controller.deadlineMs ?? defaultDeadlineMs;
    const cancel = clock.setTimer(deadlineMs, () => {
      logger().warn({ deadlineMs }, "reconcile takes too long and is aborted");
      running.abort(new StatusError("Timeout", `reconcile took longer than ${deadlineMs} ms`));
    });
    const startedMs = clock.monotonic();
    const context: ReconcileContext = {
      signal: running.signal,
      get log() {
        return logger();
      },
    };
    const attempt = await this.#attempt(key, context);
    cancel();
    this.#running.delete(running);
    const seconds = (clock.monotonic() - startedMs) / 1000;
    const isStopped = this.#isStopping && "error" in attempt;
    const log = "error" in attempt ? logger() : this.#log;
    metrics.ended(controller.name, isStopped ? "stopped" : settle(text, attempt, this.#queue, log), seconds);
    return attempt;
  }

  async #attempt(key: ObjectKey, context: ReconcileContext): Promise<Attempt> {
    const { controller, tracer } = this.#parts;
    if (tracer === undefined) return attemptReconcile(controller, key, context);
    const { namespace, name } = key;
    const span = tracer.start(`reconcile ${controller.name}`, {
      attributes: {
        "plush.kind": controller.kind.kind,
        "plush.namespace": namespace === "" ? undefined : namespace,
        "plush.name": name,
      },
    });
    const attempt = await inSpan(span, () => attemptReconcile(controller, key, context));
    if ("error" in attempt) span.fail(attempt.error);
    span.end();
    return attempt;
  }

  #resyncLater(): void {
    const { clock, random } = this.#parts;
    this.#cancelResync = clock.setTimer(resyncMs * (0.9 + random() * 0.2), () => {
      for (const key of this.#keys()) this.#queue.addAfter(keyText(key), random() * resyncSpreadMs);
      this.#resyncLater();
    });
  }
}

async function attemptReconcile(controller: Controller, key: ObjectKey, context: ReconcileContext): Promise<Attempt> {
  try {
    return { result: await controller.reconcile(key, context) };
  } catch (error) {
    return { error };
  }
}

/** The reverse of `keyText`; names hold no slash. */
function parseKey(text: string): ObjectKey {
  const slash = text.indexOf("/");
  return { namespace: text.slice(0, Math.max(0, slash)), name: text.slice(slash + 1) };
}
