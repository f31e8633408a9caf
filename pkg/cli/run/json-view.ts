import type { Printed } from "../../operations/index.ts";
import type { RunResult } from "../../protocol/index.ts";
import type { Terminal } from "../terminal.ts";
import type { RunView } from "./view.ts";

/** One line of JSON a machine, as it answers. */
export class JsonView implements RunView {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  async output(): Promise<void> {}

  result({ type: _, stdout: _out, stderr: _err, truncated: _cut, ...rest }: RunResult, printed: Printed): void {
    const { stdout, stderr, isCut } = printed;
    const said = {
      stdout: new TextDecoder().decode(stdout),
      stderr: new TextDecoder().decode(stderr),
      ...(isCut && { truncated: true }),
    };
    this.#terminal.out(JSON.stringify({ ...rest, ...said }));
  }

  finish(): void {}
}
