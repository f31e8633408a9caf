/** Namespaces: one that is deleted is emptied, in an order that lets work be removed cleanly, and then let go. */
import { keyOf, kinds, type Namespace, setCondition, storedKinds } from "../../api/index.ts";
import type { ApiClient } from "../../client/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import { type Controller, type ControllerPorts, type ReconcileResult, writeStatus } from "../../controller/index.ts";
import { isReason } from "../../status/index.ts";
import { planNamespace, type Remaining } from "./plan.ts";

/** Contents go by many hands, none of which tells the namespace: it is looked at again so often until it is empty. */
const recheckMs = 300;
const deletionsAtOnce = 50;
const contentCondition = "NamespaceDeletionContentFailure";

const namespacedKinds = storedKinds.filter(({ namespaced }) => namespaced);

export function makeNamespaceController(ports: ControllerPorts): Controller {
  const { api, clock } = ports;
  return {
    name: "namespace",
    kind: kinds.Namespace,
    async reconcile(key, { signal }): Promise<ReconcileResult> {
      const namespace = ports.cache(kinds.Namespace).get(key);
      if (namespace?.metadata.deletionTimestamp === undefined) return {};
      // Listed anew, not from caches: what is missed here would outlive its namespace.
      const plan = planNamespace(await listContents(api, key.name, signal));
      if (plan.left === "") {
        await release(api, namespace, signal);
        return {};
      }
      await deleteAll(api, plan.deletions, signal);
      await report(ports, namespace, plan.left, { signal, now: formatTimestamp(clock.now()) });
      return { requeueAfterMs: recheckMs };
    },
  };
}

async function listContents(api: ApiClient, namespace: string, signal: AbortSignal): Promise<readonly Remaining[]> {
  return Promise.all(
    namespacedKinds.map(async (kind) => ({ kind, objects: (await api.list(kind, { namespace, signal })).items })),
  );
}

async function deleteAll(
  api: ApiClient,
  deletions: ReturnType<typeof planNamespace>["deletions"],
  signal: AbortSignal,
): Promise<void> {
  for (let start = 0; start < deletions.length; start += deletionsAtOnce) {
    const portion = deletions.slice(start, start + deletionsAtOnce);
    await Promise.all(
      portion.map(async ({ kind, object }) => {
        try {
          await api.delete(kind, keyOf(object), { propagationPolicy: "Background", signal });
        } catch (error) {
          if (!isReason(error, "NotFound")) throw error;
        }
      }),
    );
  }
}

async function release(api: ApiClient, namespace: Namespace, signal: AbortSignal): Promise<void> {
  const spec = { ...namespace.spec, finalizers: [] };
  try {
    await api.post(kinds.Namespace, keyOf(namespace), "finalize", { ...namespace, spec }, { signal });
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
}

async function report(
  { api }: ControllerPorts,
  namespace: Namespace,
  left: string,
  { signal, now }: { readonly signal: AbortSignal; readonly now: string },
): Promise<void> {
  const conditions = setCondition(
    namespace.status?.conditions ?? [],
    { type: contentCondition, status: "True", reason: "ContentRemains", message: `still there: ${left}` },
    now,
  );
  const status: NonNullable<Namespace["status"]> = { ...namespace.status, conditions };
  await writeStatus<typeof status, Namespace>({ api, kind: kinds.Namespace, object: namespace, signal }, status);
}
