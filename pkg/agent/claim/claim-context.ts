import type { BarrierAnswer, BarrierReport, MonitorReport } from "../../protocol/index.ts";
import type { BlobCache } from "../blobs/blob-cache.ts";
import type { LeaseKeeper } from "../lease/lease-keeper.ts";
import type { ClaimEntry, Run } from "../ledger/entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Action } from "../plan-input.ts";
import type { AgentPorts } from "../ports.ts";
import type { ReportHaste } from "../report/report-hub.ts";
import type { RunMonitor, RunPlace } from "../shim/run-monitor.ts";
import type { ClaimFacts } from "./facts.ts";

/** What carries out the actions of one claim, and looks after what runs. */
export interface Tasks {
  /** Names a run and where it lies. */
  place(processUid: string, run: Run): RunPlace;
  perform(action: Action, entry: ClaimEntry | undefined): void;
  /** Lets probes and the like follow what runs now. */
  follow(entry: ClaimEntry | undefined): void;
  /** Tells a process that waits at a barrier. */
  answer(answer: BarrierAnswer): void;
  /** Ends watchers; tasks end with the agent. */
  close(): void;
  /** What the claim's monitors say. */
  monitors(): readonly MonitorReport[];
  /** Where a run is at barriers. */
  barriers(processUid: string, run: Run | undefined): readonly BarrierReport[];
}

export interface TasksParts {
  readonly facts: ClaimFacts;
  readonly uid: string;
  /** Has the claim looked at again. */
  readonly wake: () => void;
}

/** What claims need of their machine to be looked after. */
export interface ClaimContext {
  readonly ports: Pick<AgentPorts, "clock" | "random" | "log">;
  readonly ledger: Ledger;
  readonly blobs: Pick<BlobCache, "complete" | "transfer">;
  readonly monitor: Pick<RunMonitor, "observe" | "adopt">;
  readonly leases: Pick<LeaseKeeper, "see" | "want">;
  /** Boot identity of the host. */
  readonly boot: string;
  /** Aborted when the agent ends; what runs goes on. */
  readonly closing: AbortSignal;
  /** What is reported of a claim may have changed; default: it is told soon. */
  readonly changed: (claimUid: string, haste?: ReportHaste) => void;
  readonly makeTasks: (parts: TasksParts) => Tasks;
  readonly workingDirectory: (claimUid: string) => string;
  /** Gives one claim's directory to another. */
  readonly moveDirectory: (formerUid: string, heirUid: string) => Promise<void>;
}
