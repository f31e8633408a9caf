/** A fenced block of a page. */
export interface DocBlock {
  readonly language: string;
  readonly text: string;
  /** Of its first line, from 1. */
  readonly line: number;
  /** Why a manifest is not applied: the text of `<!-- not applied: TEXT -->` before the block. */
  readonly notApplied?: string;
}

/** All fenced blocks of a page, in their order. */
export function blocksOf(text: string): readonly DocBlock[] {
  const found = text.matchAll(/(?:^<!-- not applied: (.*) -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm);
  return [...found].map(({ 0: whole, 1: notApplied, 2: language = "", 3: inner = "", index }) => ({
    language,
    text: inner,
    line: text.slice(0, index + whole.lastIndexOf(inner)).split("\n").length,
    ...(notApplied !== undefined && { notApplied }),
  }));
}

/** One command of a block of sh: a line, with those that it goes on in. */
export interface ShellCommand {
  readonly text: string;
  readonly line: number;
}

export function commandsOf({ text, line }: Pick<DocBlock, "text" | "line">): readonly ShellCommand[] {
  return text
    .replaceAll("\\\n", "\\\0")
    .split("\n")
    .map((one, at, all) => ({
      text: one.replaceAll("\\\0", "\\\n"),
      line: line + at + all.slice(0, at).join("").split("\0").length - 1,
    }))
    .filter((one) => one.text.trim() !== "" && !one.text.startsWith("#"));
}

/** A call of plush that needs no shell: its words, and the files that it reads and writes. */
export interface PlainCall {
  readonly argv: readonly string[];
  readonly input?: string;
  readonly output?: string;
}

/** Undefined where a shell has to read it. `~/` is the home directory. */
export function plainCallOf(text: string, home: string): PlainCall | undefined {
  const words = [...text.replaceAll("\\\n", " ").matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word);
  const end = words.findIndex((word) => word.startsWith("#"));
  const [program, ...rest] = end < 0 ? words : words.slice(0, end);
  if (program !== "plush") return undefined;
  const argv: string[] = [];
  const files: { input?: string; output?: string } = {};
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? "";
    const [, operator, inline] = /^([<>])(.*)$/.exec(word) ?? [];
    if (operator !== undefined) files[operator === "<" ? "input" : "output"] = inline || (rest[++at] ?? "");
    else if (/[|&;<>`$()*?]/.test(word.replaceAll(/'[^']*'/g, "").replaceAll(/"[^"$`]*"/g, ""))) return undefined;
    else argv.push(word.replace(/^~\//, `${home}/`).replaceAll(/["']/g, ""));
  }
  return { argv, ...files };
}
