import type { RunResult, RunTarget } from "../protocol/index.ts";
import { byName, foldNames } from "./fold-names.ts";

/** What a machine answered, as people see it. */
export interface Answer {
  readonly ok: boolean;
  /** stdout and stderr as they are to be shown. */
  readonly text: string;
  /** "", "exit 3", "killed by SIGKILL", or why there is no exit code. */
  readonly ending: string;
}

/** Machines that gave the same answer: same output, same end. */
export interface AnswerGroup {
  readonly names: string[];
  readonly answer: Answer;
}

/** What a target is called: an application's member, else a machine. */
export function nameOf({ resource, claim }: RunTarget): string {
  return claim ?? resource;
}

export function endingOf({ exitCode, signal, error }: Pick<RunResult, "exitCode" | "signal" | "error">): string {
  if (signal !== undefined) return `killed by ${signal}`;
  if (exitCode !== undefined) return exitCode === 0 ? "" : `exit ${exitCode}`;
  return error ?? "no answer";
}

/** Gathers answers by what they say. */
export class AnswerGroups {
  readonly #groups = new Map<string, AnswerGroup>();

  add(name: string, answer: Answer): void {
    const key = JSON.stringify([answer.ending, answer.text]);
    const group = this.#groups.get(key) ?? { names: [], answer };
    group.names.push(name);
    this.#groups.set(key, group);
  }

  /** What went well first, and of that the largest; equal ones by their first name. */
  get all(): readonly AnswerGroup[] {
    for (const { names } of this.#groups.values()) names.sort(byName);
    const rank = ({ answer }: AnswerGroup): number => (answer.ok ? 0 : 1);
    return [...this.#groups.values()].sort(
      (left, right) =>
        rank(left) - rank(right) ||
        right.names.length - left.names.length ||
        byName(left.names[0] ?? "", right.names[0] ?? ""),
    );
  }
}

/** "3 hosts: n[1-2,7] (exit 1)". */
export function groupTitle({ names, answer }: AnswerGroup): string {
  const count = `${names.length} ${names.length === 1 ? "host" : "hosts"}`;
  const ending = answer.ending === "" ? "" : ` (${answer.ending})`;
  return `${count}: ${foldNames(names)}${ending}`;
}
