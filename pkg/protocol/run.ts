/**
 * One command on many machines: POST /apis/plush.dev/v1/run with a RunRequest; the answer is application/x-ndjson of
 * RunMessage: first `targets`, then a `result` for each as it comes, last `end`. A stream without `end` was cut.
 */
export const runRoute = "/apis/plush.dev/v1/run";

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
}

export type RunMessage = RunTargets | RunResult | RunEnd;

export interface RunTargets {
  readonly type: "targets";
  readonly resources: readonly string[];
}

export interface RunResult {
  readonly type: "result";
  readonly resource: string;
  /** Ordinal or claim that the command ran for, where an application was asked. */
  readonly claim?: string;
  /** Absent where the command did not end by itself. */
  readonly exitCode?: number;
  readonly signal?: string;
  /** Why there is no exit code: unreachable, timed out, not found … one line. */
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
