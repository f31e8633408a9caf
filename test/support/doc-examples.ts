import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** A manifest in a page of documentation. */
export interface DocExample {
  /** Page and line, as docs/access.md:87. */
  readonly place: string;
  readonly yaml: string;
  /** Why it cannot be applied as it stands: the text of `<!-- not applied: TEXT -->` before the block. */
  readonly notApplied?: string;
}

/** The blocks of yaml with an apiVersion, in README.md and in all pages below docs/. */
export function docExamples(root: string): readonly DocExample[] {
  return docPages(root).flatMap(([page, text]) => examplesOf(page, text));
}

/** Path and text of README.md and of each page below docs/. */
function docPages(root: string): readonly (readonly [string, string])[] {
  const pages = readdirSync(join(root, "docs"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return [join(root, "README.md"), ...pages.sort()].map((page) => [relative(root, page), readFileSync(page, "utf8")]);
}

/** The same of the text of one page. */
export function examplesOf(page: string, text: string): readonly DocExample[] {
  const blocks = text.matchAll(/(?:^<!-- not applied: (.*) -->\n)?^```ya?ml\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(({ 1: notApplied, 2: yaml = "", index }) =>
    /^apiVersion:/m.test(yaml)
      ? [
          {
            place: `${page}:${text.slice(0, index).split("\n").length}`,
            yaml,
            ...(notApplied !== undefined && { notApplied }),
          },
        ]
      : [],
  );
}

/** A call of `plush` in a page's block of sh. */
export interface DocCommand {
  readonly place: string;
  readonly words: readonly string[];
}

/** Every line of README.md and the pages below docs/ that begins with `plush`, up to a pipe or redirection. */
export function docCommands(root: string): readonly DocCommand[] {
  return docPages(root).flatMap(([page, text]) =>
    [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(({ 1: block = "", index }) => {
      const first = text.slice(0, index).split("\n").length + 1;
      const lines = block.replaceAll("\\\n", "  ").split("\n");
      return lines.flatMap((line, at) =>
        line.startsWith("plush ") ? [{ place: `${page}:${first + at}`, words: shellWords(line).slice(1) }] : [],
      );
    }),
  );
}

/** The words of a simple command, quotes taken away, up to the first operator. */
function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    if (/^(?:[|>&;#]|\d>)/.test(word)) break;
    words.push(word.replaceAll(/["']/g, ""));
  }
  return words;
}
