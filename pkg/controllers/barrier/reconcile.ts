import {
  type Barrier,
  type Component,
  isDeleting,
  keyOf,
  kinds,
  type ObjectKey,
  type Process,
} from "../../api/index.ts";
import {
  type Controller,
  type ControllerPorts,
  planned,
  type ReconcileResult,
  writeStatus,
} from "../../controller/index.ts";
import type { Fabric } from "../../fabric/index.ts";
import { earlyAnswers } from "./early-answers.ts";
import { observe } from "./observe.ts";
import { planBarrier } from "./plan.ts";

export interface BarrierPorts extends ControllerPorts {
  readonly fabric: Pick<Fabric, "answerEarly">;
}

/** Takes processes into barriers that they enter from inside, and lets them go. */
export function makeBarrierController(ports: BarrierPorts): Controller {
  const barriers = ports.cache(kinds.Barrier);
  // Asked for now, so that they are filled before the first reconcile.
  ports.cache(kinds.Process);
  ports.cache(kinds.Component);
  ports.cache(kinds.Claim);
  return {
    name: "barrier",
    kind: kinds.Barrier,
    // All members stand still until it has looked.
    goesFirst: true,
    watches: [
      { kind: kinds.Process, keys: barriersOf },
      { kind: kinds.Component, keys: (component: Component) => expecting(component, ports) },
    ],
    async reconcile(key, { signal }): Promise<ReconcileResult> {
      const barrier = barriers.get(key);
      if (barrier === undefined || isDeleting(barrier)) return {};
      const { plan, restMs } = planned(ports.clock, () => planBarrier(observe(barrier, ports)));
      const { status, recheckAfterMs } = plan;
      const written = await writeStatus({ api: ports.api, kind: kinds.Barrier, object: barrier, signal }, status);
      // Only now: what is told is stored.
      ports.fabric.answerEarly(earlyAnswers(barrier, written, ports), Number(written.metadata.resourceVersion));
      tell(barrier, status, ports);
      return { restMs, ...(recheckAfterMs !== undefined && { requeueAfterMs: recheckAfterMs }) };
    },
  };
}

function barriersOf({ metadata, status }: Process): readonly ObjectKey[] {
  return (status?.barriers ?? []).map(({ name }) => ({ namespace: metadata.namespace ?? "", name }));
}

function expecting({ metadata, spec }: Component, ports: Pick<ControllerPorts, "cache">): readonly ObjectKey[] {
  return ports
    .cache(kinds.Barrier)
    .list(metadata.namespace ?? "")
    .filter((barrier) => barrier.spec.component === spec.name && barrier.spec.applicationName === spec.applicationName)
    .map(keyOf);
}

function tell(
  barrier: Barrier,
  after: NonNullable<Barrier["status"]>,
  { events }: Pick<ControllerPorts, "events">,
): void {
  const before = barrier.status;
  const message = after.conditions?.find(({ type }) => type === "Ready")?.message ?? "";
  if (after.release !== undefined && after.release.round !== before?.release?.round)
    events.record(barrier, "Normal", "Released", `round ${after.release.round}: ${message}`);
  if (after.state === "Failed" && before?.state !== "Failed") events.record(barrier, "Warning", "Failed", message);
}
