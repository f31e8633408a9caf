import { type AnswerGroups, groupTitle } from "../../operations/index.ts";
import type { Terminal } from "../terminal.ts";

/** Each group with its answer below it. */
export function printAnswers(terminal: Terminal, groups: AnswerGroups): void {
  for (const group of groups.all) {
    const { ok, text } = group.answer;
    terminal.out(terminal.paint(ok ? "green" : "red", groupTitle(group)));
    if (text !== "") terminal.out(text.replaceAll(/^/gm, "  "));
  }
}
