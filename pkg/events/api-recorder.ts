import { type Event, type KubeObject, kinds, labels } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";
import { type Clock, formatTimestamp, sleep } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import { type Counter, Metrics } from "../metrics/index.ts";
import { isReason, StatusError } from "../status/index.ts";
import { SeriesMemory } from "./event-series.ts";
import type { EventRecorder } from "./recorder.ts";

/** Series that wait to be written; beyond it the oldest is dropped. */
const maxQueued = 1000;
const maxAttempts = 4;
const firstRetryMs = 200;
/** How long `stop` waits for what is queued. */
const drainMs = 2000;

export interface ApiRecorderOptions {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** Who reports: source.component of the Events. */
  readonly component: string;
}

interface Occurrence {
  readonly object: KubeObject;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  readonly firstMs: number;
  readonly lastMs: number;
  /** How often, since it was last written. */
  readonly times: number;
}

/**
 * Writes Events through the API, one after the other, behind the back of those who record them. Repeats within ten
 * minutes raise the count of one Event; an object that reports without end is cut off (25 at once, one in 5 minutes).
 */
export class ApiRecorder implements EventRecorder {
  readonly #options: ApiRecorderOptions;
  readonly #memory = new SeriesMemory();
  /** By series, oldest first: a repeat that comes before its write is part of it. */
  readonly #queue = new Map<string, Occurrence>();
  readonly #dropped: Counter<"why">;
  readonly #stopping = new AbortController();
  #writing: Promise<void> | undefined;
  #nameCounter = 0;

  constructor(options: ApiRecorderOptions) {
    this.#options = options;
    this.#dropped = (options.metrics ?? new Metrics()).counter({
      name: "plush_events_dropped_total",
      help: "Events that were not written: an object reported too much, the queue was full, or the API refused.",
      labels: ["why"],
    });
    for (const why of ["spam", "full", "failed"] as const) this.#dropped.inc({ why }, 0);
  }

  record(object: KubeObject, type: "Normal" | "Warning", reason: string, message: string): void {
    if (this.#stopping.signal.aborted) return;
    const now = this.#options.clock.now();
    const id = JSON.stringify([object.kind, object.metadata.uid, type, reason, message]);
    const queued = this.#queue.get(id);
    if (queued === undefined && !this.#memory.allow(object, now)) {
      this.#drop("spam");
      return;
    }
    const firstMs = queued?.firstMs ?? now;
    this.#queue.set(id, { object, type, reason, message, firstMs, lastMs: now, times: (queued?.times ?? 0) + 1 });
    if (this.#queue.size > maxQueued) {
      const [oldest = ""] = this.#queue.keys();
      this.#queue.delete(oldest);
      this.#drop("full");
    }
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when all that was recorded has been written, or dropped. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  /** Records nothing more; what is queued is written if that takes less than two seconds. */
  async stop(): Promise<void> {
    const cancel = this.#options.clock.setTimer(drainMs, () => this.#abort());
    await this.flush();
    cancel();
    this.#abort();
  }

  #abort(): void {
    this.#stopping.abort(new StatusError("ServiceUnavailable", "the recorder is stopping"));
  }

  async #writeAll(): Promise<void> {
    // Lets the caller, and what it records next, go first.
    await Promise.resolve();
    for (let next = this.#shift(); next !== undefined; next = this.#shift()) {
      const [id, occurrence] = next;
      try {
        await this.#writeWithRetries(id, occurrence);
      } catch (error) {
        this.#drop("failed");
        this.#options.log.debug({ err: error, reason: occurrence.reason }, "event could not be written");
      }
    }
    // Together with the last look into the queue: what is recorded after it is nobody's else.
    this.#writing = undefined;
  }

  #shift(): [string, Occurrence] | undefined {
    const [next] = this.#queue;
    if (next !== undefined) this.#queue.delete(next[0]);
    return next;
  }

  async #writeWithRetries(id: string, occurrence: Occurrence): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#write(id, occurrence);
      } catch (error) {
        const { signal } = this.#stopping;
        if (signal.aborted || attempt === maxAttempts || !StatusError.from(error).retryable) throw error;
        await sleep(this.#options.clock, firstRetryMs * 2 ** attempt, signal);
      }
    }
  }

  async #write(id: string, occurrence: Occurrence): Promise<void> {
    const { object, lastMs, times } = occurrence;
    const { api } = this.#options;
    const { signal } = this.#stopping;
    // Cluster-scoped objects have no namespace of their own; their Events are in "default", as in Kubernetes.
    const namespace = object.metadata.namespace ?? "default";
    const series = this.#memory.find(id, lastMs);
    if (series !== undefined) {
      const count = series.count + times;
      const body = { count, lastTimestamp: formatTimestamp(lastMs) };
      try {
        await api.patch(kinds.Event, { namespace, name: series.name }, { type: "merge", body }, { signal });
        this.#memory.set(id, { ...series, count, lastMs });
        return;
      } catch (error) {
        if (!isReason(error, "NotFound")) throw error;
        this.#memory.forget(id); // its time was over; this is a new one
      }
    }
    const event = this.#makeEvent(occurrence, namespace);
    await api.create(kinds.Event, event, { signal });
    this.#memory.set(id, { name: event.metadata.name ?? "", count: times, lastMs });
  }

  #makeEvent(occurrence: Occurrence, namespace: string): Event {
    const { object, type, reason, message, firstMs, lastMs, times } = occurrence;
    const { name, uid, resourceVersion } = object.metadata;
    const marks = labelsOf(object);
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${name}.${this.#nextSuffix()}`, namespace, ...(marks !== undefined && { labels: marks }) },
      involvedObject: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        name: name ?? "",
        ...(object.metadata.namespace !== undefined && { namespace: object.metadata.namespace }),
        ...(uid !== undefined && { uid }),
        ...(resourceVersion !== undefined && { resourceVersion }),
      },
      reason,
      message,
      type,
      source: { component: this.#options.component },
      reportingComponent: this.#options.component,
      reportingInstance: "",
      firstTimestamp: formatTimestamp(firstMs),
      lastTimestamp: formatTimestamp(lastMs),
      count: times,
    };
  }

  /** Nanoseconds in hexadecimal, as Kubernetes does; a counter stands for what the clock cannot tell apart. */
  #nextSuffix(): string {
    this.#nameCounter = (this.#nameCounter + 1) % 1_000_000;
    return (BigInt(Math.floor(this.#options.clock.now())) * 1_000_000n + BigInt(this.#nameCounter)).toString(16);
  }

  #drop(why: "spam" | "full" | "failed"): void {
    this.#dropped.inc({ why });
  }
}

/** Events are selected by the labels of what they are about; an application is of itself. */
function labelsOf({ kind, metadata }: KubeObject): Readonly<Record<string, string>> | undefined {
  if (kind !== kinds.Application.kind) return metadata.labels;
  return { ...metadata.labels, [labels.application]: metadata.name ?? "" };
}
