import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nameOf } from "../../operations/index.ts";
import type { RunOutput, RunTarget } from "../../protocol/index.ts";

/** What each machine prints, all of it, in DIR/NAME.out and, where there is any, DIR/NAME.err. */
export class OutputFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  /** Those of an earlier run are emptied. */
  begin(targets: readonly RunTarget[]): void {
    for (const target of targets) writeFileSync(this.#path(target, "out"), "");
  }

  add(output: RunOutput): void {
    const path = this.#path(output, output.stream === "stdout" ? "out" : "err");
    appendFileSync(path, Buffer.from(output.data, "base64"));
  }

  #path(target: RunTarget, ending: string): string {
    return join(this.#directory, `${nameOf(target).replaceAll("/", "_")}.${ending}`);
  }
}
