import { expect, test } from "vitest";
import type { RunResult } from "../protocol/index.ts";
import { PrintedPieces } from "./printed.ts";

const result: RunResult = { type: "result", resource: "n1", stdout: "", stderr: "", exitCode: 0, durationMs: 1 };

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function shown(maxBytes: number, ...pieces: readonly (readonly ["stdout" | "stderr", string])[]) {
  const all = new PrintedPieces(maxBytes);
  for (const [stream, piece] of pieces) {
    const data = Buffer.from(piece).toString("base64");
    all.add({ type: "output", resource: "n1", stream, data });
    all.add({ type: "output", resource: "n2", stream, data: Buffer.from("other").toString("base64") });
  }
  const { stdout, stderr, isCut } = all.of(result);
  return [text(stdout), text(stderr), isCut];
}

test("puts together what one machine prints on each stream", () => {
  expect(shown(100, ["stdout", "a\n"], ["stderr", "oops\n"], ["stdout", "b\n"])).toEqual(["a\nb\n", "oops\n", false]);
  expect(shown(100)).toEqual(["", "", false]);
});

test("of more than it may hold, the end", () => {
  expect(shown(6, ["stdout", "aaaa\n"], ["stdout", "bb\n"], ["stdout", "c\n"], ["stderr", "kept\n"])).toEqual([
    "bb\nc\n",
    "kept\n",
    true,
  ]);
  expect(shown(2, ["stdout", "one long piece\n"])).toEqual(["one long piece\n", "", false]);
});
