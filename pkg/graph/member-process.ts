/** What is known of one process of a member: what it was told, and what its machine last reported. */
export interface MemberProcess {
  readonly phase: string;
  readonly process: string;
  readonly restartPolicy: "Always" | "OnFailure" | "Never";
  readonly epoch: number;
  readonly revision: string;
  readonly suspend: boolean;
  readonly catchUp: boolean;
  /** Hooks have a say in its failure, and none has said yet that it counts, or one said otherwise. */
  readonly pardoned?: boolean;
  /** Absent before the first report. */
  readonly observed?: ObservedProcess;
}

export interface ObservedProcess {
  readonly state: string;
  readonly epoch: number;
  readonly revision: string;
  readonly exitCode?: number;
  readonly signal?: string;
}

/** True where this run did what its phase wants of it: ended with 0, or ready where it always runs. */
export function isDone(process: MemberProcess): boolean {
  const run = currentRun(process);
  if (run === undefined) return false;
  return process.restartPolicy === "Always" ? run.state === "Ready" : run.state === "Exited" && run.exitCode === 0;
}

/**
 * Why this run will never do what its phase wants, as words for messages; undefined where it still may. A process that
 * was given up counts only with `givenUpFails`: elsewhere its member is replaced, or restarts go on.
 */
export function failureOf(process: MemberProcess, givenUpFails: boolean): string | undefined {
  const run = currentRun(process);
  if (run === undefined || process.suspend || process.pardoned === true) return undefined;
  if (run.state === "Failed" && (givenUpFails || process.restartPolicy === "Never")) return "was given up";
  if (process.restartPolicy !== "Never") return undefined;
  // Never means at most once for an epoch and revision, so a run whose end nobody saw cannot be made good here.
  if (run.state === "Lost") return "ended unseen";
  if (run.state !== "Exited" || run.exitCode === 0) return undefined;
  return run.signal === undefined ? `exited with ${run.exitCode ?? "an unknown status"}` : `was ended by ${run.signal}`;
}

/** True where nothing of this process runs on the machine of the member's present holder, as far as it has reported. */
export function isStopped(process: MemberProcess, epoch: number): boolean {
  if (process.epoch !== epoch) return true; // ordered for a former holder: the document does not name it
  if (!process.suspend) return currentRun(process)?.state === "Exited";
  return process.observed?.epoch !== epoch || !liveStates.has(process.observed.state);
}

const liveStates: ReadonlySet<string> = new Set(["Starting", "Running", "Ready", "Stopping"]);

/** What was reported of the run that is ordered now, nothing of an earlier one. */
function currentRun(process: MemberProcess): ObservedProcess | undefined {
  const { observed } = process;
  return observed?.epoch === process.epoch && observed.revision === process.revision ? observed : undefined;
}
