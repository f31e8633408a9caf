/** Tells how much of its quotas a namespace has used. That nobody has more is the API server's to see to. */
import { type KubeObject, keyOf, kinds } from "../../api/index.ts";
import { type Controller, type ControllerPorts, isWish, writeStatus } from "../../controller/index.ts";
import { countedKinds, type Usage } from "../../quota/index.ts";
import { quotaStatus } from "./plan.ts";

export interface QuotaPorts extends ControllerPorts {
  /** What a namespace has. */
  readonly usageOf: (namespace: string) => Usage;
}

/** So long changes gather: of a thousand objects that are made at once a few statuses tell. */
const gatheringMs = 200;

export function makeQuotaController(ports: QuotaPorts): Controller {
  const quotas = ports.cache(kinds.ResourceQuota);
  return {
    name: "quota",
    kind: kinds.ResourceQuota,
    watches: countedKinds.map((kind) => ({
      kind,
      keys: ({ metadata }: KubeObject) => quotas.list(metadata.namespace).map(keyOf),
      when: isWish,
      afterMs: gatheringMs,
    })),
    async reconcile(key, { signal }) {
      const quota = quotas.get(key);
      if (quota === undefined) return {};
      const status = quotaStatus(quota, ports.usageOf(key.namespace));
      await writeStatus({ api: ports.api, kind: kinds.ResourceQuota, object: quota, signal }, status);
      return {};
    },
  };
}
