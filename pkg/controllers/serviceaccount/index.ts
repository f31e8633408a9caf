/** Service accounts: every namespace has one that is called default, for programs that name none. */
import { kinds, type ServiceAccount } from "../../api/index.ts";
import type { Controller, ControllerPorts, ReconcileResult } from "../../controller/index.ts";
import { isReason } from "../../status/index.ts";

const defaultName = "default";

export function makeServiceAccountController({ api, cache }: ControllerPorts): Controller {
  const namespaces = cache(kinds.Namespace);
  const accounts = cache(kinds.ServiceAccount);
  return {
    name: "serviceaccount",
    kind: kinds.Namespace,
    watches: [
      {
        kind: kinds.ServiceAccount,
        keys: ({ metadata }: ServiceAccount) => [{ namespace: "", name: metadata.namespace ?? "" }],
      },
    ],
    async reconcile({ name: namespace }, { signal }): Promise<ReconcileResult> {
      const found = namespaces.get({ namespace: "", name: namespace });
      if (found === undefined || found.metadata.deletionTimestamp !== undefined) return {};
      if (accounts.get({ namespace, name: defaultName }) !== undefined) return {};
      const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace, name: defaultName } };
      try {
        await api.create(kinds.ServiceAccount, account, { signal });
      } catch (error) {
        // It is there, or its namespace is going or gone: each is seen here soon.
        if (!(["AlreadyExists", "NotFound", "Forbidden"] as const).some((reason) => isReason(error, reason)))
          throw error;
      }
      return {};
    },
  };
}
