import { kinds } from "../api/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import { HookCaller, type HookCallerPorts } from "../hooks/index.ts";
import type { Metrics } from "../metrics/index.ts";

const results = { action: "action", default: "default", bad: "failed" } as const;

/** Asks hooks as they are now, signed with Secrets as they are now. */
export function makeHookCaller(
  { clock, events, cache }: Pick<ControllerPorts, "clock" | "events" | "cache">,
  egress: HookCallerPorts["egress"],
  metrics: Metrics,
): HookCaller {
  const hooks = cache(kinds.Hook);
  const secrets = cache(kinds.Secret);
  return new HookCaller({
    clock,
    events,
    egress,
    hook: (namespace, name) => hooks.get({ namespace, name }),
    onCalled: makeHookMeter(metrics),
    secret: (namespace, name) => secrets.get({ namespace, name }),
  });
}

function makeHookMeter(metrics: Metrics): NonNullable<HookCallerPorts["onCalled"]> {
  const calls = metrics.counter<"result">({
    name: "plush_hook_calls_total",
    help: "Calls of hooks: they said what to do, left it to recovery, or gave no good answer in time.",
    labels: ["result"],
  });
  const seconds = metrics.histogram({
    name: "plush_hook_call_seconds",
    help: "How long hooks took to answer, or were waited for.",
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
  });
  for (const result of Object.values(results)) calls.inc({ result }, 0);
  return (kind, took) => {
    calls.inc({ result: results[kind] });
    seconds.observe(took);
  };
}
