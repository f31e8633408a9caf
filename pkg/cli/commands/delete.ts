import { type KubeObject, stateOf } from "../../api/index.ts";
import { inApplyOrder } from "../../manifests/index.ts";
import { isReason, type StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { objectName } from "../kind-names.ts";
import { fileFlags, namesFiles } from "../manifests/file-flags.ts";
import { errorLines } from "../report-error.ts";
import { type Located, selectObjects } from "../targets.ts";
import { UsageError } from "../usage-error.ts";
import { waitFor } from "../wait-for.ts";
import { suffixOf } from "./apply.ts";
import { keepError } from "./get-objects.ts";

export const deleteCommand: Command = {
  usage: "delete KIND NAME ... | KIND/NAME ... | KIND -l SELECTOR | -f FILE | -k DIR",
  summary: "Deletes objects, and waits until what they stand for is gone.",
  completes: "targets",
  flags: [
    ...fileFlags("the objects that a file or folder names"),
    { name: "selector", short: "l", type: "text", value: "SELECTOR", help: "objects with these labels" },
    { name: "field-selector", type: "text", value: "SELECTOR", help: "objects with these fields" },
    { name: "all", type: "switch", help: "all objects of the kind" },
    { name: "all-namespaces", short: "A", type: "switch", help: "of every namespace" },
    { name: "wait", type: "switch", help: "until they are gone (default true)" },
    { name: "timeout", type: "duration", help: "give up waiting after so long (default: never)" },
    {
      name: "cascade",
      type: "text",
      bare: "background",
      choices: ["background", "foreground", "orphan"],
      value: "HOW",
      help: "what becomes of what they own",
    },
    { name: "ignore-not-found", type: "switch", help: "an object that is not there is no failure" },
    {
      name: "dry-run",
      type: "text",
      bare: "client",
      choices: ["none", "client", "server"],
      value: "MODE",
      help: "delete nothing",
    },
    { name: "output", short: "o", type: "text", choices: ["name"], value: "FORMAT", help: "print names alone" },
    { name: "grace-period", type: "number", hidden: true, help: "" },
    { name: "force", type: "switch", hidden: true, help: "" },
    { name: "now", type: "switch", hidden: true, help: "" },
  ],
  async run(call) {
    const chosen = await choose(call);
    const { deleted, failed } = await deleteAll(call, chosen);
    if (call.args.on("wait", true) && (call.args.text("dry-run") ?? "none") === "none") await awaitGone(call, deleted);
    if (chosen.length === 0) call.terminal.note("No resources found");
    return failed ? 1 : 0;
  },
};

async function choose(call: Invocation): Promise<readonly Located[]> {
  const files = call.args.texts("filename");
  if (!namesFiles(call)) return selectObjects(call, call.args.positional);
  if (call.args.positional.length > 0) throw new UsageError("names, and -f or -k, cannot be given together");
  const { loadManifests } = await import("../manifests/located-manifests.ts");
  return inApplyOrder(await loadManifests(call, files)).reverse();
}

interface Deleted {
  readonly located: Located;
  readonly uid: string | undefined;
}

async function deleteAll(
  call: Invocation,
  chosen: readonly Located[],
): Promise<{ readonly deleted: readonly Deleted[]; readonly failed: boolean }> {
  const deleted: Deleted[] = [];
  const errors: StatusError[] = [];
  for (const located of chosen) {
    try {
      deleted.push({ located, uid: await deleteOne(call, located) });
      const name = objectName(located.kind, located.name);
      call.terminal.out(call.args.has("output") ? name : `${quotedName(located)} deleted${suffix(call)}`);
    } catch (error) {
      const tolerated = namesFiles(call) && isReason(error, "NotFound");
      if (tolerated) call.terminal.note(`${quotedName(located)} not found`);
      else keepError(call, errors, error);
    }
  }
  for (const line of errors.flatMap(errorLines)) call.terminal.error(line);
  return { deleted, failed: errors.length > 0 };
}

function suffix(call: Invocation): string {
  return suffixOf(call.args.text("dry-run") ?? "none");
}

/** `application.plush.dev "web"`, as kubectl writes it here. */
function quotedName({ kind, name }: Located): string {
  return `${objectName(kind, "").slice(0, -1)} "${name}"`;
}

/** The uid of what is going, undefined where it is gone at once. */
async function deleteOne(call: Invocation, { kind, namespace, name }: Located): Promise<string | undefined> {
  const client = await call.session.client();
  const key = { namespace, name };
  const dryRun = call.args.text("dry-run") ?? "none";
  if (dryRun === "client") return (await client.get(kind, key)).metadata.uid;
  const gracePeriodSeconds = call.args.number("grace-period");
  const remaining = await client.delete(kind, key, {
    propagationPolicy: policies[call.args.text("cascade") ?? "background"] ?? "Background",
    dryRun: dryRun === "server",
    ...(gracePeriodSeconds !== undefined && gracePeriodSeconds >= 0 && { gracePeriodSeconds }),
  });
  return remaining?.metadata.uid;
}

const policies: Readonly<Record<string, "Background" | "Foreground" | "Orphan">> = {
  background: "Background",
  foreground: "Foreground",
  orphan: "Orphan",
};

/** An object of the same name with another uid is a new one: the old one is gone. */
async function awaitGone(call: Invocation, deleted: readonly Deleted[]): Promise<void> {
  const going = new Map(deleted.flatMap(({ located, uid }) => (uid === undefined ? [] : [[located, uid] as const])));
  if (going.size === 0) return;
  const progress = new DeleteProgress(call);
  await waitFor(call, {
    objects: [...going.keys()],
    timeoutMs: call.args.duration("timeout"),
    isMet: (object, located) => object === undefined || object.metadata.uid !== going.get(located),
    onMet: (located) => progress.gone(located),
    onChange: (object, located) => progress.show(object, located),
  });
}

/** One line of what is still there, on a terminal. */
class DeleteProgress {
  readonly #call: Invocation;
  readonly #waiting = new Map<Located, string>();

  constructor(call: Invocation) {
    this.#call = call;
  }

  show(object: KubeObject, located: Located): void {
    this.#waiting.set(located, `${objectName(located.kind, located.name)} ${stateOf(object) || "deleting"}`);
    this.#draw();
  }

  gone(located: Located): void {
    this.#waiting.delete(located);
    this.#draw();
  }

  #draw(): void {
    const [first = ""] = this.#waiting.values();
    this.#call.terminal.progress(this.#waiting.size > 1 ? `${this.#waiting.size} to go: ${first} …` : first);
  }
}
