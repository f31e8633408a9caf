import type { Event, EventSink, Secret, SinkFailure } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";
import { durationMs, formatTimestamp, parseTimestamp, sleep } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import { StatusError } from "../status/index.ts";
import { type Answer, retryDelayMs } from "./answer-plan.ts";
import { type CloudEvent, cloudEventOf } from "./cloud-event.ts";
import { credentialsOf } from "./credentials.ts";
import { readEvents } from "./event-reader.ts";
import { Pace } from "./pace.ts";
import { type PostPorts, postEvent } from "./post-event.ts";
import { Repeats } from "./repeats.ts";
import { isMeant } from "./selection-plan.ts";
import type { SinkMeter } from "./sink-meter.ts";

export interface SinkPorts extends PostPorts {
  readonly api: Pick<ApiClient, "list" | "watch">;
  readonly log: Logger;
  /** In [0, 1); spreads retries. */
  readonly random: () => number;
  readonly clusterUid: string;
  /** A Secret of the sink's namespace. */
  readonly secret: (namespace: string, name: string) => Secret | undefined;
  /** Events held in memory by one sink; those beyond wait in the API. Default 1000. */
  readonly maxHeld?: number;
}

/** A sink, and a word for what its spec and its Secret are. */
export interface VersionedSink {
  readonly sink: EventSink;
  readonly version: string;
}

/** How far a sink is. */
export interface SinkProgress {
  readonly position: number;
  readonly delivered: number;
  readonly lost: number;
  readonly lastDeliveryAt?: string;
  readonly lastFailure?: SinkFailure;
  /** How the last attempt ended; undefined: there was none. */
  readonly state?: Answer["kind"];
  /** What became of the last Event that was dealt with for good, if it was lost. */
  readonly loss?: { readonly reason: "Refused" | "GaveUp"; readonly message: string };
}

const defaultMaxHeld = 1000;
/** Progress is told at most so often, unless it is of another kind. */
const tellMs = 1000;
/** A wait that only a change ends: no timer runs for longer than some weeks. */
const longestMs = 24 * 3_600_000;
/** After an error of the API, until it is asked again. */
const readAgainMs = 1000;

/** Sends the Events of one sink, one after another, from where its status says that it had come. */
export class SinkRunner {
  readonly #ports: SinkPorts;
  readonly #meter: SinkMeter;
  readonly #onProgress: () => void;
  readonly #stopping = new AbortController();
  readonly #repeats = new Repeats();
  readonly #pace = new Pace();
  readonly #running: Promise<void>;
  #sink: EventSink;
  #progress: SinkProgress;
  #cancelTelling: (() => void) | undefined;
  /** Wall clock: when the Event that is being sent happened. */
  #sendingOf: number | undefined;
  /** Of the sink's spec and its Secret: what failed with one may go well with the next. */
  #version: string;
  /** Ends a wait between attempts. */
  #hurry: () => void = () => {};

