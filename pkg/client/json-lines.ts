import { joinBytes } from "./bytes.ts";

const newline = 10;

/**
 * Cuts a byte stream into lines, without their ends. An unfinished last line is dropped, as its object is incomplete,
 * or, of text for people, kept.
 */
export async function* lines(
  body: AsyncIterable<Uint8Array>,
  unfinished: "drop" | "keep" = "drop",
): AsyncGenerator<string> {
  // No byte of a longer UTF-8 sequence is a newline: what ends with one decodes by itself.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let rest: Uint8Array[] = [];
  for await (const chunk of body) {
    // Only the new bytes are searched: a long line in many chunks must not cost its square.
    const end = chunk.lastIndexOf(newline);
    if (end < 0) {
      rest.push(chunk);
      continue;
    }
    const whole = joinBytes([...rest, chunk.subarray(0, end)]);
    rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
    yield* decoder.decode(whole).split("\n");
  }
  if (unfinished === "keep" && rest.length > 0) yield decoder.decode(joinBytes(rest));
}
