import type { Flag } from "../arguments.ts";
import type { Command, Invocation } from "../command.ts";
import { outputHelp, parseOutput } from "../output-format.ts";
import { parseTargets, type Target } from "../targets.ts";
import { UsageError } from "../usage-error.ts";
import { getTables } from "./get-table.ts";

const flags: readonly Flag[] = [
  { name: "output", short: "o", type: "text", value: "FORMAT", help: outputHelp },
  { name: "selector", short: "l", type: "text", value: "SELECTOR", help: "only objects with these labels" },
  { name: "field-selector", type: "text", value: "SELECTOR", help: "only objects with these fields" },
  { name: "all-namespaces", short: "A", type: "switch", help: "of every namespace" },
  { name: "watch", short: "w", type: "switch", help: "go on with what changes" },
  { name: "watch-only", type: "switch", help: "only what changes" },
  { name: "output-watch-events", type: "switch", help: "with -w: say what kind of change it is" },
  { name: "sort-by", type: "text", value: "PATH", help: "sort by what a JSONPath finds" },
  { name: "no-headers", type: "switch", help: "rows alone" },
  { name: "show-labels", type: "switch", help: "labels as the last column" },
  { name: "label-columns", short: "L", type: "texts", value: "LABEL", help: "a label as a column of its own" },
  { name: "show-kind", type: "switch", help: "names with their kind" },
  { name: "show-managed-fields", type: "switch", help: "keep managedFields in yaml and json" },
  { name: "ignore-not-found", type: "switch", help: "a missing object is no failure" },
  { name: "chunk-size", type: "number", help: "objects a request (default 500, then more; 0: all)" },
  { name: "filename", short: "f", type: "texts", value: "FILE", help: "the objects that a file or folder names" },
  { name: "recursive", short: "R", type: "switch", help: "with -f: folders in folders" },
  { name: "subresource", type: "text", value: "NAME", help: "status or scale instead of the object" },
  { name: "failed", type: "switch", help: "of items: only those that failed" },
  { name: "raw", type: "text", value: "PATH", help: "GET on a path of the server" },
];

export const getCommand: Command = {
  usage: "get KIND[,KIND] [NAME ...] | KIND/NAME ... | all | items phase/NAME",
  summary: "Shows objects.",
  flags,
  completes: "targets",
  examples: [
    "plush get applications",
    "plush get resources -o wide -w",
    "plush get app/web -o jsonpath='{.status.state}'",
    "plush get items phase/job-count --failed",
    "plush get processes -l plush.dev/application=web --sort-by=.status.restarts",
  ],
  async run(call) {
    const raw = call.args.text("raw");
    if (raw !== undefined) return (await import("./get-raw.ts")).getRaw(call, raw);
    const [first, ...rest] = call.args.positional;
    if (first === "items") return (await import("./get-items.ts")).getItems(call, rest);
    const format = parseOutput(call.args.text("output"));
    const watching = call.args.on("watch") || call.args.on("watch-only");
    const targets = await targetsOf(call);
    if (watching) return (await import("./get-watch.ts")).watchTargets(call, targets, format);
    if (format.kind === "table" && !call.args.has("subresource")) return getTables(call, targets, format.wide);
    return (await import("./get-objects.ts")).getObjects(call, targets, format);
  },
};

async function targetsOf(call: Invocation): Promise<readonly Target[]> {
  const files = call.args.texts("filename");
  const targets =
    files.length === 0
      ? await parseTargets(call, call.args.positional)
      : await (await import("../manifests/file-targets.ts")).fileTargets(call, files);
  if (call.args.on("all-namespaces") && targets.some(({ names }) => names.length > 0)) {
    throw new UsageError("a name cannot be looked up in all namespaces");
  }
  return targets;
}