  constructor({ sink, version }: VersionedSink, ports: SinkPorts, meter: SinkMeter, onProgress: () => void) {
    const { status, metadata } = sink;
    this.#sink = sink;
    this.#version = version;
    this.#ports = ports;
    this.#meter = meter;
    this.#onProgress = onProgress;
    this.#progress = {
      position: status?.position ?? Number(metadata.resourceVersion),
      delivered: status?.delivered ?? 0,
      lost: status?.lost ?? 0,
      ...(status?.lastDeliveryAt !== undefined && { lastDeliveryAt: status.lastDeliveryAt }),
      ...(status?.lastFailure !== undefined && { lastFailure: status.lastFailure }),
    };
    this.#running = this.#run();
  }

  get progress(): SinkProgress {
    return this.#progress;
  }

  /** How long ago the Event happened that is being sent; 0: none is. */
  get lagMs(): number {
    return this.#sendingOf === undefined ? 0 : Math.max(0, this.#ports.clock.now() - this.#sendingOf);
  }

  /** Goes on by what the sink says now; whatever waits is tried at once where that is something else. */
  update({ sink, version }: VersionedSink): void {
    const isOther = version !== this.#version;
    this.#sink = sink;
    this.#version = version;
    if (isOther) this.#hurry();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new StatusError("ServiceUnavailable", "the sink is stopping"));
    this.#cancelTelling?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#ports;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#pass();
      } catch (error) {
        if (signal.aborted) return;
        log.debug({ err: error, sink: this.#sink.metadata.name }, "events could not be read; they are read again");
        await sleep(clock, readAgainMs, signal).catch(() => undefined);
      }
    }
  }

  async #pass(): Promise<void> {
    const { signal } = this.#stopping;
    const { namespace = "" } = this.#sink.metadata;
    const options = { api: this.#ports.api, namespace, limit: this.#ports.maxHeld ?? defaultMaxHeld, signal };
    for await (const { event, revision } of readEvents(this.#progress.position, options)) {
      if (event !== undefined && isMeant(this.#sink, event)) await this.#handle(event);
      signal.throwIfAborted();
      this.#note({ position: revision });
    }
  }

  async #handle(event: Event): Promise<void> {
    const { clock, clusterUid } = this.#ports;
    const leftOut = this.#repeats.admit(event, durationMs(this.#sink.spec.repeatAfter), clock.now());
    if (leftOut === undefined) return this.#meter.count("leftOut");
    const happenedAt = parseTimestamp(event.lastTimestamp ?? "") ?? clock.now();
    this.#sendingOf = happenedAt;
    try {
      await this.#deliver(cloudEventOf(event, clusterUid, leftOut), happenedAt);
    } finally {
      this.#sendingOf = undefined;
    }
  }

  /** Until it is taken, refused or given up, or the sink is stopped. */
  async #deliver(event: CloudEvent, happenedAt: number): Promise<void> {
    const { clock } = this.#ports;
    for (let attempts = 1; ; attempts++) {
      const version = this.#version;
      const answer = await this.#attempt(event);
      this.#stopping.signal.throwIfAborted();
      if (answer.kind === "taken") return this.#taken();
      const failure = { at: formatTimestamp(clock.now()), message: `${event.type} of ${event.subject}: ${answer.why}` };
      this.#note({ state: answer.kind, lastFailure: failure });
      if (answer.kind === "refused") return this.#lose("Refused", failure.message);
      const waitMs = retryDelayMs(attempts, this.#ports.random());
      const { retryFor } = this.#sink.spec;
      const isTooLate = clock.now() + waitMs > happenedAt + durationMs(retryFor);
      if (answer.kind === "failed" && isTooLate) {
        this.#meter.count("givenUp");
        return this.#lose("GaveUp", `${failure.message}; given up after ${retryFor}`);
      }
      // Who wants no more is asked again when somebody has changed the sink.
      if (version === this.#version) await this.#wait(answer.kind === "gone" ? undefined : waitMs);
    }
  }

  async #attempt(event: CloudEvent): Promise<Answer> {
    const { clock } = this.#ports;
    const { signal } = this.#stopping;
    await sleep(clock, this.#pace.take(this.#sink.spec.maxPerSecond, clock.monotonic()), signal);
    const sink = this.#sink;
    const credentials = credentialsOf(sink, this.#secret());
    if ("reason" in credentials) return { kind: "failed", why: credentials.message };
    const startedMs = clock.monotonic();
    const answer = await postEvent(sink, event, credentials, signal, this.#ports);
    if (signal.aborted) return answer;
    this.#meter.took((clock.monotonic() - startedMs) / 1000);
    this.#meter.count(answer.kind);
    return answer;
  }

  #secret(): Secret | undefined {
    const { metadata, spec } = this.#sink;
    return spec.secretRef && this.#ports.secret(metadata.namespace ?? "", spec.secretRef.name);
  }

  #taken(): void {
    const { delivered } = this.#progress;
    const lastDeliveryAt = formatTimestamp(this.#ports.clock.now());
    this.#note({ state: "taken", delivered: delivered + 1, lastDeliveryAt, loss: undefined });
  }

  #lose(reason: "Refused" | "GaveUp", message: string): void {
    this.#note({ lost: this.#progress.lost + 1, loss: { reason, message } });
  }

  /** undefined: until it is hurried, or a day has passed. */
  async #wait(waitMs: number | undefined): Promise<void> {
    const hurried = new AbortController();
    this.#hurry = () => hurried.abort();
    const either = AbortSignal.any([this.#stopping.signal, hurried.signal]);
    await sleep(this.#ports.clock, waitMs ?? longestMs, either).catch(() => undefined);
    this.#hurry = () => {};
  }

  #note(news: { readonly [Name in keyof SinkProgress]?: SinkProgress[Name] | undefined }): void {
    const before = this.#progress;
    const { loss, ...kept } = { ...before, ...news };
    this.#progress = { ...(kept as Omit<SinkProgress, "loss">), ...(loss !== undefined && { loss }) };
    const isOfAnotherKind = before.state !== this.#progress.state || before.lost !== this.#progress.lost;
    if (isOfAnotherKind) this.#tell();
    else this.#cancelTelling ??= this.#ports.clock.setTimer(tellMs, () => this.#tell());
  }

  #tell(): void {
    this.#cancelTelling?.();
    this.#cancelTelling = undefined;
    if (!this.#stopping.signal.aborted) this.#onProgress();
  }
}
