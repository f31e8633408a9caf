import { setMaxListeners } from "node:events";
import { keyOf, type ObjectKey } from "../api/index.ts";
import type { Clock } from "../clock/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import type { ScrapeOutcome, Scrapes } from "../controllers/process/index.ts";
import { abortable, type Fabric } from "../fabric/index.ts";
import {
  type Counter,
  type Exposition,
  type Family,
  type Metrics,
  mergeExpositions,
  parseExposition,
} from "../metrics/index.ts";
import { StatusError } from "../status/index.ts";
import { scrape } from "./scrape.ts";
import { type ScrapeTarget, scrapeTargets } from "./scrape-targets.ts";

export interface ProcessScrapePorts extends Pick<ControllerPorts, "cache"> {
  readonly clock: Clock;
  readonly fabric: Pick<Fabric, "openPort">;
  readonly metrics: Metrics;
}

/** Of one process, and of all: a server's memory is not theirs. */
const maxBytes = 4 << 20;
const maxBytesInAll = 64 << 20;
/** Prometheus waits ten seconds, where nothing else is said. */
const limitMs = 5000;
const concurrency = 64;

interface Scraped {
  readonly target: ScrapeTarget;
  readonly families: readonly Family[];
  readonly outcome: ScrapeOutcome;
}

/**
 * The metrics of all processes that have some, asked for when somebody asks for them: whoever asks meanwhile gets the
 * same answer. Requests go through the connections to the machines, so that no port of theirs has to be reachable.
 */
export class ProcessScrapes implements Scrapes {
  readonly #ports: ProcessScrapePorts;
  readonly #outcomes = new Map<string, ScrapeOutcome>();
  readonly #listeners = new Set<(key: ObjectKey) => void>();
  readonly #counter: Counter<"result">;
  #asked: Promise<string> | undefined;

  constructor(ports: ProcessScrapePorts) {
    this.#ports = ports;
    this.#counter = ports.metrics.counter<"result">({
      name: "plush_process_scrapes_total",
      help: "Requests for metrics of processes, by result.",
      labels: ["result"],
    });
    for (const result of ["ok", "failed", "unreadable", "contradictory"] as const) this.#counter.inc({ result }, 0);
  }

  /** In Prometheus' text format. */
  gather(): Promise<string> {
    this.#asked ??= this.#gather().finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }

  outcomeOf(processUid: string): ScrapeOutcome | undefined {
    return this.#outcomes.get(processUid);
  }

  subscribe(listener: (key: ObjectKey) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async #gather(): Promise<string> {
    const targets = scrapeTargets(this.#ports);
    const late = new AbortController();
    setMaxListeners(0, late.signal);
    const cancel = this.#ports.clock.setTimer(limitMs, () =>
      late.abort(new StatusError("Timeout", `no answer in ${limitMs / 1000} s`)),
    );
    try {
      return this.#merge(await this.#scrapeAll(targets, late.signal));
    } finally {
      cancel();
    }
  }

  async #scrapeAll(targets: readonly ScrapeTarget[], signal: AbortSignal): Promise<readonly Scraped[]> {
    const found: Scraped[] = [];
    let left = maxBytesInAll;
    const waiting = [...targets.entries()];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, target] = next;
        const { bytes, ...scraped } = await this.#scrapeOne(target, Math.min(maxBytes, left), signal);
        left = Math.max(0, left - bytes);
        found[index] = scraped;
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    return found;
  }

  async #scrapeOne(
    target: ScrapeTarget,
    limit: number,
    signal: AbortSignal,
  ): Promise<Scraped & { readonly bytes: number }> {
    const { process, machine, port, path } = target;
    const { fabric } = this.#ports;
    const open = () => fabric.openPort(machine, { port: String(port), processUid: process.metadata.uid ?? "" });
    let isRead = false;
    try {
      signal.throwIfAborted();
      const text = await abortable(scrape({ open, path, maxBytes: limit, signal }), signal);
      isRead = true;
      const families = parseExposition(text);
      return { target, families, outcome: { ok: true, message: "" }, bytes: text.length };
    } catch (caught) {
      const error = signal.aborted ? signal.reason : caught;
      const message = error instanceof Error ? error.message : String(error);
      this.#counter.inc({ result: isRead ? "unreadable" : "failed" });
      return {
        target,
        families: [],
        outcome: { ok: false, message: `GET ${path} on port ${port}: ${message}` },
        bytes: 0,
      };
    }
  }

  #merge(scraped: readonly Scraped[]): string {
    const ups = scraped.map(({ target, outcome }) => upOf(target, outcome.ok));
    const own = scraped.map(({ target, families }): Exposition => ({ labels: target.labels, families }));
    // First, so that its name is nobody else's.
    const { text, faults } = mergeExpositions([...ups, ...own]);
    const outcomes = scraped.map(({ outcome }, index): ScrapeOutcome => {
      const fault = faults.get(ups.length + index);
      return fault === undefined ? outcome : { ok: false, message: `left out: ${fault.slice(0, 3).join("; ")}` };
    });
    for (const [index, { outcome }] of scraped.entries())
      if (outcome.ok) this.#counter.inc({ result: outcomes[index]?.ok === true ? "ok" : "contradictory" });
    this.#note(scraped, outcomes);
    return text;
  }

  /** Tells whoever tells people, where something has changed. */
  #note(scraped: readonly Scraped[], outcomes: readonly ScrapeOutcome[]): void {
    const before = new Map(this.#outcomes);
    this.#outcomes.clear();
    for (const [index, { target }] of scraped.entries()) {
      const { uid = "" } = target.process.metadata;
      const outcome = outcomes[index] ?? { ok: true, message: "" };
      this.#outcomes.set(uid, outcome);
      const known = before.get(uid);
      if (known?.ok === outcome.ok && known.message === outcome.message) continue;
      for (const listener of this.#listeners) listener(keyOf(target.process));
    }
  }
}

/** A process whose metrics could not be had is in the answer all the same. */
function upOf({ labels }: ScrapeTarget, ok: boolean): Exposition {
  const name = "plush_process_up";
  return {
    labels,
    families: [
      {
        name,
        type: "gauge",
        help: "Whether the process gave its metrics.",
        samples: [{ name, labels: [], rest: ok ? "1" : "0" }],
      },
    ],
  };
}
