import type { RunOutput, RunResult } from "../protocol/index.ts";
import { nameOf } from "./answer-groups.ts";

/** What a command has printed. */
export interface Printed {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly isCut: boolean;
}

interface Pieces {
  readonly stdout: Uint8Array[];
  readonly stderr: Uint8Array[];
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
    const data = bytesOf(output.data);
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
      stdout: joined([...(pieces?.stdout ?? []), bytesOf(result.stdout)]),
      stderr: joined([...(pieces?.stderr ?? []), bytesOf(result.stderr)]),
      isCut: pieces?.isCut === true || result.truncated === true,
    };
  }
}

/** Both streams as text, without the newlines at their ends. */
export function printedText({ stdout, stderr, isCut }: Printed): string {
  const parts = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).replace(/\n+$/, ""));
  return `${isCut ? "… (cut)\n" : ""}${parts.filter((part) => part !== "").join("\n")}`;
}

/** A loop: Uint8Array.from with a function takes ten times as long, and a run may print much. */
function bytesOf(base64: string): Uint8Array {
  const characters = atob(base64);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < characters.length; index++) bytes[index] = characters.charCodeAt(index);
  return bytes;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
