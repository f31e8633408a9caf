import { endingOf, nameOf } from "../../operations/index.ts";
import type { RunOutput, RunResult } from "../../protocol/index.ts";
import type { Terminal } from "../terminal.ts";
import type { RunView } from "./view.ts";

/** "host: text" as it is printed, and why a machine gives no good answer as soon as that is known. */
export class LinesView implements RunView {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  output(output: RunOutput): Promise<void> {
    const name = nameOf(output);
    const text = Buffer.from(output.data, "base64").toString("utf8").replace(/\n$/, "");
    const lines = text.split("\n").map((line) => `${name}: ${line}\n`);
    return output.stream === "stdout"
      ? this.#terminal.write(lines.join(""))
      : this.#terminal.writeNote(Buffer.from(lines.join("")));
  }

  result(result: RunResult): void {
    const ending = endingOf(result);
    if (ending !== "") this.#terminal.note(this.#terminal.paint("red", `${nameOf(result)}: ${ending}`));
  }

  finish(): void {}
}
