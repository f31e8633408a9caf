import { type Claim, controllerOf, keyOf, kinds, type Resource } from "../api/index.ts";
import { type ApiClient, listAll } from "../client/portable.ts";
import { type Clock, sleep } from "../clock/index.ts";
import { isReason, StatusError } from "../status/index.ts";
import { claimName, type DrainPlan, type DrainWorld, notMovedText, notReadyText, planDrain } from "./drain-plan.ts";

export interface DrainOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly name: string;
  /** Also what nothing makes anew elsewhere. */
  readonly force: boolean;
  /** Infinity: for as long as it takes. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Told each step once. */
  readonly tell: (text: string) => void;
}

/** Between two looks: moving takes a second or more. */
const lookMs = 500;

/** What a drain looks at. */
export async function observeDrain(
  client: ApiClient,
  name: string,
  options: { readonly known?: ReadonlyMap<string, boolean>; readonly force: boolean },
): Promise<DrainWorld> {
  const [resource, { items }] = await Promise.all([
    client.get(kinds.Resource, { namespace: "", name }),
    listAll(client, kinds.Claim, {}),
  ]);
  return { resource, claims: items, known: options.known ?? new Map(), force: options.force };
}

/** Moves everything off a machine that takes no new work, and resolves when it is ready elsewhere. */
export function drainMachine(options: DrainOptions): Promise<void> {
  return new Drain(options).run();
}

class Drain {
  readonly #options: DrainOptions;
  readonly #name: string;
  readonly #deadline: number;
  readonly #known = new Map<string, boolean>();
  readonly #asked = new Set<string>();
  /** As last told, by claim. */
  readonly #told = new Map<string, string>();

  constructor(options: DrainOptions) {
    this.#options = options;
    this.#name = options.name;
    this.#deadline = options.clock.monotonic() + options.timeoutMs;
  }

  async run(): Promise<void> {
    const { client, clock, force, signal } = this.#options;
    for (;;) {
      const world = await observeDrain(client, this.#name, { known: this.#known, force });
      const plan = planDrain(world);
      if (plan.refused.length > 0) throw refusal(this.#name, plan.refused);
      if (plan.done) return this.#finish(plan);
      this.#tellMoved(plan);
      for (const claim of plan.evict) await this.#evict(claim);
      for (const claim of plan.remove) await this.#remove(claim);
      if (clock.monotonic() >= this.#deadline) throw this.#timedOut(world.resource, plan);
      await sleep(clock, lookMs, signal);
    }
  }

  #finish(plan: DrainPlan): void {
    this.#tellMoved(plan);
    for (const claim of plan.staying) this.#tell(claim, `stays: it is for ${this.#name} alone`);
    this.#options.tell(`resource.plush.dev/${this.#name} drained`);
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
    try {
      await this.#options.client.post(kinds.Claim, keyOf(claim), "eviction", body);
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
      await this.#options.client.delete(kinds.Process, { namespace, name: owner.name });
      this.#options.tell(`process ${namespace}/${owner.name} deleted`);
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  }

  #tell(claim: Claim, text: string): void {
    const name = claimName(claim);
    if (this.#told.get(name) === text) return;
    this.#told.set(name, text);
    this.#options.tell(`claim ${name} ${text}`);
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
