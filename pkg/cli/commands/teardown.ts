import { annotations, type KindInfo, type KubeObject, kinds, stateOf } from "../../api/index.ts";
import { listAll } from "../../client/index.ts";
import { isReason, StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { confirm } from "../confirm.ts";
import { objectName } from "../kind-names.ts";
import type { Located } from "../targets.ts";
import { waitFor } from "../wait-for.ts";
import { dig, list } from "../wire-fields.ts";

export const teardownCommand: Command = {
  usage: "teardown [--yes] [--force]",
  summary: "Deletes all applications and pools, and leaves the machines as they were.",
  flags: [
    { name: "yes", short: "y", type: "switch", help: "without asking" },
    { name: "force", type: "switch", help: "let go of what cannot be removed from machines that are away" },
    { name: "timeout", type: "duration", help: "give up waiting after so long (default: never)" },
  ],
  async run(call) {
    const work = await locatedOf(call, workKinds);
    const machines = await locatedOf(call, [kinds.ResourcePool]);
    const loose = await locatedOf(call, [kinds.Resource]);
    if (work.length + machines.length + loose.length === 0) {
      call.terminal.note("Nothing to tear down");
      return 0;
    }
    const counts = `${work.length} objects of work, ${machines.length} pools, ${loose.length} machines`;
    if (!call.args.on("yes") && !(await confirm(call, `Delete ${counts}?`))) return 1;
    await removeAll(call, work);
    await removeAll(call, machines);
    await removeAll(call, await locatedOf(call, [kinds.Resource]));
    call.terminal.out("nothing is left; the server may be stopped");
    return 0;
  },
};

/** What users make; what belongs to it goes with it. */
const workKinds: readonly KindInfo[] = [kinds.Application, kinds.Component, kinds.Phase, kinds.Process, kinds.Claim];

async function locatedOf(call: Invocation, wanted: readonly KindInfo[]): Promise<readonly Located[]> {
  const client = await call.session.client();
  const lists = await Promise.all(
    wanted.map(async (kind) => {
      const { items } = await listAll<KubeObject>(client, kind, {});
      return items
        .filter(hasNoOwner)
        .map(({ metadata }) => ({ kind, namespace: metadata.namespace ?? "", name: metadata.name ?? "" }));
    }),
  );
  return lists.flat();
}

function hasNoOwner({ metadata }: KubeObject): boolean {
  return !(metadata.ownerReferences ?? []).some(({ controller }) => controller === true);
}

async function removeAll(call: Invocation, objects: readonly Located[]): Promise<void> {
  const client = await call.session.client();
  const going: Located[] = [];
  for (const located of objects) {
    try {
      if (call.args.on("force")) await forfeit(call, located);
      if ((await client.delete(located.kind, located)) !== undefined) going.push(located);
      else say(call, located, "gone");
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  }
  await awaitGone(call, going);
}

/** A line for each as it goes; on a time-out, what holds the others. */
async function awaitGone(call: Invocation, going: readonly Located[]): Promise<void> {
  const last = new Map<Located, KubeObject>();
  try {
    await waitFor(call, {
      objects: going,
      timeoutMs: call.args.duration("timeout"),
      isMet: (object) => object === undefined,
      onMet: (located) => {
        last.delete(located);
        say(call, located, "gone");
      },
      onChange: (object, located) => {
        last.set(located, object);
        call.terminal.progress(`${last.size} to go: ${objectName(located.kind, located.name)} ${stateOf(object)}`);
      },
    });
  } catch (error) {
    for (const [located, object] of last) say(call, located, `still there: ${holdUp(object)}`);
    if (isReason(error, "Timeout"))
      throw new StatusError(
        "Timeout",
        `${last.size} could not be removed in time (--force lets go of machines that are away)`,
      );
    throw error;
  }
}

function say(call: Invocation, { kind, name }: Located, text: string): void {
  call.terminal.out(`${objectName(kind, name)} ${text}`);
}

function holdUp(object: KubeObject): string {
  const residue = list(dig(object, "status", "residue")).length;
  const held = residue === 0 ? "" : `, ${residue} claims still on the machine`;
  return `${stateOf(object) || "deleting"}${held}`;
}

async function forfeit(call: Invocation, { kind, namespace, name }: Located): Promise<void> {
  if (kind !== kinds.ResourcePool && kind !== kinds.Resource) return;
  const body = { metadata: { annotations: { [annotations.forfeitResidue]: "true" } } };
  await (await call.session.client()).patch(
    kind,
    { namespace, name },
    { type: "merge", body },
    { fieldManager: "plush" },
  );
}
