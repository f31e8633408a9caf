import { annotations, kinds, type Resource } from "../../api/index.ts";
import { listAll } from "../../client/index.ts";
import { cordonChange, trustChange } from "../../operations/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Command, CommandGroup, Invocation } from "../command.ts";
import { ageText } from "../printers/age.ts";
import { alignColumns } from "../printers/columns.ts";
import { UsageError } from "../usage-error.ts";
import { mergePatch } from "./patch.ts";

export const cordonCommand: Command = {
  usage: "cordon RESOURCE ...",
  summary: "Takes no more work on machines; what runs there stays.",
  flags: [{ name: "selector", short: "l", type: "text", value: "SELECTOR", help: "machines with these labels" }],
  completes: "resources",
  run: async (call) => cordon(call, await resourceNames(call), true),
};

export const uncordonCommand: Command = {
  usage: "uncordon RESOURCE ...",
  summary: "Takes work on machines again; ends a quarantine too.",
  flags: [{ name: "selector", short: "l", type: "text", value: "SELECTOR", help: "machines with these labels" }],
  completes: "resources",
  run: async (call) => cordon(call, await resourceNames(call), false),
};

/** Says of machines that they take no new work, or take it again, and prints what that changed. */
export async function cordon(call: Invocation, names: readonly string[], unschedulable: boolean): Promise<number> {
  const client = await call.session.client();
  const word = unschedulable ? "cordoned" : "uncordoned";
  for (const name of names) {
    const key = { namespace: "", name };
    const before = await client.get(kinds.Resource, key);
    const change = cordonChange(before, unschedulable, call.clock.now());
    if (change === undefined) {
      call.terminal.out(`resource.plush.dev/${name} already ${word}`);
      continue;
    }
    const { body, fieldManager } = change;
    await client.patch(kinds.Resource, key, { type: "merge", body }, { fieldManager });
    const quarantined = !unschedulable && before.status?.quarantine !== undefined;
    call.terminal.out(`resource.plush.dev/${name} ${word}${quarantined ? ", and its quarantine is over" : ""}`);
  }
  return 0;
}

/** The machines that the words and -l name. */
export async function resourceNames(call: Invocation): Promise<readonly string[]> {
  const names = call.args.positional.map((word) => word.replace(/^(resources?|res)\//, ""));
  const labelSelector = call.args.text("selector");
  if (labelSelector === undefined && names.length === 0) throw new UsageError("name the machines");
  if (labelSelector === undefined) return names;
  const { items } = await listAll(await call.session.client(), kinds.Resource, { labelSelector });
  return [...names, ...items.map(({ metadata }) => metadata.name ?? "")];
}

export const trustCommand: Command = {
  usage: "trust RESOURCE ...",
  summary: "Accepts the host key that a machine presents now in place of the one it had.",
  flags: [],
  completes: "resources",
  async run(call) {
    const client = await call.session.client();
    for (const name of await resourceNames(call)) {
      const machine = await client.get(kinds.Resource, { namespace: "", name });
      const change = trustChange(machine);
      if (change === undefined) {
        call.terminal.out(`resource.plush.dev/${name} presents no other key than the one that is trusted`);
        continue;
      }
      await mergePatch(call, { kind: kinds.Resource, namespace: "", name }, change);
      const { presentedHostKey, hostKey = "none" } = machine.status ?? {};
      call.terminal.out(`resource.plush.dev/${name} trusted: ${presentedHostKey} (was ${hostKey})`);
    }
    return 0;
  },
};

async function annotate(call: Invocation, name: string, changes: Readonly<Record<string, string>>): Promise<void> {
  const client = await call.session.client();
  const patch = { type: "merge" as const, body: { metadata: { annotations: changes } } };
  await client.patch(kinds.Resource, { namespace: "", name }, patch, { fieldManager: "plush" });
}

const listOrphans: Command = {
  usage: "orphans list",
  summary: "Shows claims on machines that the server does not know.",
  flags: [{ name: "no-headers", type: "switch", help: "rows alone" }],
  async run(call) {
    const rows = (await machinesWithOrphans(call)).flatMap((machine) =>
      (machine.status?.orphans ?? []).map(({ claimUid, namespace, name, since }) => [
        machine.metadata.name ?? "",
        claimUid,
        `${namespace ?? "?"}/${name ?? "?"}`,
        ageText(since, call.clock.now()),
      ]),
    );
    if (rows.length === 0) call.terminal.note("No orphans found");
    else
      call.terminal.print(
        alignColumns(call.args.on("no-headers") ? rows : [["RESOURCE", "CLAIM UID", "CLAIM", "AGE"], ...rows]),
      );
    return 0;
  },
};

const removeOrphans: Command = {
  usage: "orphans remove RESOURCE [CLAIM-UID ...] | --all",
  summary: "Removes such claims from machines: their processes are stopped and their files deleted.",
  flags: [{ name: "all", type: "switch", help: "all of them, on every machine" }],
  completes: "resources",
  async run(call) {
    const [word, ...uids] = call.args.positional;
    const name = word?.replace(/^(resources?|res)\//, "");
    if ((name === undefined) !== call.args.on("all")) throw new UsageError("name a machine, or give --all");
    const machines = (await machinesWithOrphans(call)).filter(
      ({ metadata }) => name === undefined || metadata.name === name,
    );
    if (machines.length === 0)
      throw new StatusError("NotFound", name === undefined ? "no orphans found" : `resource "${name}" has no orphans`);
    for (const machine of machines) await removeFrom(call, machine, uids);
    return 0;
  },
};

async function removeFrom(call: Invocation, machine: Resource, chosen: readonly string[]): Promise<void> {
  const present = (machine.status?.orphans ?? []).map(({ claimUid }) => claimUid);
  const unknown = chosen.find((uid) => !present.includes(uid));
  const name = machine.metadata.name ?? "";
  if (unknown !== undefined) throw new StatusError("NotFound", `resource "${name}" has no orphan ${unknown}`);
  const uids = chosen.length === 0 ? present : chosen;
  await annotate(call, name, { [annotations.removeOrphans]: uids.join(",") });
  call.terminal.out(
    `resource.plush.dev/${name}: ${uids.length} ${uids.length === 1 ? "orphan" : "orphans"} to be removed`,
  );
}

async function machinesWithOrphans(call: Invocation): Promise<readonly Resource[]> {
  const { items } = await listAll(await call.session.client(), kinds.Resource, {});
  return items.filter(({ status }) => (status?.orphans ?? []).length > 0);
}

export const orphansGroup: CommandGroup = {
  usage: "orphans list|remove",
  summary: "Claims on machines that the server does not know.",
  commands: { list: async () => listOrphans, remove: async () => removeOrphans },
};
