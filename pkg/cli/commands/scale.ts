import type { KubeObject } from "../../api/index.ts";
import { objectPath } from "../../client/index.ts";
import { scaleChange } from "../../operations/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { getJson } from "../discovery.ts";
import { objectName } from "../kind-names.ts";
import { fileFlags } from "../manifests/file-flags.ts";
import { type Located, selectObjects } from "../targets.ts";
import { UsageError } from "../usage-error.ts";
import { waitFor } from "../wait-for.ts";
import { dig } from "../wire-fields.ts";

export const scaleCommand: Command = {
  usage: "scale KIND/NAME ... | -f FILE --replicas N",
  summary: "Sets how many members there are.",
  completes: "targets",
  flags: [
    ...fileFlags("the objects that a file or folder names"),
    { name: "replicas", type: "number", help: "how many" },
    { name: "current-replicas", type: "number", help: "only if there are so many now" },
    { name: "selector", short: "l", type: "text", value: "SELECTOR", help: "objects with these labels" },
    { name: "all", type: "switch", help: "all objects of the kind" },
    { name: "timeout", type: "duration", help: "wait so long for the members" },
  ],
  async run(call) {
    const replicas = call.args.number("replicas");
    if (replicas === undefined || replicas < 0) throw new UsageError("--replicas says how many, 0 or more");
    const objects = await selectObjects(call, call.args.positional);
    for (const located of objects) await scaleOne(call, located, replicas);
    const timeoutMs = call.args.duration("timeout");
    if (timeoutMs !== undefined) await awaitReplicas(call, objects, replicas, timeoutMs);
    return 0;
  },
};

async function scaleOne(call: Invocation, located: Located, replicas: number): Promise<void> {
  const { kind, namespace, name } = located;
  const client = await call.session.client();
  const wanted = call.args.number("current-replicas");
  if (wanted !== undefined) {
    const current = dig(await getJson(client.transport, objectPath(kind, located, "scale")), "spec", "replicas");
    if (current !== wanted)
      throw new StatusError("Conflict", `expected ${wanted} replicas, there are ${String(current)}`);
  }
  const { body, fieldManager } = scaleChange(replicas);
  await client.patch(kind, { namespace, name }, { type: "merge", body }, { subresource: "scale", fieldManager });
  call.terminal.out(`${objectName(kind, name)} scaled`);
}

async function awaitReplicas(
  call: Invocation,
  objects: readonly Located[],
  replicas: number,
  timeoutMs: number,
): Promise<void> {
  const isMet = (object: KubeObject | undefined, { kind }: Located): boolean => {
    const path = kind.scale?.statusReplicas.split(".") ?? ["status", "replicas"];
    return object !== undefined && Number(digMember(object, path)) === replicas;
  };
  await waitFor(call, { objects, timeoutMs, isMet });
}

/** As dig, with numbers for members of lists. */
function digMember(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (current, name) => (Array.isArray(current) ? current[Number(name)] : dig(current, name)),
    value,
  );
}
