import { describe, expect, test } from "vitest";
import { type Barrier, kinds, mustDecode } from "../../api/index.ts";
import { planBarrier } from "./plan.ts";
import type { Guest } from "./world.ts";

const start = Date.parse("2026-01-01T00:00:00Z");

/** A barrier and the processes that go to it, on virtual time. */
class Scene {
  now = start;
  barrier: Barrier;
  members: readonly string[] | undefined;
  recheckAfterMs: number | undefined;
  readonly #guests = new Map<string, Guest>();

  constructor(spec: object, members?: readonly string[]) {
    const metadata = { name: "round", namespace: "default", uid: "b", generation: 1 };
    this.barrier = mustDecode(kinds.Barrier, { apiVersion: "plush.dev/v1", kind: "Barrier", metadata, spec });
    this.members = members;
  }

  enter(name: string, round?: number): void {
    this.now += 1;
    const at = new Date(this.now).toISOString();
    this.set(name, { name: "round", state: "Waiting", at, ...(round !== undefined && { round }) });
  }

  /** The process has heard its answer, and leaves where told to. */
  hear(name: string, state: "Passed" | "Left" = "Passed"): void {
    const round = this.answer(name)?.round ?? this.#guests.get(name)?.at.round;
    this.set(name, { name: "round", state, ...(round !== undefined && { round }) });
  }

  end(name: string): void {
    const guest = this.#guests.get(name);
    if (guest !== undefined) this.#guests.set(name, { ...guest, isAlive: false });
  }

  set(name: string, at: Guest["at"]): void {
    const [, component, ordinal] = /^(\w+)-(\d+)$/.exec(name) ?? [];
    const member = component === undefined ? {} : { component, ordinal: Number(ordinal) };
    this.#guests.set(name, { process: name, processUid: name, epoch: 1, isAlive: true, at, ...member });
  }

