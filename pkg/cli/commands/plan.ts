import { inApplyOrder, type LocatedManifest, type ManifestFault } from "../../manifests/index.ts";
import type { PlannedObject, PlanStatus } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { faultsOf as manifestFaults } from "../apply/check-set.ts";
import type { Command, Invocation } from "../command.ts";
import { fileFlags, namesFiles } from "../manifests/file-flags.ts";
import { failOnFaults, loadManifests } from "../manifests/located-manifests.ts";
import { packSoftware } from "../packages/software-files.ts";
import { askPlan } from "../plan/ask-plan.ts";
import { diffLines } from "../plan/diff-lines.ts";
import { restartLines } from "../plan/restart-lines.ts";
import { alignColumns } from "../printers/columns.ts";
import { jsonText, yamlText } from "../printers/object-text.ts";
import { UsageError } from "../usage-error.ts";
import { fields } from "../wire-fields.ts";

export const planCommand: Command = {
  usage: "plan -f FILE|DIR|URL|- ... | -k DIR | --git BASE..HEAD",
  summary:
    "Tells what apply would do: what changes, which machines would be taken and why, what restarts, in which order.",
  completes: "files",
  flags: [
    ...fileFlags("file, folder, URL, or - for standard input"),
    { name: "force-conflicts", type: "switch", help: "as if fields of other clients were taken over" },
    {
      name: "git",
      type: "text",
      value: "BASE..HEAD",
      help: "what a change of the repository here would do, as Markdown",
    },
    { name: "path", type: "text", value: "FOLDER", help: "with --git: the folder of the manifests" },
    { name: "sync", type: "text", value: "NAME", help: "with --git: the GitSync whose folder and variables hold" },
    { name: "detailed-exitcode", type: "switch", help: "exit code 2 where apply would change anything" },
    {
      name: "output",
      short: "o",
      type: "text",
      choices: ["json", "yaml"],
      value: "FORMAT",
      help: "print the server's answer",
    },
  ],
  examples: [
    "plush plan -f app.yaml",
    "plush plan -f manifests/ -R --detailed-exitcode",
    "plush plan --git origin/main...HEAD --sync site",
  ],
  async run(call) {
    const range = call.args.text("git");
    if (range !== undefined && !namesFiles(call))
      return (await import("../plan/plan-git.ts")).planGit(call, range, faultsOf);
    if (range !== undefined || !namesFiles(call)) throw new UsageError("name manifests with -f, -k or --git");
    const located = inApplyOrder(await loadManifests(call, call.args.texts("filename")));
    const { manifests, packages } = await packSoftware(located);
    for (const { packed } of packages) packed.dispose();
    const objects = manifests.map(placed);
    const { plan, status } = await askPlan(call, objects, call.args.on("force-conflicts"));
    const format = call.args.text("output");
    if (format !== undefined) call.terminal.print(format === "json" ? jsonText(plan) : await yamlText(plan));
    failOnFaults(call, faultsOf(manifests, status));
    if (format === undefined) await print(call, await withManifests(status, manifests));
    return status.changes && call.args.on("detailed-exitcode") ? 2 : 0;
  },
};

function placed({ object, namespace }: LocatedManifest): LocatedManifest["object"] {
  return namespace === "" ? object : { ...object, metadata: { ...object.metadata, namespace } };
}

/** Objects that are new are shown as their manifests say them: what is filled in is no news. */
async function withManifests(status: PlanStatus, manifests: readonly LocatedManifest[]): Promise<PlanStatus> {
  const { maskSecret } = await import("../diff/masked-secret.ts");
  const diff = status.diff.map((planned, index): PlannedObject => {
    const manifest = manifests[index];
    if (planned.action !== "Create" || manifest === undefined) return planned;
    const { apiVersion: _version, kind, metadata, ...rest } = fields(manifest.object);
    const { name: _name, namespace: _namespace, ...more } = fields(metadata);
    const shown = kind === "Secret" ? maskSecret(rest) : rest;
    const parts = { ...(Object.keys(more).length > 0 && { metadata: more }), ...shown };
    return { ...planned, fields: Object.entries(parts).map(([path, to]) => ({ path, to })) };
  });
  return { ...status, diff };
}

/** The server answers in the order of what it was sent. */
function faultsOf(manifests: readonly LocatedManifest[], { diff }: PlanStatus): readonly ManifestFault[] {
  return diff.flatMap(({ faults = [] }, index) => {
    const manifest = manifests[index];
    if (manifest === undefined) return [];
    return faults.flatMap(({ reason, field, message }) => {
      const details = field === undefined ? {} : { causes: [{ reason, field, message }] };
      const kind = reason === "Conflict" ? reason : "Invalid";
      return manifestFaults(manifest, new StatusError(kind, message, { details }));
    });
  });
}

async function print(call: Invocation, { diff, machines, restarts, notes }: PlanStatus): Promise<void> {
  const { terminal } = call;
  for (const object of diff)
    for (const { text, paint } of await diffLines(object, yamlText))
      terminal.out(paint === undefined ? text : terminal.paint(paint, text));
  const section = (title: string): void => terminal.out(`\n${terminal.paint("bold", title)}`);
  if (machines.length > 0) {
    section("Machines");
    terminal.print(machineTable(machines));
  }
  if (restarts.length > 0) {
    section("Processes, step by step");
    for (const line of restartLines(restarts)) terminal.out(line);
  }
  if (notes.length > 0) section("To be seen to");
  for (const { kind, name, reason, message } of notes)
    terminal.out(terminal.paint("yellow", `${kind.toLowerCase()}/${name}: ${reason}: ${message}`));
  terminal.out(`${diff.length > 0 ? "\n" : ""}${summary(diff)}`);
}

function machineTable(machines: PlanStatus["machines"]): string {
  const rows = machines.map(({ application, component, ordinal, action, resource = "", from, why }) => [
    application === undefined ? component : `${application}/${component}`,
    ordinal === undefined ? "spare" : String(ordinal),
    action,
    from === undefined ? resource : `${from} → ${resource}`,
    why,
  ]);
  return alignColumns([["COMPONENT", "ORDINAL", "ACTION", "MACHINE", "WHY"], ...rows]);
}

function summary(diff: PlanStatus["diff"]): string {
  const count = (action: string): number => diff.filter((object) => object.action === action).length;
  const [made, changed, same] = [count("Create"), count("Update"), count("Unchanged")];
  if (made + changed === 0) return "nothing would change";
  return `${made} to create, ${changed} to change, ${same} as they are; nothing has been changed`;
}
