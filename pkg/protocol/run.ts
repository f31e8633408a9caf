/**
 * One command on many machines: POST /apis/plush.dev/v1/run with a RunRequest; the answer is application/x-ndjson of
 * RunMessage: first `targets`, then `output` where it is asked for and a `result` for each target as they come, last
 * `end`. A stream without `end` was cut. Whoever goes away stops the command wherever it runs.
 */
export const runRoute = "/apis/plush.dev/v1/run";

/** POST with a RunControl, by whoever made the run: 200 once it is done, 404 where the run is over. */
export const runControlRoute = `${runRoute}/control`;

/** Exactly one of resources, selector, pool, application. */
export interface RunRequest {
  /** Names of Resources. */
  readonly resources?: readonly string[];
  /** Label selector over Resources; "" is all of them. */
  readonly selector?: string;
  readonly pool?: string;
  /** The machines of its claims; the command runs in each claim's directory. */
  readonly application?: { readonly namespace: string; readonly name: string };
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Another user of the machine, where the agent may; "root" for --sudo. */
  readonly user?: string;
  /** For each machine; 0: none. */
  readonly timeoutMs: number;
  /** How many at the same time; 0: all. */
  readonly maxConcurrent: number;
  /** Of stdout and of stderr each; what is longer is cut at its front. */
  readonly maxOutputBytes: number;
  /** Base64: what every command reads. */
  readonly input?: string;
  /** The command's input comes by RunControls. Not with maxConcurrent: who begins late would have missed it. */
  readonly takesInput?: boolean;
  /** Whole lines are told as they come, in `output`, and results are without them. */
  readonly streams?: boolean;
}

/** Something about a run that is under way. */
export interface RunControl {
  /** Of RunTargets. */
  readonly run: string;
  /** No more commands are begun, and those that run are ended: SIGHUP, and SIGKILL two seconds later. */
  readonly stop?: true;
  /** Base64: more input. Answered when all commands that still run have taken it. */
  readonly input?: string;
  /** The input has ended. */
  readonly endInput?: true;
}

export type RunMessage = RunTargets | RunOutput | RunResult | RunEnd;

/** A machine, or a claim on it, on which the command is to run. */
export interface RunTarget {
  readonly resource: string;
  /** Claim that the command runs for, where an application was asked. */
  readonly claim?: string;
}

export interface RunTargets {
  readonly type: "targets";
  /** What RunControls call it. */
  readonly run: string;
  readonly targets: readonly RunTarget[];
}

/** Whole lines, but for a last one without an end and for very long ones. */
export interface RunOutput extends RunTarget {
  readonly type: "output";
  readonly stream: "stdout" | "stderr";
  /** Base64. */
  readonly data: string;
}

/**
 * Why there is no exit code. Unreachable: the machine is not connected, or was lost meanwhile. Timeout: it took too long
 * and was killed. NotFound: there is no such program, or claim. Stopped: by a RunControl. Failed: anything else.
 */
export type RunFailure = "Unreachable" | "Timeout" | "NotFound" | "Stopped" | "Failed";

export interface RunResult extends RunTarget {
  readonly type: "result";
  /** Absent where the command did not end by itself. */
  readonly exitCode?: number;
  readonly signal?: string;
  readonly reason?: RunFailure;
  /** With a reason: one line for people. */
  readonly error?: string;
  /** Base64. */
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated?: boolean;
  readonly durationMs: number;
}

export interface RunEnd {
  readonly type: "end";
}
