import type { LocatedManifest, ManifestFault } from "../../manifests/index.ts";
import type { PlannedObject, PlanStatus } from "../../protocol/index.ts";
import { diffLines } from "./diff-lines.ts";
import { faultItems } from "./git-range.ts";
import { restartLines } from "./restart-lines.ts";

export interface MarkdownInput {
  readonly range: string;
  readonly head: string;
  readonly status: PlanStatus;
  readonly removed: readonly LocatedManifest[];
  readonly faults: readonly ManifestFault[];
  readonly asYaml: (value: unknown) => Promise<string>;
}

/** A comment for a pull request: servers of repositories take no more than 65,536 characters of one. */
const maxLength = 60_000;

/** What a plan says, as Markdown. */
export async function planMarkdown(input: MarkdownInput): Promise<string> {
  const { range, head, faults } = input;
  const parts = [
    `### Plan of \`${range}\` (\`${head.slice(0, 12)}\`)`,
    ...(faults.length > 0
      ? [`**${faults.length} errors: nothing would be applied**`, faultItems(faults).join("\n")]
      : await planned(input)),
  ];
  const text = parts.join("\n\n");
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}\n\n… cut: run \`plush plan\` to see all`;
}

async function planned({ status, removed, asYaml }: MarkdownInput): Promise<readonly string[]> {
  const { diff, machines, restarts, notes } = status;
  const count = (action: PlannedObject["action"]): number => diff.filter((object) => object.action === action).length;
  const summary = `**${count("Create")} to create, ${count("Update")} to change, ${removed.length} to delete, ${count("Unchanged")} as they are**`;
  const lines: string[] = [];
  for (const object of diff) lines.push(...(await diffLines(object, asYaml)).map(({ text }) => asDiff(text)));
  for (const { kind, namespace, name } of removed)
    lines.push(`- ${kind.singular}/${name}${namespace === "" ? "" : ` (namespace ${namespace})`}`);
  return [
    summary,
    ...(lines.length > 0 ? [fenced("diff", lines)] : []),
    ...(machines.length > 0 ? ["#### Machines", machineTable(machines)] : []),
    ...(restarts.length > 0 ? ["#### Processes, step by step", fenced("", restartLines(restarts))] : []),
    ...(notes.length > 0
      ? [
          "#### To be seen to",
          notes
            .map(({ kind, name, reason, message }) => `- ${kind.toLowerCase()}/${name}: ${reason}: ${message}`)
            .join("\n"),
        ]
      : []),
  ];
}

/** A mark at the start of a line is what colours it; a change is shown as such. */
function asDiff(text: string): string {
  return text.replace(
    /^(\s*)([-+~]) /,
    (_all, indent: string, mark: string) => `${mark === "~" ? "!" : mark} ${indent}`,
  );
}

/** A fence longer than any in the text. */
function fenced(language: string, lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence].join("\n");
}

function machineTable(machines: PlanStatus["machines"]): string {
  const rows = machines.map(({ application, component, ordinal, action, resource = "", from, why }) => [
    application === undefined ? component : `${application}/${component}`,
    ordinal === undefined ? "spare" : String(ordinal),
    action,
    from === undefined ? resource : `${from} → ${resource}`,
    why,
  ]);
  const cells = (row: readonly string[]): string => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    cells(["component", "ordinal", "action", "machine", "why"]),
    "|---|---|---|---|---|",
    ...rows.map(cells),
  ].join("\n");
}
