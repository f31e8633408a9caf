import type { KubeObject } from "../../api/index.ts";
import {
  type ApplyWord,
  applyWord,
  type CheckedManifest,
  inApplyOrder,
  type LocatedManifest,
} from "../../manifests/index.ts";
import { StatusError } from "../../status/index.ts";
import { awaitReady } from "../apply/await-ready.ts";
import { checkSet } from "../apply/check-set.ts";
import { appliedLine, writeSet } from "../apply/write-set.ts";
import type { Command, Invocation } from "../command.ts";
import { fileFlags, namesFiles } from "../manifests/file-flags.ts";
import { failOnFaults, loadManifests } from "../manifests/located-manifests.ts";
import { packSoftware, uploadPackages } from "../packages/software-files.ts";
import { UsageError } from "../usage-error.ts";
import { printWritten } from "./print-written.ts";

export const applyCommand: Command = {
  usage: "apply -f FILE|DIR|URL|- ... | -k DIR",
  summary: "Makes objects as manifests say; all are checked before any is changed.",
  completes: "files",
  flags: [
    ...fileFlags("file, folder, URL, or - for standard input"),
    {
      name: "dry-run",
      type: "text",
      bare: "client",
      choices: ["none", "client", "server"],
      value: "MODE",
      help: "change nothing",
    },
    { name: "force-conflicts", type: "switch", help: "take over fields that another client has set" },
    { name: "server-side", type: "switch", help: "accepted: it is always so" },
    { name: "prune", type: "switch", help: "delete what was applied before and is in the files no longer" },
    {
      name: "selector",
      short: "l",
      type: "text",
      value: "SELECTOR",
      help: "with --prune: among objects with these labels",
    },
    { name: "all", type: "switch", help: "with --prune: among all objects" },
    { name: "wait", type: "switch", help: "until all are ready" },
    { name: "timeout", type: "duration", help: "with --wait: give up after so long (default: never)" },
    {
      name: "output",
      short: "o",
      type: "text",
      choices: ["name", "json", "yaml"],
      value: "FORMAT",
      help: "print the objects",
    },
    { name: "validate", type: "text", bare: "true", hidden: true, help: "" },
    { name: "field-manager", type: "text", hidden: true, help: "" },
  ],
  examples: ["plush apply -f app.yaml", "plush apply -f manifests/ -R --prune -l project=web --wait --timeout 2m"],
  async run(call) {
    const files = call.args.texts("filename");
    if (!namesFiles(call)) throw new UsageError("name manifests with -f or -k");
    if (call.args.on("prune") && !call.args.has("selector") && !call.args.on("all")) {
      throw new UsageError("--prune needs -l SELECTOR, or --all");
    }
    const located = inApplyOrder(await loadManifests(call, [...files, ...call.args.positional]));
    if (located.length === 0)
      throw new StatusError("BadRequest", `no objects in ${files.join(", ") || call.args.text("kustomize")}`);
    return applyManifests(call, located);
  },
};

async function applyManifests(call: Invocation, located: readonly LocatedManifest[]): Promise<number> {
  const dryRun = call.args.text("dry-run") ?? "none";
  const force = call.args.on("force-conflicts");
  const { manifests, packages } = await packSoftware(located);
  try {
    const { checked, faults } = await checkSet(call, manifests, { force });
    failOnFaults(call, faults);
    const written = new Writer(call, dryRun);
    if (dryRun === "none") {
      await uploadPackages(call, packages);
      await writeSet(call, checked, { force, onApplied: (item, object, word) => written.add(item, object, word) });
    } else {
      for (const item of checked) written.add(item, item.preview, applyWord(item.live, item.preview));
    }
    await written.flush();
  } finally {
    for (const { packed } of packages) packed.dispose();
  }
  await finish(call, manifests, dryRun);
  return 0;
}

async function finish(call: Invocation, manifests: readonly LocatedManifest[], dryRun: string): Promise<void> {
  if (call.args.on("prune")) {
    const { prune } = await import("../apply/prune.ts");
    const selector = call.args.text("selector");
    await prune(call, manifests, { selector, dryRun: dryRun !== "none", suffix: suffixOf(dryRun) });
  }
  if (dryRun === "none" && call.args.on("wait")) await awaitReady(call, manifests, call.args.duration("timeout"));
}

export function suffixOf(dryRun: string): string {
  if (dryRun === "none") return "";
  return dryRun === "client" ? " (dry run)" : " (server dry run)";
}

/** Prints a line for each object as it is written, or all of them at the end where -o asks for objects. */
class Writer {
  readonly #call: Invocation;
  readonly #suffix: string;
  readonly #written: { readonly item: CheckedManifest; readonly object: KubeObject }[] = [];

  constructor(call: Invocation, dryRun: string) {
    this.#call = call;
    this.#suffix = suffixOf(dryRun);
  }

  add(item: CheckedManifest, object: KubeObject, word: ApplyWord): void {
    this.#written.push({ item, object });
    if (!this.#call.args.has("output")) this.#call.terminal.out(appliedLine(item, word, this.#suffix));
  }

  async flush(): Promise<void> {
    if (!this.#call.args.has("output")) return;
    const found = this.#written.map(({ item, object }) => ({ kind: item.manifest.kind, object }));
    await printWritten(this.#call, found);
  }
}
