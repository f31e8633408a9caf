import fc from "fast-check";
import { expect, test } from "vitest";
import { aClaim, aComponent, aPool, aReadyResource, connected, lost } from "../../../test/support/builders.ts";
import { type Component, type KubeObject, kinds, type Resource } from "../../api/index.ts";
import { ObjectCache } from "../../informer/index.ts";
import type { AllocationView } from "../../match/index.ts";
import { placeOf } from "./assumptions.ts";
import { MachineFinder } from "./machine-finder.ts";
import { type SearchPorts, searchMachine } from "./machine-search.ts";

/** Caches that a test fills, and machines that it reaches or does not. */
class World {
  readonly unreached = new Set<string>();
  readonly ports: SearchPorts;
  readonly #caches = new Map<string, ObjectCache<KubeObject>>();
  #version = 0;

  constructor() {
    const cache = ({ kind }: { readonly kind: string }) => this.#cacheOf(kind);
    this.ports = {
      cache: cache as SearchPorts["cache"],
      fabric: { observe: (uid) => (this.unreached.has(uid) ? lost("dead", 0) : connected()) },
    };
  }

  put(object: KubeObject): void {
    const metadata = { ...object.metadata, resourceVersion: String(++this.#version) };
    this.#cacheOf(object.kind).upsert({ ...object, metadata });
  }

  remove({ kind, metadata }: KubeObject): void {
    this.#cacheOf(kind).remove(metadata.uid ?? "");
  }

  machines(): readonly Resource[] {
    return this.ports.cache(kinds.Resource).list();
  }

  #cacheOf(kind: string): ObjectCache<KubeObject> {
    const cache = this.#caches.get(kind) ?? new ObjectCache<KubeObject>();
    this.#caches.set(kind, cache);
    return cache;
  }
}

const resources: Readonly<Record<string, object>> = {
  web: {
    attributes: [{ name: "load.1m", max: 4, ideal: { max: 1 }, penalty: 5 }],
    latency: [{ to: "db", max: "60ms", ideal: { max: "10ms" } }],
    perMachine: 2,
  },
  db: { latency: [{ resource: "m0", ideal: { max: "5ms" } }], spread: [{ by: "site", maxSkew: 1 }] },
  cache: { affinity: [{ to: "web", by: "site" }], antiAffinity: [{ to: "db", by: "site", penalty: 3 }], perMachine: 3 },
  plain: { perMachine: 3, requests: { cpu: "1" } },
};
const components: readonly Component[] = Object.entries(resources).map(([name, wanted]) =>
  aComponent(name, { spec: { resources: { pool: "lab", ...wanted } } }),
);

const anyMachine = fc.record({
  site: fc.constantFrom("a", "b"),
  load: fc.integer({ min: 0, max: 5 }),
  x: fc.double({ min: 0, max: 60, noNaN: true }),
  isMeasured: fc.boolean(),
});

type Drawn = typeof anyMachine extends fc.Arbitrary<infer T> ? T : never;

function aMachine(name: string, { site, load, x, isMeasured }: Drawn, before?: Resource): Resource {
  const allocations = before?.status?.allocations;
  return aReadyResource(name, {
    spec: { labels: { site } },
    status: {
      attributes: { "load.1m": load },
      allocatable: { cpu: 2 },
      ...(isMeasured && { coordinates: { x, y: 0, z: 0, height: 0.1, error: 0.1 } }),
      ...(allocations && { allocations }),
    },
  });
}

const at = fc.nat(5);
const anyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("place" as const), component: fc.nat(3), isSeen: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("measure" as const), at, drawn: anyMachine }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reach" as const), at, isReached: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("go" as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pool" as const), isOpen: fc.boolean() }) },
);

/** What the server does with a binding, as far as a placement sees it. */
function bind(world: World, resource: Resource, { claimName, claimUid, namespace, component }: AllocationView): void {
  const own = { claimName, claimUid, namespace, componentName: component, epoch: 1, requests: {} };
  const allocations = [...(resource.status?.allocations ?? []), own];
  world.put({ ...resource, status: { ...resource.status, allocations } } as Resource);
}

test("B-FIND-16: a claim gets the machine that a search through all of them finds, whatever has changed since the one before", () => {
  let [placed, none] = [0, 0];
  const run = (
    drawn: readonly Drawn[],
    steps: readonly (typeof anyStep extends fc.Arbitrary<infer T> ? T : never)[],
  ) => {
    const world = new World();
    const pool = aPool("lab");
    world.put(pool);
    for (const component of components) world.put(component);
    for (const [index, one] of drawn.entries()) world.put(aMachine(`m${index}`, one));
    const finder = new MachineFinder(world.ports);
    const assumed = new Map<string, readonly AllocationView[]>();
    for (const [index, step] of steps.entries()) {
      const machine = "at" in step ? world.machines()[step.at] : undefined;
      if (step.do === "pool") {
        world.put({
          ...pool,
          spec: { ...pool.spec, access: { namespaces: step.isOpen ? ["*"] : ["other"] } },
        } as never);
      }
      if (step.do === "measure" && machine) world.put(aMachine(machine.metadata.name ?? "", step.drawn, machine));
      if (step.do === "reach" && step.isReached) world.unreached.delete(machine?.metadata.uid ?? "");
      if (step.do === "reach" && !step.isReached) world.unreached.add(machine?.metadata.uid ?? "");
      if (step.do === "go" && machine) world.remove(machine);
      if (step.do !== "place") continue;
      const component = components[step.component];
      if (component === undefined) continue;
      const claim = aClaim(`${component.metadata.name}-${index}`);
      const input = { claim, component, isBound: false, nowAt: 0, assumed: new Map(assumed) };
      const expected = searchMachine(input, world.ports);
      const found = finder.find(input);
      const chosen = "machine" in found ? found.machine : undefined;
      expect(chosen?.name).toBe("chosen" in expected ? expected.chosen?.name : undefined);
      if (chosen === undefined) none++;
      if (chosen === undefined) continue;
      placed++;
      const place = placeOf(claim, component);
      const resource = world.ports.cache(kinds.Resource).byUid(chosen.uid);
      if (step.isSeen && resource !== undefined) bind(world, resource, place);
      else assumed.set(chosen.uid, [...(assumed.get(chosen.uid) ?? []), place]);
    }
  };
  fc.assert(
    fc.property(
      fc.array(anyMachine, { minLength: 2, maxLength: 6 }),
      fc.array(anyStep, { minLength: 4, maxLength: 20 }),
      run,
    ),
    { numRuns: 120 },
  );
  expect(Math.min(placed, none)).toBeGreaterThan(50);
});
