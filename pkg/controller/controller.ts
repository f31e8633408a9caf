import type { KindInfo, KubeObject, ObjectKey } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";
import type { Clock } from "../clock/index.ts";
import type { EventRecorder } from "../events/index.ts";
import type { Cache } from "../informer/index.ts";
import type { Logger } from "../log/index.ts";

/** One control loop. `reconcile` is level-triggered: it may be called at any time, any number of times. */
export interface Controller {
  /** One lower-case word, for metrics and logs. */
  readonly name: string;
  /** The kind whose keys are reconciled; its changes enqueue their own key, unless there are `keys`. */
  readonly kind: KindInfo;
  /** Which of its own objects are looked at, and when; default: each, at each change. */
  readonly own?: OwnSource;
  /** For a controller that needs no cache of its kind: all keys to start with. `signals` tell it of changes. */
  readonly keys?: () => readonly ObjectKey[];
  /** Changes of other kinds, mapped to keys of `kind`. Called with the old and the new object of a change, each. */
  readonly watches?: readonly WatchSource[];
  /** Signals from elsewhere (the fabric); returns what stops them. */
  readonly signals?: (enqueue: (key: ObjectKey) => void) => () => void;
  /** All other controllers wait while it has something to do, but for a share of the thread; see Precedence. */
  readonly goesFirst?: boolean;
  /** Default 4. */
  readonly concurrency?: number;
  /** A reconcile that takes longer is aborted. Default 60,000. */
  readonly deadlineMs?: number;
  reconcile(key: ObjectKey, context: ReconcileContext): Promise<ReconcileResult>;
}

/** Objects of a controller's own kind. */
export interface OwnSource {
  /** False for those of which nothing becomes, whatever happens to them; default: true. */
  readonly concerns?: (object: never) => boolean;
  /** As of other sources. */
  readonly when?: (before: never, after: never) => boolean;
}

export interface WatchSource {
  readonly kind: KindInfo;
  readonly keys: (object: never) => readonly ObjectKey[];
  /** False where a change of an object that was there and still is means nothing here; default: each means something. */
  readonly when?: (before: never, after: never) => boolean;
  /** The keys may wait so long, and gather what else becomes of them; default 0. */
  readonly afterMs?: number;
  /** The keys may wait until nobody has anything else to do, as long as their `giveWayMs` says; default: they do not. */
  readonly givesWay?: boolean;
}

export interface ReconcileContext {
  readonly signal: AbortSignal;
  readonly log: Logger;
}

export interface ReconcileResult {
  /** Look again after so long: the earliest instant at which time alone would change the answer. */
  readonly requeueAfterMs?: number;
  /**
   * For objects that sum up many others: nothing happens to this one for so long, so that a thousand changes of its
   * parts cost it dozens of reconciles. At most 1000.
   */
  readonly restMs?: number;
  /** So long at most this object waits for others from now on, where a source `givesWay`. At most 3000; absent: not at all. */
  readonly giveWayMs?: number;
}

/** What a controller is built from; caches hold frozen objects and see this process's own writes at once. */
export interface ControllerPorts {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly events: EventRecorder;
  /**
   * The shared cache of a kind; filled before the first reconcile. One that nobody asked for before the start throws
   * ServiceUnavailable until it is filled.
   */
  cache<T extends KubeObject>(kind: KindInfo<T>): Cache<T>;
}
