import { type Claim, controllerOf, keyOf, kinds, type Resource } from "../../api/index.ts";
import { listAll } from "../../client/index.ts";
import { sleep } from "../../clock/index.ts";
import { claimName, type DrainPlan, notMovedText, notReadyText, planDrain } from "../../operations/index.ts";
import { isReason, StatusError } from "../../status/index.ts";
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
    for (const name of names) {
      if (isDryRun) await preview(call, name);
      else await new Drain(call, name).run();
    }
    return 0;
  },
};

async function preview(call: Invocation, name: string): Promise<void> {
  const plan = planDrain(await observe(call, name, new Map()));
  for (const claim of [...plan.evict, ...plan.remove])
    call.terminal.out(`claim ${claimName(claim)} would leave ${name}`);
  for (const claim of plan.staying) call.terminal.out(`claim ${claimName(claim)} would stay: it is for ${name} alone`);
  for (const claim of plan.refused) call.terminal.out(`claim ${claimName(claim)} would be in the way (--force)`);
}

async function observe(call: Invocation, name: string, known: ReadonlyMap<string, boolean>) {
  const client = await call.session.client();
  const [resource, { items }] = await Promise.all([
    client.get(kinds.Resource, { namespace: "", name }),
    listAll(client, kinds.Claim, {}),
  ]);
  return { resource, claims: items, known, force: call.args.on("force") };
}

/** Between two looks: moving takes a second or more. */
const lookMs = 500;

/** One machine that is being drained; tells each step once. */
class Drain {
  readonly #call: Invocation;
  readonly #name: string;
  readonly #deadline: number;
  readonly #known = new Map<string, boolean>();
  readonly #asked = new Set<string>();
  /** As last told, by claim. */
  readonly #told = new Map<string, string>();

  constructor(call: Invocation, name: string) {
    this.#call = call;
    this.#name = name;
    this.#deadline = call.clock.monotonic() + (call.args.duration("timeout") ?? Number.POSITIVE_INFINITY);
  }

  async run(): Promise<void> {
    for (;;) {
      const world = await observe(this.#call, this.#name, this.#known);
      const plan = planDrain(world);
      if (plan.refused.length > 0) throw refusal(this.#name, plan.refused);
      if (plan.done) return this.#finish(plan);
      this.#tellMoved(plan);
      for (const claim of plan.evict) await this.#evict(claim);
      for (const claim of plan.remove) await this.#remove(claim);
      if (this.#call.clock.monotonic() >= this.#deadline) throw this.#timedOut(world.resource, plan);
      await sleep(this.#call.clock, lookMs, this.#call.signal);
    }
  }

  #finish(plan: DrainPlan): void {
    this.#tellMoved(plan);
    for (const claim of plan.staying) this.#tell(claim, `stays: it is for ${this.#name} alone`);
    this.#call.terminal.out(`resource.plush.dev/${this.#name} drained`);
  }

  #tellMoved({ arriving, arrived }: DrainPlan): void {
    for (const claim of arriving) this.#tell(claim, `moved to ${claim.spec.resourceName}`);
    for (const claim of arrived) this.#tell(claim, `ready on ${claim.spec.resourceName}`);
  }

  async #evict(claim: Claim): Promise<void> {
    const { uid = "" } = claim.metadata;
    if (this.#asked.has(uid)) {
      const reason = notMovedText(claim);
      if (reason !== undefined) this.#tell(claim, `waits: ${reason}`);
      return;
    }
    this.#known.set(uid, claim.status?.state === "Ready");
    const { name, namespace } = claim.metadata;
    const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
    const client = await this.#call.session.client();
    try {
      await client.post(kinds.Claim, keyOf(claim), "eviction", body);
      this.#asked.add(uid);
      this.#tell(claim, `asked to leave ${this.#name}`);
    } catch (error) {
      if (!isReason(error, "TooManyRequests")) throw error;
      this.#tell(claim, `waits: ${whyNot(StatusError.from(error))}`);
    }
  }

  async #remove(claim: Claim): Promise<void> {
    const owner = controllerOf(claim);
    if (owner === undefined || this.#asked.has(claim.metadata.uid ?? "")) return;
    this.#asked.add(claim.metadata.uid ?? "");
    const { namespace = "" } = claim.metadata;
    try {
      await (await this.#call.session.client()).delete(kinds.Process, { namespace, name: owner.name });
      this.#call.terminal.out(`process ${namespace}/${owner.name} deleted`);
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  }

  #tell(claim: Claim, text: string): void {
    const name = claimName(claim);
    if (this.#told.get(name) === text) return;
    this.#told.set(name, text);
    this.#call.terminal.out(`claim ${name} ${text}`);
  }

  #timedOut({ status }: Resource, plan: DrainPlan): StatusError {
    const here = [...plan.evict, ...plan.remove].map(
      (claim) => `${claimName(claim)} ${this.#told.get(claimName(claim))}`,
    );
    const there = plan.arriving.map((claim) => `${claimName(claim)} is not ready: ${notReadyText(claim)}`);
    const owed = (status?.residue ?? []).map((one) => `${one.namespace}/${one.claimName} is being removed`);
    return new StatusError("Timeout", `${this.#name} is not drained: ${[...here, ...there, ...owed].join("; ")}`);
  }
}

/** The cause says more than the sentence that clients know. */
function whyNot({ message, details }: StatusError): string {
  return details.causes?.[0]?.message ?? message;
}

function refusal(name: string, claims: readonly Claim[]): StatusError {
  const processes = claims.map((claim) => `${claim.metadata.namespace}/${controllerOf(claim)?.name}`).join(", ");
  const message = `cannot drain ${name}: processes that a person made are not made anew elsewhere: ${processes} (--force deletes them)`;
  return new StatusError("Forbidden", message);
}
