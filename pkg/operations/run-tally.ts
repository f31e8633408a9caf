import type { RunResult, RunTarget } from "../protocol/index.ts";
import { endingOf, nameOf } from "./answer-groups.ts";
import { byName, foldNames } from "./fold-names.ts";

/** As a shell and ssh have it: a signal is 128 and its number, time-outs are timeout(1)'s, and 255 is no answer at all. */
const timedOut = 124;
const unanswered = 255;
const signalBase = 128;
const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9 };
const defaultSignal = 15;

/** Who was asked, who has answered, and how badly. */
export class RunTally {
  readonly #waiting = new Set<string>();
  readonly #failures = new Map<string, string[]>();
  #expected = 0;
  #failed = 0;
  #worst = 0;

  expect(targets: readonly RunTarget[]): void {
    this.#expected = targets.length;
    for (const target of targets) this.#waiting.add(nameOf(target));
  }

  take(result: RunResult): void {
    this.#waiting.delete(nameOf(result));
    const code = codeOf(result);
    this.#worst = Math.max(this.#worst, code);
    if (code === 0) return;
    this.#failed++;
    const ending = endingOf(result);
    const names = this.#failures.get(ending) ?? [];
    names.push(nameOf(result));
    this.#failures.set(ending, names);
  }

  get waiting(): ReadonlySet<string> {
    return this.#waiting;
  }

  get answered(): number {
    return this.#expected - this.#waiting.size;
  }

  get expected(): number {
    return this.#expected;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Exit code of the worst answer. */
  get exitCode(): number {
    return this.#worst;
  }

  /** "failed on 3 of 100 hosts", then a line for each reason, with who gave it. Empty where nothing failed. */
  get summary(): readonly string[] {
    if (this.#failed === 0) return [];
    const reasons = [...this.#failures].sort(
      ([, left], [, right]) => right.length - left.length || byName(left[0] ?? "", right[0] ?? ""),
    );
    const lines = reasons.map(([ending, names]) => `  ${foldNames(names)}: ${ending}`);
    return [`failed on ${this.#failed} of ${this.#expected} ${this.#expected === 1 ? "host" : "hosts"}`, ...lines];
  }
}

function codeOf({ exitCode, signal, reason }: RunResult): number {
  if (signal !== undefined) return signalBase + (signalNumbers[signal] ?? defaultSignal);
  if (exitCode !== undefined) return exitCode;
  return reason === "Timeout" ? timedOut : unanswered;
}
