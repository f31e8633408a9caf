import type { KindInfo, KubeObject } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";
import type { Clock } from "../clock/index.ts";
import { ApiRecorder } from "../events/index.ts";
import type { Cache } from "../informer/index.ts";
import type { Logger } from "../log/index.ts";
import type { Metrics } from "../metrics/index.ts";
import type { Tracer } from "../tracing/index.ts";
import { ControlLoop } from "./control-loop.ts";
import type { Controller, ControllerPorts } from "./controller.ts";
import { Informers, type SourceChooser } from "./informers.ts";
import { observingClient } from "./observing-client.ts";
import { Precedence } from "./precedence.ts";
import { ReconcileMetrics } from "./reconcile-metrics.ts";
import { Turns } from "./turns.ts";

export interface ControllerManagerOptions {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** In [0, 1); spreads retries and resyncs. */
  readonly random: () => number;
  /** Kinds that are read from elsewhere than from informers of `api`; undefined for all others. */
  readonly sourceOf?: SourceChooser;
  /** Absent: reconciles are not traced. */
  readonly tracer?: Tracer;
  /** Who reports: source.component of Events. Default "plush". */
  readonly component?: string;
}

/**
 * Runs controllers in one process: shared caches, one Event recorder, a queue and workers each. Build the controllers
 * from `ports()`, add them, then start.
 */
export class ControllerManager {
  readonly #options: ControllerManagerOptions;
  readonly #informers: Informers;
  readonly #events: ApiRecorder;
  readonly #metrics: ReconcileMetrics;
  readonly #turns: Turns;
  readonly #precedence: Precedence;
  readonly #loops: ControlLoop[] = [];
  readonly #ports: ControllerPorts;
  #state: "new" | "starting" | "started" | "stopped" = "new";

  constructor(options: ControllerManagerOptions) {
    const { api, clock, random, log, metrics, sourceOf, component = "plush" } = options;
    this.#options = options;
    this.#turns = new Turns(clock);
    this.#precedence = new Precedence(clock);
    this.#metrics = new ReconcileMetrics(metrics);
    this.#informers = new Informers({
      api,
      clock,
      random,
      log,
      ...(sourceOf !== undefined && { sourceOf }),
      lists: this.#metrics.lists,
      onLateCache: () => this.lookAtAll(),
    });
    this.#events = new ApiRecorder({ api, clock, log, metrics, component });
    this.#ports = {
      api: observingClient(api, this.#informers),
      clock,
      events: this.#events,
      cache: <T extends KubeObject>(kind: KindInfo<T>): Cache<T> => this.#informers.cacheOf(kind),
    };
  }

  /**
   * What controllers are built from. A cache that is asked for before `start` is filled before the first reconcile;
   * asking for one later throws ServiceUnavailable until it is filled.
   */
  ports(): ControllerPorts {
    return this.#ports;
  }

  /** True while the controllers run, on caches that have been filled. */
  get hasStarted(): boolean {
    return this.#state === "started";
  }

  /** Nothing is being reconciled, and nothing waits for it but time. */
  get isQuiet(): boolean {
    return this.#loops.every((loop) => loop.isQuiet);
  }

  /**
   * Has controllers look at all their objects, all of them or those of these names. They find nothing to do but where one
   * was not woken by a change.
   */
  lookAtAll(isMeant: (controller: string) => boolean = () => true): void {
    for (const loop of this.#loops) if (isMeant(loop.name)) loop.enqueueAll();
  }

  /** Before `start`: calls back with each change of an object that was there before and still is. For those who count. */
  onChange<T extends KubeObject>(kind: KindInfo<T>, listener: (before: T, after: T) => void): void {
    this.#informers.of(kind).subscribe((before, after) => {
      if (before !== undefined && after !== undefined) listener(before, after);
    });
  }

  /** Before `start`. */
  add(controller: Controller): void {
    if (this.#state !== "new") throw new Error("controllers are added before the start");
    const { clock, random, log, tracer } = this.#options;
    const shared = {
      tracer,
      informers: this.#informers,
      metrics: this.#metrics,
      turns: this.#turns,
      precedence: this.#precedence,
    };
    this.#loops.push(new ControlLoop({ controller, clock, random, log, ...shared }));
  }

  /** Resolves when all caches are filled and the controllers run; at once where `stop` is called meanwhile. */
  async start(): Promise<void> {
    this.#state = "starting";
    await this.#informers.start();
    if (this.#state !== "starting") return;
    this.#state = "started";
    for (const loop of this.#loops) loop.start();
  }

  /** Aborts reconciles, waits for them, and writes the Events that are left. */
  async stop(): Promise<void> {
    this.#state = "stopped";
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    await this.#events.stop();
    await this.#informers.stop();
  }
}
