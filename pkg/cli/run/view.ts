import type { Printed } from "../../operations/index.ts";
import type { RunOutput, RunResult } from "../../protocol/index.ts";

/** How answers are shown. */
export interface RunView {
  /** Resolves when the terminal has taken it. */
  output(output: RunOutput): Promise<void>;
  /** With what it printed, also where that came in pieces. */
  result(result: RunResult, printed: Printed): void;
  /** Everything has been answered, or nothing more is waited for. */
  finish(): void;
}
