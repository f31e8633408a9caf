import { expect, it } from "vitest";
import { highlightYaml } from "./highlight-yaml.ts";

const text = `# about it
spec:
  replicas: 3
  command: |
    echo a: b
    # no comment
  names:
    - "a: b"
    - name: <b>x</b>
      port: 80
    - true
url: http://x/y:1
`;

it("tells keys, texts, words, comments and blocks apart, and loses nothing", () => {
  const lines = highlightYaml(text);
  expect(lines.map((tokens) => tokens.map((token) => token.text).join("")).join("\n")).toBe(text.trimEnd());
  const shown = lines.map((tokens) =>
    tokens.filter(({ kind }) => kind !== "plain").map((token) => `${token.kind} ${token.text.trim()}`),
  );
  expect(shown).toEqual([
    ["comment # about it"],
    ["key spec"],
    ["key replicas", "word 3"],
    ["key command", "text |"],
    ["text echo a: b"],
    ["text # no comment"],
    ["key names"],
    ['text "a: b"'],
    ["key name", "text <b>x</b>"],
    ["key port", "word 80"],
    ["word true"],
    ["key url", "text http://x/y:1"],
  ]);
});
