import {
  annotations,
  type Claim,
  type Component,
  isDeleting,
  keyOf,
  kinds,
  type ResourcePool,
} from "../../api/index.ts";
import { durationMs } from "../../clock/index.ts";
import {
  type Controller,
  type ControllerPorts,
  isWish,
  planned,
  type ReconcileResult,
} from "../../controller/index.ts";
import type { Fabric } from "../../fabric/index.ts";
import { type Improvement, improvementOf, match } from "../../match/index.ts";
import { askFor } from "./machine-search.ts";
import { isFreeToMove, isMovable } from "./movable.ts";
import { type Candidate, movesLeft, planRebalance, type RebalanceWorld } from "./rebalance-plan.ts";

export interface RebalancePorts extends ControllerPorts {
  readonly fabric: Pick<Fabric, "observe">;
}

/** There is no hurry: what has become better stays better, or was not worth it. */
const maxLookMs = 30_000;
const minLookMs = 500;
/** Each look at a member is one at all machines; the others of a large component have their turn the next times. */
const membersALook = 16;

/** Moves members that are well to machines that have become better for them, within the budget of their pool. */
export function makeRebalanceController(ports: RebalancePorts): Controller {
  const pools = ports.cache(kinds.ResourcePool);
  const turns = new Map<string, number>();
  return {
    name: "rebalance",
    kind: kinds.ResourcePool,
    own: { when: isWish },
    async reconcile(key, { signal }): Promise<ReconcileResult> {
      const pool = pools.get(key);
      if (pool?.spec.rebalance === undefined || isDeleting(pool)) {
        turns.delete(key.name);
        return {};
      }
      const { rebalance } = pool.spec;
      const turn = (turns.get(key.name) ?? -1) + 1;
      turns.set(key.name, turn);
      const again = Math.min(maxLookMs, Math.max(minLookMs, durationMs(rebalance.period) / 10));
      // The first look comes after a while: of a server that was just started few machines are known to answer.
      if (turn === 0 || pool.status?.braked === true) return { requeueAfterMs: again };
      const { plan: moves, restMs } = planned(ports.clock, () => bestMoves(pool, turn, ports));
      for (const move of moves) await begin(move, ports, signal);
      return { restMs, requeueAfterMs: again };
    },
  };
}

function bestMoves(pool: ResourcePool, turn: number, ports: RebalancePorts): readonly Candidate[] {
  const { rebalance } = pool.spec;
  if (rebalance === undefined) return [];
  const claims = claimsOf(pool, ports);
  const world: Omit<RebalanceWorld, "candidates"> = { rebalance, claims, nowAt: ports.clock.now() };
  if (movesLeft(world) === 0) return [];
  const uids = new Set(claims.flatMap((claim) => componentOf(claim, ports)?.metadata.uid ?? []));
  const here = new Set(claims);
  const candidates = [...uids].flatMap((uid) => {
    const component = ports.cache(kinds.Component).byUid(uid);
    return component === undefined ? [] : candidatesOf(component, { here, turn }, ports);
  });
  return planRebalance({ ...world, candidates }).moves;
}

function claimsOf(pool: ResourcePool, { cache }: RebalancePorts): readonly Claim[] {
  return cache(kinds.Resource)
    .ownedBy(pool.metadata.uid ?? "")
    .flatMap(({ status }) => status?.allocations ?? [])
    .flatMap(({ claimUid }) => cache(kinds.Claim).byUid(claimUid) ?? []);
}

function componentOf({ spec, metadata }: Claim, { cache }: RebalancePorts): Component | undefined {
  return cache(kinds.Component).get({ namespace: metadata.namespace ?? "", name: spec.componentName ?? "" });
}

function candidatesOf(
  component: Component,
  { here, turn }: { readonly here: ReadonlySet<Claim>; readonly turn: number },
  ports: RebalancePorts,
): readonly Candidate[] {
  const { uid = "" } = component.metadata;
  const claims = ports.cache(kinds.Claim).ownedBy(uid);
  if (!isMovable(component, claims, ports)) return [];
  const free = claims.filter((claim) => here.has(claim) && isFreeToMove(claim, ports));
  const first = (turn * membersALook) % Math.max(1, free.length);
  return [...free.slice(first), ...free.slice(0, first)].slice(0, membersALook).flatMap((claim) => {
    const improvement = lookFor(claim, component, ports);
    return improvement === undefined ? [] : [{ claim, component: uid, improvement }];
  });
}

/** Looks at all machines as if the member were nowhere: its own is one of them. */
function lookFor(claim: Claim, component: Component, ports: RebalancePorts): Improvement | undefined {
  const asked = askFor({ claim, component, isBound: false, nowAt: ports.clock.now() }, ports);
  if ("reason" in asked) return undefined;
  const { uid } = claim.metadata;
  const machines = asked.machines.map((machine) =>
    machine.uid === claim.spec.resourceUid
      ? { ...machine, allocations: machine.allocations.filter(({ claimUid }) => claimUid !== uid) }
      : machine,
  );
  return improvementOf(match(asked.request, machines), claim.spec.resourceName ?? "");
}

/** The claim's own controller moves it, as it moves those whose machine is drained. */
async function begin({ claim, improvement }: Candidate, ports: RebalancePorts, signal: AbortSignal): Promise<void> {
  const { to, percent, text } = improvement;
  const body = { metadata: { annotations: { [annotations.moveTo]: `${claim.spec.epoch}/${to}` } } };
  await ports.api.patch(kinds.Claim, keyOf(claim), { type: "merge", body }, { signal });
  const message = `to ${to}, a gain of ${Math.round(percent)}%: ${text}`;
  ports.events.record(claim, "Normal", "Rebalancing", message);
}
