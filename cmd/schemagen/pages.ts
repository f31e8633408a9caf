import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { KindSchema, Model } from "./model.ts";

/** What is written by hand of each kind: schemas/KIND.md, by kind. */
export type Pages = ReadonlyMap<string, string>;

/** Kinds that the server makes, and users only read. */
const writtenByServer: ReadonlySet<string> = new Set(["ApplicationRevision", "Claim", "Event"]);

/** Reads the pages of a directory of schemas. */
export async function loadPages(directory: string): Promise<Pages> {
  const files = (await readdir(directory)).filter((name) => name.endsWith(".md")).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(directory, file), "utf8")));
  return new Map(files.map((file, at) => [file.slice(0, -".md".length), texts[at]?.trim() ?? ""]));
}

/** What is wrong with the pages, one line each: a kind has none, a page lacks a part, a page's kind does not exist. */
export function pageFaults(pages: Pages, model: Pick<Model, "kinds">): string[] {
  const names = new Set(model.kinds.map(pageName));
  const lost = [...pages.keys()].filter((name) => !names.has(name));
  return [
    ...model.kinds.flatMap((kind) => faultsOf(kind, pages.get(pageName(kind)))),
    ...lost.map((name) => `schemas/${name}.md: there is no kind of this name`),
  ];
}

/** The name of a kind's page, without its ending. */
export function pageName(kind: KindSchema): string {
  return kind["x-kind"].toLowerCase();
}

function faultsOf(kind: KindSchema, text: string | undefined): string[] {
  const file = `schemas/${pageName(kind)}.md`;
  if (text === undefined)
    return [
      `${file} is missing: what a ${kind["x-kind"]} is for, an example, what happens, commands (see schemas/barrier.md)`,
    ];
  const parts = [
    ["a first paragraph", /^[^#`\s]/],
    ["the section What happens", /^## What happens$/m],
    ["the section Commands with a block of sh", /^## Commands\n[^#]*^```sh$/m],
    ...(isWrittenByUsers(kind)
      ? ([[`an Example in yaml with kind: ${kind["x-kind"]}`, exampleOf(kind)]] as const)
      : []),
  ] as const;
  return parts.filter(([, pattern]) => !pattern.test(text)).map(([part]) => `${file} lacks ${part}`);
}

function isWrittenByUsers(kind: KindSchema): boolean {
  return (kind["x-verbs"] ?? ["create"]).includes("create") && !writtenByServer.has(kind["x-kind"]);
}

function exampleOf(kind: KindSchema): RegExp {
  return new RegExp(`^## Example$[\\s\\S]*^\`\`\`yaml$[^\`]*^kind: ${kind["x-kind"]}$`, "m");
}
