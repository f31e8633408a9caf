import fc from "fast-check";
import { expect, test } from "vitest";
import { aBoundClaim, aComponent, aProcess, aResource } from "../../../test/support/builders.ts";
import { type KindInfo, type KubeObject, keyOf, keyText, kinds, mustDecode, type ObjectKey } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import type { Cache } from "../../informer/index.ts";
import { silentLogger } from "../../log/index.ts";
import type { AgentDocument } from "../../protocol/index.ts";
import { makeDocumentController } from "./reconcile.ts";

/** A cache as informers keep them, as far as the controller reads it. */
class Objects<T extends KubeObject> implements Cache<T> {
  readonly #objects = new Map<string, T>();
  #list: readonly T[] = [];

  put(object: T): void {
    this.#objects.set(keyText(keyOf(object)), object);
    this.#list = [...this.#objects.values()];
  }

  get(key: ObjectKey): T | undefined {
    return this.#objects.get(keyText(key));
  }

  byUid(uid: string): T | undefined {
    return this.#list.find(({ metadata }) => metadata.uid === uid);
  }

  list(): readonly T[] {
    return this.#list;
  }

  version(): object {
    return this.#list;
  }

  index(terms: (object: T) => readonly string[]): (term: string) => readonly T[] {
    return (term) => this.#list.filter((object) => terms(object).includes(term));
  }

  ownedBy(): readonly T[] {
    return this.#list;
  }

  withLabel(): readonly T[] {
    return this.#list;
  }

  versionWithLabel(): object {
    return this.#list;
  }
}

class World {
  readonly #caches = new Map<string, Objects<KubeObject>>();
  nowMs = 0;
  revision = 0;

  cache<T extends KubeObject>(kind: KindInfo<T>): Objects<T> {
    const objects = this.#caches.get(kind.kind) ?? new Objects<KubeObject>();
    this.#caches.set(kind.kind, objects);
    // The map is keyed by kind, so what stands there is of this kind.
    return objects as unknown as Objects<T>;
  }

  /** A controller with what it has rendered last, by machine. */
  start(): { readonly reconcile: (name: string) => Promise<AgentDocument | undefined> } {
    const documents = new Map<string, AgentDocument>();
    const controller = makeDocumentController({
      api: {} as never,
      clock: { ...systemClock, monotonic: () => this.nowMs },
      events: { record: () => undefined },
      cache: (kind) => this.cache(kind),
      fabric: {
        setDocument: (document) => void documents.set(document.resourceName, document),
        observe: () => ({ state: "connecting", sinceAt: 0, step: "" }),
        takesAnswers: () => false,
        subscribe: () => () => undefined,
      },
      clusterUid: "cluster",
      term: 1,
      revision: () => this.revision,
    });
    const context = { signal: new AbortController().signal, log: silentLogger };
    return {
      reconcile: async (name) => {
        await controller.reconcile({ namespace: "", name }, context);
        return documents.get(name);
      },
    };
  }
}

const machines = [0, 1];

function aWorld(): World {
  const world = new World();
  for (const index of machines) changes.machine(world, index, 0);
  for (const index of machines) changes.claim(world, index, 0);
  changes.component(world, 0, 0);
  return world;
}

const configMap = (value: number) =>
  mustDecode(kinds.ConfigMap, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c", namespace: "default" },
    data: { V: `${value}` },
  });

/** Whatever may happen to the objects of which documents are made; `value` says to what. */
const changes = {
  machine: (world: World, index: number, value: number) =>
    world.cache(kinds.Resource).put(
      aResource(`m${index}`, {
        spec: { address: `10.0.${value}.${index}` },
        status: {
          allocations: [
            {
              claimUid: `uid-web-${index}`,
              claimName: `web-${index}`,
              namespace: "default",
              component: "web",
              epoch: 1,
            },
          ],
        },
      }),
    ),
  claim: (world: World, index: number, value: number) => {
    const status = value % 2 === 0 ? "False" : "True";
    const ready = {
      type: "Ready",
      status,
      reason: "",
      message: "",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    } as const;
    world.cache(kinds.Claim).put(aBoundClaim(`web-${index}`, `m${index}`, { status: { conditions: [ready] } }));
  },
  process: (world: World, index: number, value: number) => {
    const claim = aBoundClaim(`web-${index}`, `m${index}`);
    const spec = { args: [`${value}`], envFrom: [{ configMapRef: { name: "c" } }] };
    world.cache(kinds.Process).put(aProcess(`p-${index}`, claim, { spec }));
  },
  run: (world: World, index: number, value: number) => {
    const processes = world.cache(kinds.Process);
    const process = processes.get({ namespace: "default", name: `p-${index}` });
    const state = value === 0 ? "Pending" : "Running";
    if (process !== undefined) processes.put({ ...process, status: { state, epoch: 1, revision: "r1" } });
  },
  restart: (world: World, index: number, value: number) => {
    const claims = world.cache(kinds.Claim);
    const claim = claims.get({ namespace: "default", name: `web-${index}` });
    const restarted = value === 0 ? [] : [`p-${index}`];
    if (claim !== undefined) claims.put({ ...claim, status: { ...claim.status, epoch: 1, restarted } });
  },
  deletion: (world: World, index: number, value: number) => {
    const claims = world.cache(kinds.Claim);
    const claim = claims.get({ namespace: "default", name: `web-${index}` });
    const { deletionTimestamp: _before, ...metadata } = claim?.metadata ?? {};
    const leaving = value === 0 && { deletionTimestamp: "2026-01-01T00:00:00Z" };
    if (claim !== undefined) claims.put({ ...claim, metadata: { ...metadata, ...leaving } });
  },
  component: (world: World, _index: number, value: number) =>
    world.cache(kinds.Component).put(aComponent("web", { spec: { cleanup: { command: [`${value}`] } } })),
  configMap: (world: World, _index: number, value: number) => world.cache(kinds.ConfigMap).put(configMap(value)),
};
const changeNames = ["machine", "claim", "process", "run", "restart", "deletion", "component", "configMap"] as const;

/** Without the numbers, which depend on when a controller has seen what; and without news that are for the next round. */
const contentOf = (document: AgentDocument | undefined, isRound: boolean) =>
  document?.claims.map(({ peers, ...order }) => ({ ...order, ...(isRound && { peers: peers.components }) }));

test("whatever changes, a document that was kept is that which would be rendered anew", async () => {
  const change = fc.record({
    what: fc.constantFrom(...changeNames),
    index: fc.constantFrom(...machines),
    value: fc.nat(2),
    isRound: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (steps) => {
      const world = aWorld();
      const controller = world.start();
      for (const { what, index, value, isRound } of steps) {
        changes[what](world, index, value);
        world.nowMs += isRound ? 1000 : 0;
        world.revision += 1;
        for (const machine of machines) {
          const kept = await controller.reconcile(`m${machine}`);
          const anew = await world.start().reconcile(`m${machine}`);
          expect(contentOf(kept, isRound)).toEqual(contentOf(anew, isRound));
          expect(kept?.generation).toBe(world.revision);
        }
      }
    }),
    { numRuns: 80 },
  );
});

test("orders stay the very same while nothing changes, and all members are told of the same peers", async () => {
  const world = aWorld();
  const controller = world.start();
  const [first, other] = [await controller.reconcile("m0"), await controller.reconcile("m1")];
  expect(first?.claims[0]?.peers).toBe(other?.claims[0]?.peers);
  world.revision = 7;
  const again = await controller.reconcile("m0");
  expect(again?.claims).toBe(first?.claims);
  expect(again?.generation).toBe(7);
});
