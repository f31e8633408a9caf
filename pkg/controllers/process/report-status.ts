import { kinds, type ObjectKey, type Process } from "../../api/index.ts";
import { writeStatus } from "../../controller/index.ts";
import { recordTransitions } from "../../events/index.ts";
import { observe, type ProcessPorts } from "./observe.ts";
import { planStatus } from "./status-plan.ts";
import { transitionsOf } from "./transitions.ts";

/** Tells how processes are. Whoever asks while one is being told of waits, and looks at what it is then. */
export class StatusReporter {
  readonly #ports: ProcessPorts;
  /** By uid of the process. */
  readonly #writing = new Map<string, Promise<unknown>>();

  /** Why a quota does not let bare processes have a claim, by their uids. */
  readonly #refusals = new Map<string, string>();

  constructor(ports: ProcessPorts) {
    this.#ports = ports;
  }

  /** What a quota says of the claim that a bare process needs; undefined: nothing any more. */
  refuse(uid: string, message: string | undefined): void {
    if (message === undefined) this.#refusals.delete(uid);
    else this.#refusals.set(uid, message);
  }

  isRefused(uid: string): boolean {
    return this.#refusals.has(uid);
  }

  /** Returns after how long time alone would say something else of it. */
  async report(key: ObjectKey, signal: AbortSignal): Promise<number | undefined> {
    const processes = this.#ports.cache(kinds.Process);
    for (;;) {
      const process = processes.get(key);
      if (process === undefined) return undefined;
      const writing = this.#writing.get(process.metadata.uid ?? "");
      if (writing === undefined) return this.#report(process, signal);
      // What comes of it is for the other to tell.
      await writing.catch(() => undefined);
    }
  }

  async #report(process: Process, signal: AbortSignal): Promise<number | undefined> {
    const { api, events } = this.#ports;
    const observation = observe(process, this.#ports, this.#refusals.get(process.metadata.uid ?? ""));
    const status = planStatus(observation);
    const transitions = transitionsOf(process, status);
    const { uid = "" } = process.metadata;
    const writing = writeStatus({ api, kind: kinds.Process, object: process, signal }, status);
    this.#writing.set(uid, writing);
    try {
      await writing;
    } finally {
      this.#writing.delete(uid);
    }
    recordTransitions(events, process, transitions);
    const { machine } = observation;
    return machine.kind === "unsettled" ? machine.recheckAfterMs : undefined;
  }
}
