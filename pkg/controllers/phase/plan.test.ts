import fc from "fast-check";
import { expect, test } from "vitest";
import { type PhaseDraft, Scene, service, writeText } from "./fixtures/scene.ts";

const phases: readonly PhaseDraft[] = [
  { name: "setup", release: { percent: 60 }, onFailure: "Continue" },
  { name: "serve", after: ["setup"], processes: [service], release: { timeout: "20s", minimum: 1 } },
];

/** One thing that happens to a member. */
type Event = readonly [
  what: "done" | "fails" | "ready" | "crashes" | "moves" | "away" | "back" | "renewed",
  member: number,
];

const events = fc.array(
  fc.tuple(
    fc.constantFrom<Event[0]>("done", "fails", "ready", "crashes", "moves", "away", "back", "renewed"),
    fc.nat({ max: 3 }),
  ),
  { maxLength: 30 },
);

function happen(scene: Scene, [what, member]: Event): void {
  const name = `web-${member}`;
  const happenings: Readonly<Record<Event[0], () => void>> = {
    done: () => scene.finish(new RegExp(`setup.*${name}`)),
    fails: () => scene.finish(new RegExp(`setup.*${name}`), 1),
    ready: () => scene.report(new RegExp(`serve.*${name}`), { state: "Ready" }),
    crashes: () => scene.report(new RegExp(`serve.*${name}`), { state: "Failed" }),
    moves: () => scene.replace(name),
    away: () => scene.configure(name, false),
    back: () => scene.configure(name, true),
    renewed: () => scene.renew("web", member),
  };
  happenings[what]();
  scene.now += 1000;
}

test("a release is stored once and never taken back, whatever the members do", () => {
  fc.assert(
    fc.property(events, (list) => {
      const scene = new Scene({ members: { web: 4 }, phases, minReady: 2 });
      const released = new Map<string, unknown>();
      for (const event of list) {
        happen(scene, event);
        for (const { name } of phases) {
          scene.step(name);
          const { state, release } = scene.phase(name).status ?? {};
          const before = released.get(name);
          if (before !== undefined) expect(release).toEqual(before);
          expect(release !== undefined).toBe(state === "Released");
          if (release !== undefined) released.set(name, release);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("once all goes well it becomes quiet, with every phase decided and every member of a released one through", () => {
  fc.assert(
    fc.property(events, (list) => {
      const scene = new Scene({ members: { web: 4 }, phases, minReady: 2 });
      for (const event of list) {
        happen(scene, event);
        for (const { name } of phases) scene.step(name);
      }
      for (let member = 0; member < 4; member++) scene.replace(`web-${member}`);
      for (let round = 0; round < 4; round++) {
        scene.settle();
        scene.finish(/setup/);
        scene.report(/serve/, { state: "Ready" });
        scene.now += 20_000;
      }
      expect(scene.settle()).toEqual([]);
      for (const { name } of phases) {
        expect(["Released", "Failed"]).toContain(scene.phase(name).status?.state);
        const conditions = scene.phase(name).status?.conditions ?? [];
        expect(conditions.find(({ type }) => type === "Reconciling")?.status).toBe("False");
      }
    }),
    { numRuns: 40 },
  );
});

test("the order of what is seen does not change the plan", () => {
  fc.assert(
    fc.property(events, fc.nat(), (list, seed) => {
      const scene = new Scene({ members: { web: 4, db: 2 }, phases, minReady: 2 });
      for (const event of list) {
        happen(scene, event);
        for (const { name } of phases) scene.step(name);
      }
      const told = (): unknown =>
        phases.map(({ name }) => {
          const { writes, status } = scene.plan(name);
          return { writes: writes.map(writeText), status };
        });
      const before = told();
      scene.phases = shuffled(scene.phases, seed);
      scene.components = shuffled(scene.components, seed);
      scene.claims = shuffled(scene.claims, seed);
      scene.processes = shuffled(scene.processes, seed);
      expect(told()).toEqual(before);
    }),
    { numRuns: 40 },
  );
});

/** A turn of the list, and every second one back to front: enough to upset what leans on order. */
function shuffled<T>(list: readonly T[], seed: number): readonly T[] {
  const turn = list.length === 0 ? 0 : seed % list.length;
  const turned = [...list.slice(turn), ...list.slice(0, turn)];
  return seed % 2 === 0 ? turned : turned.reverse();
}
