import { findCondition, type KubeObject, kinds, type Resource } from "../../api/index.ts";
import { formatDuration } from "../../clock/index.ts";
import { defaultHoldMs, letGoChange } from "../../operations/index.ts";
import type { Command, Invocation } from "../command.ts";
import { waitFor } from "../wait-for.ts";
import { resourceNames } from "./machines.ts";

const defaultTimeoutMs = 600_000;

export const rebootCommand: Command = {
  usage: "reboot RESOURCE ...",
  summary: "Restarts machines, one after another; their work waits for them and begins again there.",
  flags: [
    { name: "selector", short: "l", type: "text", value: "SELECTOR", help: "machines with these labels" },
    { name: "hold", type: "duration", help: "so long nothing is replaced because a machine is away (default 5m)" },
    { name: "timeout", type: "duration", help: "give a machine up that is not back after so long (default 10m)" },
  ],
  completes: "resources",
  examples: ["plush drain node-7 && plush reboot node-7", "plush reboot -l site=sjc --hold 2m"],
  async run(call) {
    for (const name of await resourceNames(call)) await reboot(call, name);
    return 0;
  },
};

async function reboot(call: Invocation, name: string): Promise<void> {
  const client = await call.session.client();
  const key = { namespace: "", name };
  const before = (await client.get(kinds.Resource, key)).status?.bootIdentity;
  const start = call.clock.monotonic();
  const hold = formatDuration(call.args.duration("hold") ?? defaultHoldMs);
  try {
    await client.post(kinds.Resource, key, "reboot", { hold });
  } catch (error) {
    // It stays up: nobody has to wait for it.
    await letGo(call, name);
    throw error;
  }
  call.terminal.out(`resource.plush.dev/${name} is being restarted`);
  await waitFor(call, {
    objects: [{ kind: kinds.Resource, ...key }],
    timeoutMs: call.args.duration("timeout") ?? defaultTimeoutMs,
    isMet: (object) => isBack(object, before),
    onChange: (object) => call.terminal.progress(`${name}: ${readyText(object)}`),
    stateOf: () => "it is not back from its restart",
  });
  await letGo(call, name);
  call.terminal.out(`resource.plush.dev/${name} is back after ${formatDuration(call.clock.monotonic() - start)}`);
}

/** Should it be lost again, that is no restart. */
async function letGo(call: Invocation, name: string): Promise<void> {
  const client = await call.session.client();
  const { body, fieldManager } = letGoChange;
  await client.patch(kinds.Resource, { namespace: "", name }, { type: "merge", body }, { fieldManager });
}

function isBack(object: KubeObject | undefined, before: string | undefined): boolean {
  const { status } = (object ?? {}) as Partial<Resource>;
  return status?.bootIdentity !== before && findCondition(status?.conditions, "Ready")?.status === "True";
}

function readyText(object: KubeObject): string {
  const ready = findCondition((object as Resource).status?.conditions, "Ready");
  return ready?.message || ready?.reason || "";
}
