import type { RunOutput, RunResult } from "../../protocol/index.ts";
import { nameOf } from "./answer-groups.ts";
import type { Printed } from "./view.ts";

interface Pieces {
  readonly stdout: Buffer[];
  readonly stderr: Buffer[];
  bytes: number;
  isCut: boolean;
}

/** Puts together what comes in pieces, up to so many bytes a machine. */
export class PrintedPieces {
  readonly #maxBytes: number;
  readonly #pieces = new Map<string, Pieces>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(output: RunOutput): void {
    const name = nameOf(output);
    const pieces = this.#pieces.get(name) ?? { stdout: [], stderr: [], bytes: 0, isCut: false };
    this.#pieces.set(name, pieces);
    const data = Buffer.from(output.data, "base64");
    pieces.isCut ||= pieces.bytes + data.length > this.#maxBytes;
    if (pieces.isCut) return;
    pieces[output.stream].push(data);
    pieces.bytes += data.length;
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
