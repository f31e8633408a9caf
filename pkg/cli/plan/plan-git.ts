import { type ConfigMap, type GitSync, type GitSyncValues, kinds, type Secret } from "../../api/index.ts";
import type { ApiClient } from "../../client/index.ts";
import type { ManifestFault, Value, Values } from "../../manifests/index.ts";
import type { PlanStatus } from "../../protocol/index.ts";
import { isReason } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import { yamlText } from "../printers/object-text.ts";
import { askPlan } from "./ask-plan.ts";
import { readGitRange } from "./git-range.ts";
import { planMarkdown } from "./markdown.ts";

/** Prints what a change of the repository here would do, as Markdown; 1 where anything of it would be refused. */
export async function planGit(
  call: Invocation,
  range: string,
  faultsOf: (
    manifests: Awaited<ReturnType<typeof readGitRange>>["manifests"],
    status: PlanStatus,
  ) => readonly ManifestFault[],
): Promise<number> {
  const sync = await syncOf(call);
  const change = await readGitRange(call, {
    range,
    folder: call.args.text("path")?.replace(/\/+$/, "") ?? sync?.sync.spec.path ?? ".",
    namespace: sync?.sync.metadata.namespace ?? (await call.session.namespace()),
    values: sync?.values,
  });
  const objects = change.manifests.map(({ object }) => object);
  // What cannot be read is not asked about.
  const isReadable = change.faults.length === 0;
  const { status } = isReadable ? await askPlan(call, objects, true) : { status: nothing };
  const faults = [...change.faults, ...faultsOf(change.manifests, status)];
  const { head, removed } = change;
  call.terminal.out(await planMarkdown({ range, head, status, removed, faults, asYaml: yamlText }));
  return faults.length > 0 ? 1 : 0;
}

const nothing: PlanStatus = { changes: false, diff: [], machines: [], restarts: [], notes: [] };

/** The sync whose folder and variables hold. */
async function syncOf(
  call: Invocation,
): Promise<{ readonly sync: GitSync; readonly values: Values | undefined } | undefined> {
  const name = call.args.text("sync");
  if (name === undefined) return undefined;
  const client = await call.session.client();
  const sync = await client.get(kinds.GitSync, { namespace: await call.session.namespace(), name });
  return { sync, values: sync.spec.substitute && (await valuesOf(client, sync)) };
}

/** Of Secrets the names alone: what they say is nobody's business who reads a plan. */
async function valuesOf(client: ApiClient, sync: GitSync): Promise<Values> {
  const values = new Map<string, Value>();
  for (const source of sync.spec.substitute ?? []) {
    const isSecret = source.secretRef !== undefined;
    for (const [name, text] of Object.entries(await readSource(client, sync, source)))
      values.set(name, { text: isSecret ? "hidden" : text, isSecret });
  }
  return values;
}

async function readSource(
  client: ApiClient,
  { metadata }: GitSync,
  { configMapRef, secretRef, optional }: GitSyncValues,
): Promise<Readonly<Record<string, string>>> {
  const { namespace = "" } = metadata;
  const kind = secretRef === undefined ? kinds.ConfigMap : kinds.Secret;
  try {
    const name = (secretRef ?? configMapRef)?.name ?? "";
    const found: ConfigMap | Secret = await client.get<ConfigMap | Secret>(kind, { namespace, name });
    return found.data ?? {};
  } catch (error) {
    if (optional && isReason(error, "NotFound")) return {};
    throw error;
  }
}
