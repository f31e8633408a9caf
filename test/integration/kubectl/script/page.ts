import { type Exception, expectationOf, type Reading, type Row, type Section } from "./row.ts";
import type { Outcome } from "./run-row.ts";

/** Outcomes of all rows, in order, by the version that ran them: "1.33". */
export type Runs = ReadonlyMap<string, readonly Outcome[]>;

/** What stands below it is written by the test; what stands above, by people. */
export const generatedMark = "<!-- `make docs` writes what follows -->";

/** The versions that the tables of a page are about. */
export function versionsIn(tables: string): readonly string[] {
  const head = /^\| command \|(.*)\| prints \|/m.exec(tables)?.[1] ?? "";
  return head.split("|").flatMap((cell) => cell.trim() || []);
}

/** The tables of docs/kubectl.md: what a run has shown, without anything that changes from run to run. Pure. */
export function writeTables(sections: readonly Section[], runs: Runs): string {
  const versions = [...runs.keys()];
  let index = 0;
  const parts = sections.map((section) => {
    const head = ["command", ...versions, "prints", "the API has then"];
    const lines = section.rows.map((row) => {
      const codes = versions.map((version) => String(runs.get(version)?.[index]?.code ?? ""));
      index++;
      return line([code(row.run), ...codes, printsCell(row, versions), readsCell(row)]);
    });
    const about = section.about === undefined ? [] : [section.about, ""];
    return [`## ${section.title}`, "", ...about, line(head), line(head.map(() => "---")), ...lines, ""].join("\n");
  });
  return parts.join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function printsCell(row: Row, versions: readonly string[]): string {
  const usual = versions.some((version) => expectationOf(row, minorOf(version)) === row);
  const others = (row.but ?? []).filter((exception) =>
    versions.some((version) => expectationOf(row, minorOf(version)) === exception),
  );
  return [...(usual ? [code(String(row.prints))] : []), ...others.map(exceptionText)].join("<br>");
}

function exceptionText(exception: Exception): string {
  return `${rangeText(exception)} (${exception.why}): ${code(String(exception.prints))}`;
}

function rangeText({ from, upTo }: Exception): string {
  if (from === undefined) return `≤ 1.${upTo}`;
  return upTo === undefined ? `≥ 1.${from}` : `1.${from} to 1.${upTo}`;
}

function readsCell({ reads }: Row): string {
  return [reads ?? []].flat().map(readingText).join("<br>");
}

function readingText({ path, has }: Reading): string {
  if (has === "gone") return `${code(path)} is gone`;
  const fields = Object.entries(has).map(([field, value]) => {
    if (value === undefined) return `no ${code(field)}`;
    const shown = value instanceof RegExp ? `matches ${code(String(value))}` : code(JSON.stringify(value));
    return field === "" ? shown : `${code(field)} ${shown}`;
  });
  return `${code(path)}: ${fields.join(", ")}`;
}

/** In a table of Markdown a bar ends the cell even within code. */
function code(text: string): string {
  const fence = text.includes("`") ? "``" : "`";
  return `${fence}${text.replaceAll("|", "\\|").replaceAll("\n", "\\n")}${fence}`;
}

function minorOf(version: string): number {
  return Number(version.split(".")[1] ?? 99);
}
