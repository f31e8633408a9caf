import { expect, test } from "vitest";
import { aBoundClaim, aProcess, aReadyResource, aReport, connected } from "../../../test/support/builders.ts";
import { type Claim, type KindInfo, type KubeObject, keyOf, kinds, type Process } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import type { HostNews, HostObservation } from "../../fabric/index.ts";
import { silentLogger } from "../../log/index.ts";
import type { ProcessReport } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { ProcessPorts } from "./observe.ts";
import { StatusReporter } from "./report-status.ts";
import { makeReportController } from "./reports.ts";

const { signal } = new AbortController();

/** Three processes of a claim on one machine, and writes that end when the test says so. */
class World {
  readonly claim: Claim = aBoundClaim("web-0", "m1");
  readonly processes = new Map(["a", "b", "c"].map((name) => [name, aProcess(name, this.claim)]));
  readonly written: string[] = [];
  /** Of writes under way. */
  readonly ends: ((error?: StatusError) => void)[] = [];
  #observation: HostObservation = connected();
  #tell: (uid: string, news: HostNews) => void = () => undefined;

  readonly ports = {
    api: { update: (_kind: KindInfo, object: Process) => this.#write(object) },
    clock: systemClock,
    events: { record: () => undefined },
    fabric: {
      observe: () => this.#observation,
      subscribe: (listener: (uid: string, news: HostNews) => void) => {
        this.#tell = listener;
        return () => undefined;
      },
    },
    cache: ({ kind }: KindInfo) => this.#cacheOf(kind),
  } as unknown as ProcessPorts;

  see(state: ProcessReport["state"]): void {
    const run = { revision: "r1", epoch: 1, restarts: 0, ports: {}, state };
    const processes = [...this.processes.values()].map(({ metadata: { uid = "", name = "" } }) => ({
      ...run,
      uid,
      name,
    }));
    this.#observation = connected([aReport(this.claim, { processes })]);
    this.#tell("uid-m1", "runs");
  }

  async #write(object: Process): Promise<Process> {
    const { name = "" } = object.metadata;
    await new Promise<void>((resolve, reject) => {
      this.ends.push((error) => (error === undefined ? resolve() : reject(error)));
    });
    this.written.push(`${name} ${object.status?.state}`);
    this.processes.set(name, object);
    return object;
  }

  #cacheOf(kind: string): object {
    if (kind === kinds.Resource.kind) {
      const { claim } = this;
      const { uid: claimUid = "", name: claimName = "", namespace = "" } = claim.metadata;
      const machine = aReadyResource("m1", {
        status: { allocations: [{ claimUid, claimName, namespace, component: "web", epoch: 1 }] },
      });
      return { byUid: () => machine, get: () => machine };
    }
    if (kind === kinds.Claim.kind) return { get: () => this.claim };
    if (kind === kinds.Process.kind)
      return {
        get: ({ name }: { name: string }) => this.processes.get(name),
        index: () => () => [...this.processes.values()],
      };
    return { get: (): KubeObject | undefined => undefined };
  }
}

test("whoever tells of a process that is being told of waits, and tells what it is then", async () => {
  const world = new World();
  const reporter = new StatusReporter(world.ports);
  const key = keyOf(aProcess("a", world.claim));
  world.see("Running");
  const first = reporter.report(key, signal);
  world.see("Ready");
  const second = reporter.report(key, signal);
  await Promise.resolve();
  expect(world.ends).toHaveLength(1);
  world.ends[0]?.();
  await first;
  await expect.poll(() => world.ends.length).toBe(2);
  world.ends[1]?.();
  await second;
  expect(world.written).toEqual(["a Running", "a Ready"]);
});

test("all processes of a machine are told of at once; one that cannot be keeps no other from it, and is tried again", async () => {
  const world = new World();
  const controller = makeReportController(world.ports, new StatusReporter(world.ports));
  const asked: string[] = [];
  controller.signals?.(({ name }) => asked.push(name));
  world.see("Running");
  expect(asked).toEqual(["m1"]);
  const context = { signal, log: silentLogger };
  const told = controller.reconcile({ namespace: "", name: "m1" }, context);
  expect(world.ends).toHaveLength(3);
  world.ends[1]?.(new StatusError("Conflict", "another was faster"));
  world.ends[0]?.();
  world.ends[2]?.();
  await expect(told).rejects.toMatchObject({ errors: [{ reason: "Conflict" }] });
  expect(world.written).toEqual(["a Running", "c Running"]);
  const again = controller.reconcile({ namespace: "", name: "m1" }, context);
  expect(world.ends).toHaveLength(4);
  world.ends[3]?.();
  expect(await again).toEqual({});
  expect(world.written.at(-1)).toBe("b Running");
});
