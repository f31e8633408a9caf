import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../api/index.ts";
import { objectPath, readBody, statusErrorOf, withQuery } from "../../client/index.ts";
import type { Change } from "../../operations/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { objectName } from "../kind-names.ts";
import { fileFlags } from "../manifests/file-flags.ts";
import { type Located, selectObjects } from "../targets.ts";
import { UsageError } from "../usage-error.ts";
import { fields } from "../wire-fields.ts";
import { suffixOf } from "./apply.ts";
import { printWritten } from "./print-written.ts";

const contentTypes: Readonly<Record<string, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  // Our kinds have no strategic merge; what it says of lists without keys is what merge says.
  strategic: "application/merge-patch+json",
};

export const patchCommand: Command = {
  usage: "patch KIND/NAME ... | -f FILE -p PATCH",
  summary: "Changes fields of an object.",
  completes: "targets",
  flags: [
    ...fileFlags("the objects that a file or folder names"),
    { name: "patch", short: "p", type: "text", value: "PATCH", help: "JSON or YAML" },
    { name: "patch-file", type: "text", value: "FILE", help: "the patch in a file" },
    {
      name: "type",
      type: "text",
      choices: ["json", "merge", "strategic"],
      value: "TYPE",
      help: "kind of patch (default merge)",
    },
    { name: "subresource", type: "text", choices: ["status", "scale"], value: "NAME", help: "of a part of the object" },
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
  ],
  examples: [`plush patch app/web -p '{"spec":{"components":[{"name":"web","replicas":3}]}}'`],
  async run(call) {
    const body = await patchBody(call);
    for (const located of await selectObjects(call, call.args.positional)) await patchOne(call, located, body);
    return 0;
  },
};

async function patchBody(call: Invocation): Promise<string> {
  const file = call.args.text("patch-file");
  const source = call.args.text("patch") ?? (file === undefined ? undefined : readFileSync(file, "utf8"));
  if (source === undefined) throw new UsageError("give the patch with -p");
  const { parse } = await import("yaml");
  try {
    return JSON.stringify(parse(source));
  } catch (error) {
    throw new UsageError(`--patch: ${error instanceof Error ? error.message.split("\n", 1)[0] : String(error)}`);
  }
}

async function patchOne(call: Invocation, located: Located, body: string): Promise<void> {
  const client = await call.session.client();
  const before = await client.get<KubeObject>(located.kind, located);
  const dryRun = call.args.text("dry-run") ?? "none";
  const path = withQuery(objectPath(located.kind, located, call.args.text("subresource")), {
    fieldManager: "plush-patch",
    fieldValidation: "Strict",
    ...(dryRun !== "none" && { dryRun: "All" }),
  });
  const type = contentTypes[call.args.text("type") ?? "merge"] ?? "";
  const headers = { accept: "application/json", "content-type": type };
  const response = await client.transport.request({ method: "PATCH", path, headers, body });
  const answer = await readBody(response.body);
  if (response.status >= 300) throw statusErrorOf(response.status, answer);
  const after: unknown = JSON.parse(answer);
  if (call.args.has("output")) return printWritten(call, [{ kind: located.kind, object: after as KubeObject }]);
  const unchanged = isDeepStrictEqual(fields(after), fields(before));
  const word = unchanged ? "patched (no change)" : "patched";
  call.terminal.out(`${objectName(located.kind, located.name)} ${word}${suffixOf(dryRun)}`);
}

/** For commands that change one field: a merge patch, and its answer. */
export async function mergePatch(
  call: Invocation,
  { kind, namespace, name }: Located,
  { body, fieldManager }: Change,
): Promise<KubeObject> {
  const client = await call.session.client();
  const dryRun = (call.args.text("dry-run") ?? "none") !== "none";
  try {
    return await client.patch(kind, { namespace, name }, { type: "merge", body }, { fieldManager, dryRun });
  } catch (error) {
    throw StatusError.from(error);
  }
}
