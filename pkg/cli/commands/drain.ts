import { claimName, drainMachine, observeDrain, planDrain } from "../../operations/index.ts";
import type { Command, Invocation } from "../command.ts";
import { cordon, resourceNames } from "./machines.ts";

export const drainCommand: Command = {
  usage: "drain RESOURCE ...",
  summary: "Moves all work off machines, within each component's maxUnavailable, and takes no new work on them.",
  flags: [
    { name: "selector", short: "l", type: "text", value: "SELECTOR", help: "machines with these labels" },
    { name: "force", type: "switch", help: "also delete processes that a person made: nothing makes them anew" },
    { name: "timeout", type: "duration", help: "give up after so long (default: never); what has moved stays moved" },
    { name: "dry-run", type: "text", value: "none|client|server", bare: "client", help: "only say what would leave" },
  ],
  completes: "resources",
  examples: ["plush drain node-7", "plush drain -l site=sjc --timeout 10m"],
  async run(call) {
    const names = await resourceNames(call);
    const isDryRun = (call.args.text("dry-run") ?? "none") !== "none";
    // First all of them: what leaves one machine must not come to the next.
    if (!isDryRun) await cordon(call, names, true);
    for (const name of names) await (isDryRun ? preview(call, name) : drain(call, name));
    return 0;
  },
};

async function preview(call: Invocation, name: string): Promise<void> {
  const client = await call.session.client();
  const plan = planDrain(await observeDrain(client, name, { force: call.args.on("force") }));
  for (const claim of [...plan.evict, ...plan.remove])
    call.terminal.out(`claim ${claimName(claim)} would leave ${name}`);
  for (const claim of plan.staying) call.terminal.out(`claim ${claimName(claim)} would stay: it is for ${name} alone`);
  for (const claim of plan.refused) call.terminal.out(`claim ${claimName(claim)} would be in the way (--force)`);
}

async function drain({ args, clock, session, signal, terminal }: Invocation, name: string): Promise<void> {
  await drainMachine({
    ...{ client: await session.client(), clock, name, signal },
    force: args.on("force"),
    timeoutMs: args.duration("timeout") ?? Number.POSITIVE_INFINITY,
    tell: (text) => terminal.out(text),
  });
}
