import { keyOf, kinds, type ObjectKey, type Resource, type ResourcePool } from "../../api/index.ts";
import { parseTimestamp } from "../../clock/index.ts";
import { type Controller, type ControllerPorts, isWishOr, type ReconcileResult } from "../../controller/index.ts";
import type { MachineMaker, MakerCall, Provider } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";
import { planProvider } from "./provider-plan.ts";
import { vacate } from "./vacate.ts";

export interface ProviderLoanPorts extends ControllerPorts {
  readonly providers: readonly Pick<Provider, "name" | "maker">[];
}

/** A provider that does not answer is asked again after so long; so is one that has lent nothing yet. */
const retryMs = 2000;
const idleMs = 60_000;
const callMs = 60_000;
/** Of these no repetition helps. */
const finalReasons: ReadonlySet<string> = new Set(["NotFound", "Invalid", "Forbidden"]);

/** Renews what providers lend for a term, and empties what they do not lend any longer. */
export function makeProviderLoanController(ports: ProviderLoanPorts): Controller {
  const pools = ports.cache(kinds.ResourcePool);
  const refused = new Map<string, Set<string>>();
  return {
    name: "providerloan",
    kind: kinds.ResourcePool,
    own: { when: isWishOr(() => []) },
    watches: [{ kind: kinds.Resource, keys: poolOf, when: isWishOr(({ status }: Resource) => [status?.loan]) }],
    async reconcile(key, { signal }): Promise<ReconcileResult> {
      const pool = pools.get(key);
      const maker = pool && makerOf(pool, ports);
      if (pool?.spec.loan === undefined || maker === undefined) {
        refused.delete(key.name);
        return {};
      }
      const known = refused.get(key.name) ?? new Set();
      refused.set(key.name, known);
      return new Round({ pool, maker, refused: known, ports, signal }).run();
    },
  };
}

interface RoundParts {
  readonly pool: ResourcePool;
  readonly maker: MachineMaker;
  readonly refused: Set<string>;
  readonly ports: ProviderLoanPorts;
  readonly signal: AbortSignal;
}

class Round {
  readonly #parts: RoundParts;

  constructor(parts: RoundParts) {
    this.#parts = parts;
  }

  async run(): Promise<ReconcileResult> {
    const { pool, maker, refused, ports, signal } = this.#parts;
    const machines = ports.cache(kinds.Resource).ownedBy(pool.metadata.uid ?? "");
    const made = await maker.list(this.#call());
    const plan = planProvider({ pool, machines, made, refused, nowAt: ports.clock.now() });
    for (const record of plan.records) await this.#record(record);
    const answers = await Promise.all(plan.renewals.map(({ machine, until }) => this.#renew(machine, until)));
    for (const machine of plan.vacate) await vacate(machine, ports, signal);
    const isWaiting = answers.includes("retry") || plan.vacate.length > 0;
    const requeueAfterMs = Math.min(idleMs, plan.recheckAfterMs ?? idleMs, isWaiting ? retryMs : idleMs);
    // What was answered is seen by the next list, and written down then.
    return { requeueAfterMs: plan.renewals.length > 0 && !isWaiting ? 0 : requeueAfterMs };
  }

  async #record({ machine, next, why }: ReturnType<typeof planProvider>["records"][number]): Promise<void> {
    const { pool, ports, signal } = this.#parts;
    const { loan: known } = machine.status ?? {};
    const { name: resourceName, uid: resourceUid } = machine.metadata;
    const changes = [{ resourceName, resourceUid, ...(known !== undefined && { known }), next }];
    await ports.api.post(kinds.ResourcePool, keyOf(pool), "loans", { changes }, { signal });
    const reason = known === undefined ? "Lent" : next.ending === undefined ? "LoanRenewed" : "LoanEnding";
    ports.events.record(machine, next.ending === undefined ? "Normal" : "Warning", reason, why);
  }

  /** "retry": it may be had if it is asked for again. */
  async #renew(machine: Resource, until: string): Promise<"done" | "retry"> {
    const { maker, refused, ports } = this.#parts;
    const { name = "" } = machine.metadata;
    try {
      const { lentUntil = "" } = (await maker.renew?.(name, until, this.#call())) ?? {};
      // "As long as there is": where that is no longer than before there is no more.
      if (parseTimestamp(lentUntil) === parseTimestamp(machine.status?.loan?.until ?? "")) refused.add(name);
      else refused.delete(name);
      return "done";
    } catch (error) {
      const { reason, message } = StatusError.from(error);
      ports.events.record(machine, "Warning", "LoanRefused", message);
      if (!finalReasons.has(reason)) return "retry";
      refused.add(name);
      return "done";
    }
  }

  #call(): MakerCall {
    const { pool, ports, signal } = this.#parts;
    const secret: MakerCall["ports"]["secret"] = async (ref) => ports.cache(kinds.Secret).get(ref);
    return { pool, ports: { secret }, signal: AbortSignal.any([signal, AbortSignal.timeout(callMs)]) };
  }
}

function makerOf(pool: ResourcePool, { providers }: ProviderLoanPorts): MachineMaker | undefined {
  const maker = providers.find(({ name }) => pool.spec.provider[name] !== undefined)?.maker;
  return maker?.renew === undefined ? undefined : maker;
}

function poolOf({ spec }: Resource): readonly ObjectKey[] {
  return spec.poolName === undefined ? [] : [{ namespace: "", name: spec.poolName }];
}
