import type { BarrierAnswer, BarrierReport, MonitorReport } from "../../protocol/index.ts";
import { ProcessFiles } from "../files/process-files.ts";
import type { ClaimEntry, Run } from "../ledger/entry.ts";
import type { Action } from "../plan-input.ts";
import type { RunPlace } from "../shim/run-monitor.ts";
import { ProcessSockets } from "../socket/process-sockets.ts";
import type { Tasks } from "./claim-context.ts";
import { cleanClaim } from "./clean-claim.ts";
import { forgetItem } from "./forget-item.ts";
import { LogWatch } from "./log-watch.ts";
import { MonitorWatch } from "./monitor-watch.ts";
import { PeersFile } from "./peers-file.ts";
import { choosePorts } from "./ports.ts";
import { ProbeWatch } from "./probe-watch.ts";
import { discardSoftware, installSoftware } from "./software.ts";
import { startRun } from "./start-run.ts";
import { stopProcess } from "./stop-process.ts";
import { type ClaimTasksOptions, runPlace, type TaskInput } from "./task-input.ts";
import { tidyProcess } from "./tidy-process.ts";

/** Carries out a claim's actions, each as a task of its own that ends in a fact and wakes the claim. */
export class ClaimTasks implements Tasks {
  readonly #options: ClaimTasksOptions;
  readonly #probes: ProbeWatch;
  readonly #logs: LogWatch;
  readonly #peers: PeersFile;
  readonly #sockets: ProcessSockets;
  readonly #files: ProcessFiles;
  readonly #monitors: MonitorWatch;

  constructor(options: ClaimTasksOptions) {
    this.#options = options;
    this.#probes = new ProbeWatch(options);
    this.#logs = new LogWatch(options);
    this.#peers = new PeersFile(options);
    this.#files = new ProcessFiles(options);
    this.#monitors = new MonitorWatch(options);
    this.#sockets = new ProcessSockets(options, (uid) => this.#probes.tellReady(uid));
  }

  /** Names a run and where it lies. */
  place(processUid: string, run: Run): RunPlace {
    return runPlace(this.#options.context, this.#options.uid, processUid, run);
  }

  perform(action: Action, entry: ClaimEntry | undefined): void {
    if (entry === undefined) return;
    const { context, facts, wake } = this.#options;
    const input: TaskInput = { context, facts, entry, wake, sockets: this.#sockets, files: this.#files };
    this.#run(action.kind, () => perform(input, action));
  }

  /** Lets probes and the like follow what runs now. */
  follow(entry: ClaimEntry | undefined): void {
    this.#probes.follow(entry);
    this.#logs.follow(entry);
    this.#peers.follow(entry);
    this.#files.follow(entry);
    this.#sockets.follow(entry);
    this.#monitors.follow(entry);
  }

  /** Tells a process that waits at a barrier. */
  answer(answer: BarrierAnswer): void {
    this.#sockets.answer(answer);
  }

  /** Ends watchers; tasks end with the agent. */
  close(): void {
    this.#probes.close();
    this.#files.close();
    this.#sockets.close();
    this.#monitors.close();
  }

  /** What the claim's monitors say. */
  monitors(): readonly MonitorReport[] {
    return this.#monitors.reports();
  }

  /** Where a run is at barriers. */
  barriers(processUid: string, run: Run | undefined): readonly BarrierReport[] {
    return this.#sockets.reports(processUid, run);
  }

  #run(kind: string, task: () => Promise<void>): void {
    const { context, uid, wake } = this.#options;
    task().then(wake, (error: unknown) => {
      if (context.closing.aborted) return;
      // Each task turns what can go wrong into a fact; what arrives here is a fault of ours, and is tried again.
      context.ports.log.error({ claim: uid, kind, error: String(error) }, "task failed");
      context.ports.clock.setTimer(1000, wake);
    });
  }
}

function perform(input: TaskInput, action: Action): Promise<void> {
  switch (action.kind) {
    case "start":
      return startRun(input, action);
    case "stop":
      return stopProcess(input, action);
    case "forgetItem":
      return forgetItem(input, action);
    case "choosePorts":
      return choosePorts(input, action);
    case "install":
      return installSoftware(input, action);
    case "discard":
      return discardSoftware(input, action);
    case "tidy":
      return tidyProcess(input, action);
    case "clean":
      return cleanClaim(input, action);
  }
}
