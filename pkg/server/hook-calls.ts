import { kinds } from "../api/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import { HookCaller, type HookCallerPorts } from "../hooks/index.ts";

/** Asks hooks as they are now, signed with Secrets as they are now. */
export function makeHookCaller(
  { clock, events, cache }: Pick<ControllerPorts, "clock" | "events" | "cache">,
  egress: HookCallerPorts["egress"],
): HookCaller {
  const hooks = cache(kinds.Hook);
  const secrets = cache(kinds.Secret);
  return new HookCaller({
    clock,
    events,
    egress,
    hook: (namespace, name) => hooks.get({ namespace, name }),
    secret: (namespace, name) => secrets.get({ namespace, name }),
  });
}
