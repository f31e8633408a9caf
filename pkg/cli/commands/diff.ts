import type { KubeObject } from "../../api/index.ts";
import { inApplyOrder } from "../../manifests/index.ts";
import { checkSet } from "../apply/check-set.ts";
import type { Command, Invocation } from "../command.ts";
import { unifiedDiff } from "../diff/unified-diff.ts";
import { objectName } from "../kind-names.ts";
import { fileFlags, namesFiles } from "../manifests/file-flags.ts";
import { failOnFaults, loadManifests } from "../manifests/located-manifests.ts";
import { packSoftware } from "../packages/software-files.ts";
import { yamlText } from "../printers/object-text.ts";
import { UsageError } from "../usage-error.ts";
import { fields } from "../wire-fields.ts";

export const diffCommand: Command = {
  usage: "diff -f FILE|DIR|URL|- ... | -k DIR",
  summary: "Shows what apply would change; exit code 1 where anything, more than 1 where something is wrong.",
  troubleCode: 2,
  completes: "files",
  flags: [
    ...fileFlags("file, folder, URL, or - for standard input"),
    { name: "force-conflicts", type: "switch", help: "as if fields of other clients were taken over" },
    { name: "server-side", type: "switch", help: "accepted: it is always so" },
  ],
  async run(call) {
    const files = call.args.texts("filename");
    if (!namesFiles(call)) throw new UsageError("name manifests with -f or -k");
    const { manifests, packages } = await packSoftware(inApplyOrder(await loadManifests(call, files)));
    for (const { packed } of packages) packed.dispose();
    const { checked, faults } = await checkSet(call, manifests, { force: call.args.on("force-conflicts") });
    failOnFaults(call, faults);
    let differs = false;
    for (const { manifest, live, preview } of checked) {
      const name = objectName(manifest.kind, manifest.name);
      const text = unifiedDiff(await shownText(live), await shownText(preview), `live/${name}`, `merged/${name}`);
      differs ||= text !== "";
      printDiff(call, text);
    }
    return differs ? 1 : 0;
  },
};

/** Without what changes by itself; a Secret's values are told apart and not shown. */
async function shownText(object: KubeObject | undefined): Promise<string> {
  if (object === undefined) return "";
  const {
    managedFields: _,
    resourceVersion: _version,
    generation: _generation,
    uid: _uid,
    creationTimestamp: _time,
    ...metadata
  } = object.metadata;
  const { status: _status, ...rest } = fields(object);
  const shown = { ...rest, metadata };
  return yamlText(object.kind === "Secret" ? (await import("../diff/masked-secret.ts")).maskSecret(shown) : shown);
}

function printDiff(call: Invocation, text: string): void {
  for (const line of text.split("\n").slice(0, -1)) {
    const paint = line.startsWith("+")
      ? "green"
      : line.startsWith("-")
        ? "red"
        : line.startsWith("@@")
          ? "cyan"
          : undefined;
    call.terminal.out(paint === undefined ? line : call.terminal.paint(paint, line));
  }
}