  /** Plans until nothing changes any more, as its controller does. */
  settle(): this {
    for (let turn = 0; turn < 10; turn++) {
      const { guests, before } = { guests: [...this.#guests.values()], before: JSON.stringify(this.barrier.status) };
      const { members, now } = this;
      const plan = planBarrier({ barrier: this.barrier, guests, now, ...(members !== undefined && { members }) });
      this.barrier = { ...this.barrier, status: plan.status };
      this.recheckAfterMs = plan.recheckAfterMs;
      if (JSON.stringify(plan.status) === before) return this;
    }
    throw new Error("not quiet");
  }

  answer(name: string) {
    return this.barrier.status?.answers?.find(({ processUid }) => processUid === name);
  }

  /** "Released 2 3/3: …" */
  get tale(): string {
    const { state, round, progress, conditions } = this.barrier.status ?? {};
    return `${state} ${round} ${progress ?? "-"}: ${conditions?.find(({ type }) => type === "Ready")?.message}`;
  }
}

describe("rounds", () => {
  test("B-BAR-15: all are let go together, with their ranks, and the next round begins with who comes again", () => {
    const scene = new Scene({ expected: 2 });
    scene.enter("b");
    scene.settle();
    expect(scene.tale).toBe("Open 1 1/2: 1 of 2 entered, all 2 needed");
    expect(scene.answer("b")).toBeUndefined();
    scene.enter("a");
    scene.settle();
    expect(scene.tale).toBe("Released 1 2/2: 2 of 2 entered, all 2 needed");
    expect(scene.answer("b")).toMatchObject({
      round: 1,
      outcome: "Pass",
      rank: 1,
      entered: 2,
      late: false,
      reason: "all",
    });
    expect(scene.answer("a")).toMatchObject({ rank: 2 });
    scene.hear("b");
    scene.enter("b", 2);
    scene.settle();
    expect(scene.tale).toBe("Open 2 1/2: 1 of 2 entered, all 2 needed");
    // Who has not heard yet that the first round was released is still told.
    expect(scene.answer("a")).toMatchObject({ round: 1, outcome: "Pass", rank: 2 });
  });

  test("a question asked again is the same entry; one that ended before the release is none", () => {
    const scene = new Scene({ expected: 3 });
    scene.enter("a");
    scene.settle();
    scene.enter("a");
    scene.enter("b");
    scene.settle();
    expect(scene.tale).toMatch(/^Open 1 2\/3/);
    scene.end("a");
    scene.settle();
    expect(scene.tale).toMatch(/^Open 1 1\/3/);
  });

  test("there are no more than are said, and none ahead of the present one", () => {
    const scene = new Scene({ expected: 1, rounds: 1 });
    scene.enter("a");
    scene.settle();
    scene.hear("a");
    scene.enter("a", 2);
    scene.enter("b", 9);
    scene.settle();
    expect(scene.answer("a")).toMatchObject({
      outcome: "Refuse",
      reason: "the barrier has 1 rounds, and all are over",
    });
    const open = new Scene({ expected: 2 });
    open.enter("a");
    open.enter("b", 3);
    open.settle();
    expect(open.answer("b")).toMatchObject({
      outcome: "Refuse",
      reason: "round 3 is ahead of the barrier, which is at round 1",
    });
  });

  test("members of a component are expected by name", () => {
    const scene = new Scene({ applicationName: "app", component: "web" }, ["web-0", "web-1"]);
    scene.enter("web-0");
    scene.settle();
    expect(scene.tale).toBe("Open 1 1/2: 1 of 2 entered, all 2 needed (missing: web-1)");
    const lost = new Scene({ applicationName: "app", component: "web" });
    lost.enter("web-0");
    lost.settle();
    expect(lost.tale).toBe("Waiting 0 -: waits for component web of application app");
  });

  test("a count beyond the members fails at once, and whoever waits is told", () => {
    const scene = new Scene({ applicationName: "app", component: "web", release: { count: 3 } }, ["web-0", "web-1"]);
    scene.enter("web-0");
    scene.settle();
    expect(scene.tale).toBe("Failed 1 1/2: needs a count of 3, but at most 2 expected can enter");
    expect(scene.answer("web-0")).toBeUndefined();
    scene.enter("web-1");
    scene.settle();
    expect(scene.answer("web-1")).toMatchObject({ outcome: "Refuse" });
  });
});

test("B-BAR-17: an answer names its entry, and is told anew to an entry that asks again", () => {
  const scene = new Scene({ expected: 1 });
  scene.enter("a");
  scene.settle();
  const first = scene.answer("a");
  scene.enter("a");
  scene.settle();
  const second = scene.answer("a");
  expect(first?.entryAt).toBeDefined();
  expect(second?.entryAt).not.toBe(first?.entryAt);
  expect(second).toEqual({ ...first, entryAt: second?.entryAt });
});

describe("late ones", () => {
  const late = (rule: string): Scene => {
    const scene = new Scene({ expected: 3, release: { count: 2, late: rule } });
    scene.enter("a");
    scene.enter("b");
    scene.settle();
    scene.enter("c");
    return scene.settle();
  };

  test("pass, and are told so", () => {
    expect(late("Pass").answer("c")).toMatchObject({ round: 1, outcome: "Pass", rank: 0, entered: 2, late: true });
  });

  test("are rejected", () => {
    const reason = "round 1 was released before";
    expect(late("Reject").answer("c")).toMatchObject({ round: 1, outcome: "Reject", late: true, reason });
  });

  test("B-BAR-16: wait for the next round", () => {
    const scene = late("Wait");
    expect(scene.answer("c")).toBeUndefined();
    expect(scene.answer("a")).toMatchObject({ round: 1 });
    scene.hear("a");
    scene.enter("a", 2);
    scene.settle();
    expect(scene.answer("c")).toMatchObject({ round: 2, outcome: "Pass", late: false });
  });
});

describe("passing", () => {
  test("places are held until their holders leave or end", () => {
    const scene = new Scene({ expected: 3, release: { throttle: { concurrent: 1 } } });
    for (const name of ["a", "b", "c"]) scene.enter(name);
    scene.settle();
    expect(scene.barrier.status?.answers?.map(({ processUid }) => processUid)).toEqual(["a"]);
    scene.hear("a");
    scene.settle();
    expect(scene.answer("b")).toBeUndefined();
    scene.hear("a", "Left");
    scene.settle();
    expect(scene.answer("b")).toMatchObject({ rank: 2 });
    scene.end("b");
    scene.settle();
    expect(scene.answer("c")).toMatchObject({ rank: 3 });
  });

  test("a rate lets the next one pass when its time has come, and the next round waits for them", () => {
    const scene = new Scene({ expected: 2, release: { throttle: { rate: 10 } } });
    scene.enter("a");
    scene.enter("b");
    scene.settle();
    expect(scene.recheckAfterMs).toBe(100);
    scene.hear("a");
    scene.enter("a", 2);
    scene.settle();
    expect(scene.tale).toMatch(/^Released 1/);
    scene.now += 100;
    scene.settle();
    expect(scene.answer("b")).toMatchObject({ round: 1, outcome: "Pass" });
    scene.hear("b");
    scene.settle();
    expect(scene.tale).toMatch(/^Open 2 1\/2/);
  });
});
