import { expect, test } from "vitest";
import { unitWord } from "./index.ts";

test.each([
  ["/usr/bin/node", "/usr/bin/node"],
  ["--tls-name=plush.example.org", "--tls-name=plush.example.org"],
  ["two words", '"two words"'],
  ['a "quote" and \\', '"a \\"quote\\" and \\\\"'],
  ["100%", "100%%"],
  ["$HOME", "$$HOME"],
])("the word %s is written %s", (text, word) => expect(unitWord(text)).toBe(word));
