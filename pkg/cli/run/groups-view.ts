import type { Clock } from "../../clock/index.ts";
import {
  AnswerGroups,
  endingOf,
  foldNames,
  groupTitle,
  nameOf,
  type Printed,
  printedText,
  type RunTally,
} from "../../operations/index.ts";
import type { RunResult } from "../../protocol/index.ts";
import type { Terminal } from "../terminal.ts";
import { printAnswers } from "./print-answers.ts";
import type { RunView } from "./view.ts";

/** A picture that changes more often cannot be read. */
const redrawMs = 100;

/** Equal answers as one, printed at the end; on a terminal they are seen to gather meanwhile. */
export class GroupsView implements RunView {
  readonly #terminal: Terminal;
  readonly #clock: Clock;
  readonly #tally: RunTally;
  readonly #groups = new AnswerGroups();
  #cancelRedraw: (() => void) | undefined;

  constructor(terminal: Terminal, clock: Clock, tally: RunTally) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#tally = tally;
    this.#redraw();
  }

  async output(): Promise<void> {
    this.#redraw();
  }

  result(result: RunResult, printed: Printed): void {
    this.#groups.add(nameOf(result), {
      ok: result.exitCode === 0,
      text: printedText(printed),
      ending: endingOf(result),
    });
    this.#redraw();
  }

  finish(): void {
    this.#cancelRedraw?.();
    printAnswers(this.#terminal, this.#groups);
  }

  #redraw(): void {
    if (!this.#terminal.showsProgress) return;
    this.#cancelRedraw ??= this.#clock.setTimer(redrawMs, () => {
      this.#cancelRedraw = undefined;
      this.#terminal.progress(...this.#picture());
    });
  }

  #picture(): readonly string[] {
    const { answered, expected, failed, waiting } = this.#tally;
    const failures = failed === 0 ? "" : `, ${failed} failed`;
    const wait = waiting.size === 0 ? "" : `; waiting for ${foldNames(waiting)}`;
    const groups = this.#groups.all.map((group) => {
      const [first = ""] = group.answer.text.split("\n", 1);
      return first === "" ? groupTitle(group) : `${groupTitle(group)} │ ${first}`;
    });
    return [`${answered} of ${expected} answered${failures}${wait}`, ...groups];
  }
}
