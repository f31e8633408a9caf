import { type Hook, isDeleting, keyOf, kinds, type Secret } from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import { type Controller, type ControllerPorts, writeStatus } from "../../controller/index.ts";
import { type HookCaller, hmacKey } from "../../hooks/index.ts";
import { planHook } from "./plan.ts";

export interface HookPorts extends ControllerPorts {
  readonly hooks: Pick<HookCaller, "lastCall" | "onCall">;
}

/** Tells of each Hook whether it can be asked, and what its last call gave. */
export function makeHookController(ports: HookPorts): Controller {
  const hooks = ports.cache(kinds.Hook);
  const secrets = ports.cache(kinds.Secret);
  return {
    name: "hook",
    kind: kinds.Hook,
    watches: [
      { kind: kinds.Secret, keys: ({ metadata }: Secret) => signedWith(metadata, hooks.list(metadata.namespace)) },
    ],
    signals: (enqueue) => ports.hooks.onCall((hook) => enqueue(keyOf(hook))),
    async reconcile(key, { signal }) {
      const hook = hooks.get(key);
      if (hook === undefined || isDeleting(hook)) return {};
      const { secretRef } = hook.spec;
      const secret = secretRef && secrets.get({ namespace: key.namespace, name: secretRef.name });
      const lastCall = ports.hooks.lastCall(hook.metadata.uid ?? "");
      const status = planHook({
        hook,
        ...(secret !== undefined && { secret }),
        hmacKey,
        ...(lastCall !== undefined && { lastCall }),
        nowText: formatTimestamp(ports.clock.now()),
      });
      await writeStatus({ api: ports.api, kind: kinds.Hook, object: hook, signal }, status);
      return {};
    },
  };
}

function signedWith({ name }: Secret["metadata"], hooks: readonly Hook[]) {
  return hooks.filter(({ spec }) => spec.secretRef?.name === name).map(keyOf);
}
