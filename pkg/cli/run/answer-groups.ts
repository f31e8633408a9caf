import type { RunResult } from "../../protocol/index.ts";

/** Machines that gave the same answer: same output, same end. */
export interface AnswerGroup {
  readonly hosts: string[];
  readonly answer: Answer;
}

export interface Answer {
  readonly ok: boolean;
  /** stdout and stderr as they are to be shown, or the error. */
  readonly text: string;
  /** "", "exit 3", "signal KILL", or "" where the text is the error. */
  readonly ending: string;
}

/** Gathers answers by what they say. */
export class AnswerGroups {
  readonly #groups = new Map<string, AnswerGroup>();

  /** The group that the result has joined. */
  add(result: RunResult): AnswerGroup {
    const answer = answerOf(result);
    const key = JSON.stringify([answer.ending, answer.text]);
    const group = this.#groups.get(key) ?? { hosts: [], answer };
    group.hosts.push(result.claim ?? result.resource);
    this.#groups.set(key, group);
    return group;
  }

  /** The largest first; equal ones by their first host. */
  get all(): readonly AnswerGroup[] {
    for (const { hosts } of this.#groups.values()) hosts.sort(byName);
    return [...this.#groups.values()].sort(
      (left, right) => right.hosts.length - left.hosts.length || byName(left.hosts[0] ?? "", right.hosts[0] ?? ""),
    );
  }
}

export function answerOf(result: RunResult): Answer {
  if (result.exitCode === undefined && result.signal === undefined) {
    return { ok: false, text: "", ending: `error: ${result.error ?? "no answer"}` };
  }
  const text = [decode(result.stdout), decode(result.stderr)].filter((part) => part !== "").join("\n");
  const cut = result.truncated === true ? "… (cut)\n" : "";
  const ending =
    result.signal !== undefined
      ? `signal ${result.signal}`
      : result.exitCode === 0
        ? ""
        : `exit ${result.exitCode ?? 0}`;
  return { ok: result.exitCode === 0, text: cut + text, ending };
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8").replace(/\n+$/, "");
}

/** n2 comes before n10. */
function byName(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true });
}

/** "3 hosts: n1,n2,n7": names in order, long lists cut. */
export function groupTitle({ hosts, answer }: AnswerGroup, width: number): string {
  const names = [...hosts].sort(byName).join(",");
  const count = `${hosts.length} ${hosts.length === 1 ? "host" : "hosts"}`;
  const ending = answer.ending === "" ? "" : ` (${answer.ending})`;
  const line = `${count}: ${names}${ending}`;
  if (line.length <= width) return line;
  const room = Math.max(10, width - count.length - ending.length - 3);
  return `${count}: ${names.slice(0, room)}…${ending}`;
}
