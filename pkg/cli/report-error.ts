import { causeText } from "../manifests/index.ts";
import { StatusError } from "../status/index.ts";
import type { Terminal } from "./terminal.ts";
import { Failed } from "./usage-error.ts";

/** Says what went wrong, in one line where it is one fault; returns the exit code. */
export function reportError(terminal: Terminal, error: unknown, command: string | undefined): number {
  // By name: commands from outside may be bundled with classes of their own.
  if (isNamed(error, "Failed")) return error instanceof Failed ? error.exitCode : 1;
  if (isNamed(error, "UsageError")) {
    terminal.error(error.message);
    terminal.note(`See 'plush ${command === undefined ? "" : `${command} `}--help'.`);
    return 2;
  }
  if (isNamed(error, "AbortError")) return 130;
  for (const line of errorLines(StatusError.from(error))) terminal.error(line);
  return 1;
}

/** One line a fault. */
export function errorLines(error: StatusError): string[] {
  const causes = error.details.causes ?? [];
  if (error.reason === "Unauthorized") return [`not logged in: ${error.message}`];
  if (error.reason !== "Invalid" || causes.length === 0) return [oneLine(error.message)];
  return causes.map((cause) => `${subject(error)}${causeText(cause)}`);
}

function subject({ details }: StatusError): string {
  return details.kind === undefined ? "" : `${details.kind.toLowerCase()} "${details.name ?? ""}": `;
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, "; ");
}

function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}
