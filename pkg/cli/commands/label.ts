import type { KubeObject } from "../../api/index.ts";
import { metadataChange, readMetadataWord } from "../../operations/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Flag } from "../arguments.ts";
import type { Command, Invocation } from "../command.ts";
import { objectName } from "../kind-names.ts";
import { fileFlags, namesFiles } from "../manifests/file-flags.ts";
import { type Located, selectObjects } from "../targets.ts";
import { UsageError } from "../usage-error.ts";
import { suffixOf } from "./apply.ts";
import { mergePatch } from "./patch.ts";
import { printWritten } from "./print-written.ts";

const flags: readonly Flag[] = [
  ...fileFlags("the objects that a file or folder names"),
  { name: "overwrite", type: "switch", help: "replace a value that is there" },
  { name: "selector", short: "l", type: "text", value: "SELECTOR", help: "objects with these labels" },
  { name: "field-selector", type: "text", value: "SELECTOR", help: "objects with these fields" },
  { name: "all", type: "switch", help: "all objects of the kind" },
  { name: "all-namespaces", short: "A", type: "switch", help: "of every namespace" },
  { name: "resource-version", type: "text", value: "VERSION", help: "only if the object has not changed since" },
  {
    name: "dry-run",
    type: "text",
    bare: "client",
    choices: ["none", "client", "server"],
    value: "MODE",
    help: "change nothing",
  },
  {
    name: "output",
    short: "o",
    type: "text",
    choices: ["name", "json", "yaml"],
    value: "FORMAT",
    help: "print the object",
  },
];

export const labelCommand: Command = {
  usage: "label KIND/NAME ... KEY=VALUE ... KEY- ...",
  summary: "Sets and removes labels.",
  completes: "targets",
  flags,
  run: (call) => changeAll(call, { member: "labels", done: "labeled", none: "not labeled", removed: "unlabeled" }),
};

export const annotateCommand: Command = {
  usage: "annotate KIND/NAME ... KEY=VALUE ... KEY- ...",
  summary: "Sets and removes annotations.",
  completes: "targets",
  flags,
  run: (call) => changeAll(call, { member: "annotations", done: "annotated", none: "annotated", removed: "annotated" }),
};

interface Wording {
  readonly member: "labels" | "annotations";
  readonly done: string;
  readonly none: string;
  readonly removed: string;
}

export interface MetadataChanges {
  /** Words that are no changes. */
  readonly targets: readonly string[];
  /** null removes. */
  readonly changes: Readonly<Record<string, string | null>>;
}

/** Parts `app web tier=front old-` into what is changed and how; where files name the objects, all words are changes. */
export function parseChanges(words: readonly string[], isAllChanges = false): MetadataChanges {
  const first = isAllChanges ? 0 : 1;
  const start = words.findIndex(
    (word, index) => index >= first && (word.includes("=") || /^[^/]+(\/[^/]+)?-$/.test(word)),
  );
  if (start < 0) throw new UsageError("say what to change, as KEY=VALUE or KEY-");
  const changes: Record<string, string | null> = {};
  for (const word of words.slice(start)) {
    const read = readMetadataWord(word);
    if (read === undefined) throw new UsageError(`"${word}" is neither KEY=VALUE nor KEY-`);
    changes[read[0]] = read[1];
  }
  return { targets: words.slice(0, start), changes };
}

async function changeAll(call: Invocation, wording: Wording): Promise<number> {
  const { targets, changes } = parseChanges(call.args.positional, namesFiles(call));
  for (const located of await selectObjects(call, targets)) await changeOne(call, located, changes, wording);
  return 0;
}

async function changeOne(
  call: Invocation,
  located: Located,
  changes: MetadataChanges["changes"],
  wording: Wording,
): Promise<void> {
  const client = await call.session.client();
  const { metadata } = await client.get<KubeObject>(located.kind, located);
  const before = metadata[wording.member] ?? {};
  refuseOverwriting(call, located, before, changes);
  const resourceVersion = call.args.text("resource-version");
  const after = await mergePatch(call, located, metadataChange(wording.member, changes, resourceVersion));
  if (call.args.has("output")) return printWritten(call, [{ kind: located.kind, object: after }]);
  const changed = Object.entries(changes).filter(([name, value]) => (before[name] ?? null) !== value);
  const word =
    changed.length === 0 ? wording.none : changed.every(([, value]) => value === null) ? wording.removed : wording.done;
  call.terminal.out(
    `${objectName(located.kind, located.name)} ${word}${suffixOf(call.args.text("dry-run") ?? "none")}`,
  );
}

function refuseOverwriting(
  call: Invocation,
  located: Located,
  before: Readonly<Record<string, string>>,
  changes: MetadataChanges["changes"],
): void {
  if (call.args.on("overwrite")) return;
  for (const [name, value] of Object.entries(changes)) {
    const present = before[name];
    if (value === null || present === undefined || present === value) continue;
    const what = objectName(located.kind, located.name);
    throw new StatusError("Conflict", `${what}: ${name} is ${JSON.stringify(present)}, and --overwrite is not set`);
  }
}
