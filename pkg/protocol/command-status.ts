import { type StatusBody, StatusError } from "../status/index.ts";
import type { ExecResult } from "./frames.ts";

/** How a command ended, on channel 3 of a WebSocket: Kubernetes' meta/v1 Status. */
export type CommandStatus = StatusBody | SuccessStatus;

interface SuccessStatus {
  readonly metadata: Record<string, unknown>;
  readonly status: "Success";
}

const nonZero = "NonZeroExitCode";

const signalNumbers: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
};

/** The code that a shell has for how a command ended; undefined where it was not the command that ended it. */
function exitCodeOf({ exitCode, signal, reason }: ExecResult): number | undefined {
  if (reason === "NotFound") return 127;
  if (reason !== undefined) return undefined;
  if (exitCode !== undefined) return exitCode;
  return signal === undefined ? undefined : 128 + (signalNumbers[signal.replace(/^SIG/, "")] ?? 0);
}

/** What is told of a command's end: its exit code, or why it has none. */
export function commandStatusOf(result: ExecResult): CommandStatus {
  const code = exitCodeOf(result);
  if (code === 0) return { metadata: {}, status: "Success" };
  if (code === undefined) {
    const reason = result.reason === "Timeout" ? "Timeout" : "InternalError";
    return new StatusError(reason, result.message ?? "the command did not run").toBody();
  }
  const message = `command terminated with non-zero exit code: exit status ${code}`;
  const causes = [{ reason: "ExitCode", message: String(code) }];
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    reason: nonZero,
    message,
    details: { causes },
  };
}

/** The exit code in a status; throws a StatusError where the command has none. */
export function readCommandStatus(text: string): number {
  const status = parse(text);
  if (status?.status === "Success") return 0;
  const cause = status?.details?.causes?.find(({ reason }) => reason === "ExitCode");
  const code = Number(cause?.message ?? Number.NaN);
  if (status?.reason === nonZero && Number.isInteger(code)) return code;
  throw StatusError.fromBody(status?.code ?? 500, status === undefined ? text : { ...status, kind: "Status" });
}

function parse(text: string): Partial<StatusBody> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
