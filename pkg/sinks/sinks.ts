import { keyOf, keyText, type ObjectKey } from "../api/index.ts";
import type { Metrics } from "../metrics/index.ts";
import { makeSinkMeter, type SinkMeter } from "./sink-meter.ts";
import { type SinkPorts, type SinkProgress, SinkRunner, type VersionedSink } from "./sink-runner.ts";

interface Followed {
  readonly uid: string;
  readonly runner: SinkRunner;
}

/** All sinks of a server: each sends by itself, and holds up no other. */
export class Sinks {
  readonly #ports: SinkPorts;
  readonly #meter: SinkMeter;
  readonly #followed = new Map<string, Followed>();
  readonly #listeners = new Set<(key: ObjectKey) => void>();
  #isStopped = false;

  constructor(ports: SinkPorts, metrics: Metrics) {
    this.#ports = ports;
    this.#meter = makeSinkMeter(metrics, () => this.#lagSeconds());
  }

  /** Sends for a sink from now on, by what it says now; what it says of its progress counts only the first time. */
  follow(versioned: VersionedSink): SinkProgress {
    const { sink } = versioned;
    const key = keyOf(sink);
    const uid = sink.metadata.uid ?? "";
    const known = this.#followed.get(keyText(key));
    if (known?.uid === uid) {
      known.runner.update(versioned);
      return known.runner.progress;
    }
    this.drop(key);
    const tell = (): void => {
      for (const listener of this.#listeners) listener(key);
    };
    const runner = new SinkRunner(versioned, this.#ports, this.#meter, tell);
    if (this.#isStopped) void runner.stop();
    else this.#followed.set(keyText(key), { uid, runner });
    return runner.progress;
  }

  /** Sends no more for a sink. */
  drop(key: ObjectKey): void {
    void this.#followed.get(keyText(key))?.runner.stop();
    this.#followed.delete(keyText(key));
  }

  /** Calls back with sinks whose progress has changed. Returns what ends that. */
  onProgress(listener: (key: ObjectKey) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Breaks off what is being sent. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const all = [...this.#followed.values()];
    this.#followed.clear();
    await Promise.all(all.map(({ runner }) => runner.stop()));
  }

  #lagSeconds(): number {
    return Math.max(0, ...[...this.#followed.values()].map(({ runner }) => runner.lagMs)) / 1000;
  }
}
