import { portsOf } from "../environment/ports.ts";
import type { ClaimEntry, ProcessEntry, Run } from "../ledger/entry.ts";
import { probeAddress } from "../probe/ask.ts";
import { RunProbes } from "../probe/run-probes.ts";
import { claimCommand, processEnvironmentOf } from "./claim-command.ts";
import { type ClaimTasksOptions, runPlace } from "./task-input.ts";

interface Watched {
  /** Run and probes; other ones begin anew. */
  readonly key: string;
  readonly probes: RunProbes;
}

/** Has the probes of exactly those runs asked that are running and not being stopped. */
export class ProbeWatch {
  readonly #options: ClaimTasksOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: ClaimTasksOptions) {
    this.#options = options;
  }

  follow(entry: ClaimEntry | undefined): void {
    for (const uid of this.#watched.keys()) if (entry?.processes[uid] === undefined) this.#stop(uid);
    for (const [uid, process] of Object.entries(entry?.processes ?? {})) {
      const run = process.run;
      if (entry !== undefined && run !== undefined && this.#isProbed(uid, run)) this.#watch(entry, uid, process, run);
      else this.#stop(uid);
    }
  }

  /** The process itself says that it is started and ready. */
  tellReady(uid: string): void {
    this.#watched.get(uid)?.probes.tellReady();
  }

  close(): void {
    for (const uid of [...this.#watched.keys()]) this.#stop(uid);
  }

  #isProbed(uid: string, run: Run): boolean {
    if (run.end !== undefined || run.stopReason !== undefined) return false;
    const place = runPlace(this.#options.context, this.#options.uid, uid, run);
    return this.#options.context.monitor.observe(place.marker)?.state === "running";
  }

  #watch(entry: ClaimEntry, uid: string, { order }: ProcessEntry, run: Run): void {
    const { startupProbe, readinessProbe, livenessProbe } = order;
    const key = JSON.stringify([run.number, run.epoch, startupProbe, readinessProbe, livenessProbe]);
    if (this.#watched.get(uid)?.key === key) return;
    this.#stop(uid);
    const { context, facts, wake } = this.#options;
    const { marker } = runPlace(context, entry.uid, uid, run);
    const ports = portsOf(order, entry.ports[uid] ?? {});
    const env = processEnvironmentOf(context, entry, order, marker);
    const probes = new RunProbes({
      clock: context.ports.clock,
      order,
      number: run.number,
      known: { started: run.wasStarted === true, ready: run.wasReady === true },
      target: {
        address: probeAddress(context.config.address),
        ports,
        run: (argv, timeoutMs) =>
          claimCommand(context, entry, { argv, timeoutMs, ...("env" in env && { env: env.env }) }),
      },
      onChange: (health) => {
        facts.health.set(uid, health);
        wake();
      },
    });
    this.#watched.set(uid, { key, probes });
    facts.health.set(uid, probes.health);
    // The plan has not seen this yet.
    wake();
    probes.start();
  }

  #stop(uid: string): void {
    this.#watched.get(uid)?.probes.stop();
    this.#watched.delete(uid);
  }
}
