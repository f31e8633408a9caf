import { expect, test } from "vitest";
import { type KindInfo, type KubeObject, kinds, mustDecode } from "../api/index.ts";
import { Metrics } from "../metrics/index.ts";
import { measureTransitions } from "./transition-metrics.ts";

/** Metrics of changes that are told to them. */
function aMeter() {
  const metrics = new Metrics();
  const listeners = new Map<string, (before: never, after: never) => void>();
  measureTransitions(metrics, { onChange: (kind, listener) => void listeners.set(kind.kind, listener) });
  return {
    change: (before: KubeObject, after: KubeObject) => listeners.get(after.kind)?.(before as never, after as never),
    async lines(name: string): Promise<string[]> {
      const { body } = await metrics.text();
      return body.split("\n").filter((line) => line.startsWith(name) && !line.includes("_bucket") && !/ 0$/.test(line));
    },
  };
}

function an(kind: KindInfo<KubeObject>, spec: object, status: object): KubeObject {
  const metadata = { name: "a", ...(kind.namespaced && { namespace: "default" }) };
  return mustDecode(kind, { apiVersion: "plush.dev/v1", kind: kind.kind, metadata, spec, status });
}

const moved = (epoch: number, reason: string) => ({ at: "2026-01-01T00:00:00Z", from: "m", epoch, reason });

test("B-METRIC-4: what becomes of members, barriers, machines and processes is counted once, by why", async () => {
  const { change, lines } = aMeter();
  const claim = (...replacements: object[]) => an(kinds.Claim, { component: "web" }, { replacements });
  const [first, second] = [moved(1, "HostLost"), moved(2, "Restored")];
  change(claim(), claim(first));
  change(claim(first), claim(first));
  change(claim(first), claim(first, second));
  expect(await lines("plush_replacements_total")).toEqual([
    'plush_replacements_total{cause="HostLost"} 1',
    'plush_replacements_total{cause="other"} 1',
  ]);

  const release = (round: number) => ({ round, rule: "knee", at: "2026-01-01T00:00:02Z", members: [], missing: [] });
  const phase = (status: object) => an(kinds.Phase, { phase: "p" }, status);
  const open = phase({ openedAt: "2026-01-01T00:00:00Z" });
  const released = phase({ openedAt: "2026-01-01T00:00:00Z", release: release(0) });
  change(open, released);
  change(released, released);
  expect(await lines("plush_barrier")).toEqual([
    'plush_barrier_releases_total{kind="Phase",rule="knee"} 1',
    'plush_barrier_wait_seconds_sum{kind="Phase"} 2',
    'plush_barrier_wait_seconds_count{kind="Phase"} 1',
  ]);

  const quarantine = (strikes: number) => ({ quarantine: { strikes, until: "", reason: "", causes: [] } });
  const machine = (status: object) => ({ ...an(kinds.Resource, { address: "m" }, {}), status });
  change(machine({}), machine(quarantine(1)));
  change(machine(quarantine(1)), machine(quarantine(1)));
  change(machine(quarantine(1)), machine({}));
  expect(await lines("plush_quarantines_total")).toEqual(["plush_quarantines_total 1"]);

  const pool = (braked: boolean) => an(kinds.ResourcePool, { provider: { local: { count: 1 } } }, { braked });
  change(pool(false), pool(true));
  change(pool(true), pool(true));
  expect(await lines("plush_pool_brakes_total")).toEqual(["plush_pool_brakes_total 1"]);

  const process = (status: object) =>
    an(kinds.Process, { command: ["a"], restartPolicy: "Always", resourceName: "m" }, status);
  change(process({ state: "Ready", restarts: 1 }), process({ state: "Running", restarts: 3 }));
  change(process({ state: "Running", restarts: 3 }), process({ state: "Failed", restarts: 0 }));
  change(process({ state: "Failed", restarts: 0 }), process({ state: "Failed", restarts: 0 }));
  expect(await lines("plush_process_")).toEqual([
    "plush_process_restarts_total 2",
    'plush_process_ends_total{state="Failed"} 1',
  ]);
});
