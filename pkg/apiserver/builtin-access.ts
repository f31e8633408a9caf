import { type KubeObject, keyOf, kinds } from "../api/index.ts";
import { type BuiltinWrite, planBuiltins } from "../auth/index.ts";
import type { ApiClient } from "../client/index.ts";

/** Sees to it that the built-in roles and bindings are there, and that aggregating roles hold what they collect. */
export async function ensureBuiltinAccess(client: ApiClient): Promise<void> {
  const [roles, bindings] = await Promise.all([client.list(kinds.ClusterRole), client.list(kinds.ClusterRoleBinding)]);
  await Promise.all(planBuiltins(roles.items, bindings.items).map((write) => carryOut(client, write)));
}

async function carryOut(client: ApiClient, { verb, object }: BuiltinWrite): Promise<void> {
  const kind = object.kind === "ClusterRole" ? kinds.ClusterRole : kinds.ClusterRoleBinding;
  const written: KubeObject = object;
  if (verb === "update") {
    await client.update<KubeObject>(kind, written);
    return;
  }
  if (verb === "replace") await client.delete<KubeObject>(kind, keyOf(written));
  await client.create<KubeObject>(kind, written);
}
