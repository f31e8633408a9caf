/** A part of a line, and what it is. */
export interface YamlToken {
  readonly kind: "key" | "text" | "word" | "comment" | "plain";
  readonly text: string;
}

const keyPattern = /^(\s*(?:- )*)("(?:[^"\\]|\\.)*"|'[^']*'|(?!- )[^\s#"'[{][^:#]*?)(:)(?=\s|$)/;
const wordPattern = /^(true|false|null|~|-?\d+(\.\d+)?)$/;

/** The tokens of each line of YAML as a server's objects are written: block style, with the texts of blocks told apart. */
export function highlightYaml(text: string): readonly (readonly YamlToken[])[] {
  let block: number | undefined;
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => {
      const indent = line.length - line.trimStart().length;
      if (block !== undefined && (line.trim() === "" || indent > block)) return [{ kind: "text", text: line }];
      block = /(:|^\s*-)\s+[|>][-+\d]*$/.test(line) ? indent : undefined;
      return tokensOf(line);
    });
}

function tokensOf(line: string): readonly YamlToken[] {
  const key = keyPattern.exec(line);
  if (key === null) return valueTokens(line);
  const [all, before = "", name = ""] = key;
  return [
    { kind: "plain", text: before },
    { kind: "key", text: name },
    { kind: "plain", text: ":" },
    ...valueTokens(line.slice(all.length)),
  ].filter(({ text }) => text !== "") as YamlToken[];
}

function valueTokens(text: string): readonly YamlToken[] {
  const value = text.trim();
  if (value === "") return text === "" ? [] : [{ kind: "plain", text }];
  if (value.startsWith("#")) return [{ kind: "comment", text }];
  if (wordPattern.test(value)) return [{ kind: "word", text }];
  const dash = /^\s*(- )+/.exec(text)?.[0];
  if (dash !== undefined) return [{ kind: "plain", text: dash }, ...valueTokens(text.slice(dash.length))];
  return [{ kind: "text", text }];
}
