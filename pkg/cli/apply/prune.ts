import { type KindInfo, type KubeObject, storedKinds } from "../../api/index.ts";
import { listAll } from "../../client/index.ts";
import { inApplyOrder, type LocatedManifest } from "../../manifests/index.ts";
import { isReason } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import { objectName } from "../kind-names.ts";
import { fieldManager } from "./check-set.ts";

/** Deletes what was applied before with the selector's labels and is in the set no longer. */
export async function prune(
  call: Invocation,
  manifests: readonly LocatedManifest[],
  options: { readonly selector: string | undefined; readonly dryRun: boolean; readonly suffix: string },
): Promise<void> {
  const namespaces = new Set(manifests.map(({ namespace }) => namespace).filter((name) => name !== ""));
  if (namespaces.size === 0) namespaces.add(await call.session.namespace());
  const kept = new Set(
    manifests.map(({ kind, namespace, name }) => `${kind.plural}.${kind.group}/${namespace}/${name}`),
  );
  // Against the order of applying: what refers goes before what it refers to.
  for (const { kind } of inApplyOrder(storedKinds.map((kind) => ({ kind }))).reverse()) {
    for (const object of await applied(call, kind, namespaces, options.selector)) {
      const { namespace = "", name = "" } = object.metadata;
      if (kept.has(`${kind.plural}.${kind.group}/${namespace}/${name}`)) continue;
      await remove(call, kind, { namespace, name }, options.dryRun);
      call.terminal.out(`${objectName(kind, name)} pruned${options.suffix}`);
    }
  }
}

async function applied(
  call: Invocation,
  kind: KindInfo,
  namespaces: ReadonlySet<string>,
  labelSelector: string | undefined,
): Promise<readonly KubeObject[]> {
  const client = await call.session.client();
  const selection = labelSelector === undefined ? {} : { labelSelector };
  const scopes = kind.namespaced ? [...namespaces] : [undefined];
  const pages = await Promise.all(
    scopes.map((namespace) => listAll(client, kind, { ...selection, ...(namespace !== undefined && { namespace }) })),
  );
  return pages.flatMap(({ items }) => items).filter(isOurs);
}

/** Only what was applied by hand: what a controller made, or another client, is not ours to delete. */
function isOurs({ metadata }: KubeObject): boolean {
  const owned = (metadata.ownerReferences ?? []).some(({ controller }) => controller === true);
  const applied = (metadata.managedFields ?? []).some(
    ({ manager, operation }) => manager === fieldManager && operation === "Apply",
  );
  return applied && !owned && metadata.deletionTimestamp === undefined;
}

async function remove(
  call: Invocation,
  kind: KindInfo,
  key: { readonly namespace: string; readonly name: string },
  dryRun: boolean,
): Promise<void> {
  try {
    await (await call.session.client()).delete(kind, key, { dryRun });
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
}
