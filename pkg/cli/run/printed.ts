import type { RunOutput, RunResult } from "../../protocol/index.ts";
import { nameOf } from "./answer-groups.ts";
import type { Printed } from "./view.ts";

interface Pieces {
  readonly stdout: Buffer[];
  readonly stderr: Buffer[];
  stdoutBytes: number;
  stderrBytes: number;
  isCut: boolean;
}

/** Puts together what comes in pieces, about so many last bytes of each stream of a machine. */
export class PrintedPieces {
  readonly #maxBytes: number;
  readonly #pieces = new Map<string, Pieces>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(output: RunOutput): void {
    const name = nameOf(output);
    const pieces = this.#pieces.get(name) ?? { stdout: [], stderr: [], stdoutBytes: 0, stderrBytes: 0, isCut: false };
    this.#pieces.set(name, pieces);
    const data = Buffer.from(output.data, "base64");
    const held = pieces[output.stream];
    held.push(data);
    pieces[`${output.stream}Bytes`] += data.length;
    // The end says most of how it ended.
    while (pieces[`${output.stream}Bytes`] > this.#maxBytes && held.length > 1) {
      pieces[`${output.stream}Bytes`] -= held.shift()?.length ?? 0;
      pieces.isCut = true;
    }
  }

  /** All of it, once the result is there. */
  of(result: RunResult): Printed {
    const name = nameOf(result);
    const pieces = this.#pieces.get(name);
    this.#pieces.delete(name);
    return {
      stdout: Buffer.concat([...(pieces?.stdout ?? []), Buffer.from(result.stdout, "base64")]),
      stderr: Buffer.concat([...(pieces?.stderr ?? []), Buffer.from(result.stderr, "base64")]),
      isCut: pieces?.isCut === true || result.truncated === true,
    };
  }
}
