import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentHash } from "./content-hash.ts";
import { type DagNode, predecessors, successors, topologicalOrder } from "./dag.ts";
import { type Member, type MemberPhase, type MemberStep, planMember } from "./member-plan.ts";
import type { MemberProcess, ObservedProcess } from "./member-process.ts";

function aPhase(
  name: string,
  after: string[],
  state: MemberPhase["state"],
  more: Partial<MemberPhase> = {},
): MemberPhase {
  return { name, after, state, revision: "r1", templates: [{ name: "main", catchUp: "Run" }], ...more };
}

/** A process of phase `phase` that was told to run at epoch 1, revision r1, and reports `state` of that run. */
function aProcess(phase: string, state: string, more: Partial<MemberProcess> = {}): MemberProcess {
  const process = {
    restartPolicy: "Never" as const,
    epoch: 1,
    revision: "r1",
    suspend: false,
    catchUp: false,
    ...more,
  };
  const observed = {
    state,
    epoch: process.epoch,
    revision: process.revision,
    ...(state === "Exited" && { exitCode: 0 }),
  };
  return { phase, process: "main", observed, ...process };
}

function aMember(phases: MemberPhase[], processes: MemberProcess[], more: Partial<Member> = {}): Member {
  return { epoch: 1, configured: true, placed: true, givenUpFails: false, phases, processes, ...more };
}

/** "run serve/main e2 r1 catch-up" and so on. */
function text(steps: readonly MemberStep[]): string[] {
  return steps.map((step) => {
    if (step.kind !== "Run") return `${step.kind.toLowerCase()} ${step.phase}/${step.process}`;
    const flags = `${step.catchUp ? " catch-up" : ""}${step.renew ? "" : " kept"}`;
    return `run ${step.phase}/${step.process} e${step.epoch} ${step.revision}${flags}`;
  });
}

const setup = (state: MemberPhase["state"]): MemberPhase => aPhase("setup", [], state);
const serve = (state: MemberPhase["state"], more: Partial<MemberPhase> = {}): MemberPhase =>
  aPhase("serve", ["setup"], state, more);
const server = (state: string, more: Partial<MemberProcess> = {}): MemberProcess =>
  aProcess("serve", state, { restartPolicy: "Always", ...more });

describe("planMember", () => {
  test.each<[string, Member, string[]]>([
    ["nothing before the software is there", aMember([setup("Open")], [], { configured: false }), []],
    ["an open phase starts", aMember([setup("Open"), serve("Waiting")], []), ["run setup/main e1 r1"]],
    ["a running one is left alone", aMember([setup("Open"), serve("Waiting")], [aProcess("setup", "Running")]), []],
    [
      "a phase that opened before this member was done with the one before waits for it",
      aMember([setup("Released"), serve("Open")], [aProcess("setup", "Running")]),
      [],
    ],
    [
      "the next phase starts",
      aMember([setup("Released"), serve("Open")], [aProcess("setup", "Exited")]),
      ["run serve/main e1 r1"],
    ],
    [
      "a replacement catches up from the first phase",
      aMember([setup("Released"), serve("Released")], [aProcess("setup", "Exited"), server("Ready")], { epoch: 2 }),
      ["run setup/main e2 r1 catch-up"],
    ],
    [
      "and goes on when that is done",
      aMember(
        [setup("Released"), serve("Open")],
        [aProcess("setup", "Exited", { epoch: 2, catchUp: true }), server("Ready")],
        { epoch: 2 },
      ),
      ["run serve/main e2 r1"],
    ],
    [
      "B-PHA-25: a replacement is told what it runs while its software is installed",
      aMember([setup("Released"), serve("Released")], [aProcess("setup", "Exited"), server("Ready")], {
        epoch: 2,
        configured: false,
      }),
      ["run setup/main e2 r1 catch-up"],
    ],
    [
      "not in a phase that is open",
      aMember([setup("Open")], [aProcess("setup", "Running")], { epoch: 2, configured: false }),
      [],
    ],
    [
      "nor where it has no machine",
      aMember([setup("Released")], [aProcess("setup", "Exited")], { epoch: 2, configured: false, placed: false }),
      [],
    ],
    [
      "nor what runs already, when an update has brought other software",
      aMember([aPhase("serve", [], "Released", { revision: "r2" })], [server("Ready")], { configured: false }),
      [],
    ],
    [
      "a phase to skip when catching up is passed",
      aMember(
        [{ ...setup("Released"), templates: [{ name: "main", catchUp: "Skip" }] }, serve("Released")],
        [aProcess("setup", "Exited"), server("Ready")],
        { epoch: 2 },
      ),
      ["run serve/main e2 r1 catch-up"],
    ],
    [
      "a change of the last phase touches it alone",
      aMember(
        [setup("Released"), serve("Released", { revision: "r2" })],
        [aProcess("setup", "Exited"), server("Ready")],
      ),
      ["run serve/main e1 r2"],
    ],
    [
      "a change of the first phase stops the last first",
      aMember(
        [{ ...setup("Released"), revision: "r2" }, serve("Released", { revision: "r2" })],
        [aProcess("setup", "Exited"), server("Ready")],
      ),
      ["stop serve/main"],
    ],
    [
      "waits while it stops",
      aMember(
        [{ ...setup("Released"), revision: "r2" }, serve("Released", { revision: "r2" })],
        [aProcess("setup", "Exited"), server("Stopping", { suspend: true })],
      ),
      [],
    ],
    [
      "then runs the first again",
      aMember(
        [{ ...setup("Released"), revision: "r2" }, serve("Released", { revision: "r2" })],
        [aProcess("setup", "Exited"), server("Exited", { suspend: true })],
      ),
      ["run setup/main e1 r2"],
    ],
    [
      "a member that is not admitted keeps its template, at its new epoch too",
      aMember(
        [
          { name: "setup", after: [], state: "Released", templates: [] },
          { name: "serve", after: ["setup"], state: "Released", templates: [] },
        ],
        [aProcess("setup", "Exited"), server("Ready")],
        { epoch: 2 },
      ),
      ["run setup/main e2 r1 catch-up kept"],
    ],
    [
      "a process that left the template is removed",
      aMember([{ ...setup("Released"), templates: [] }], [aProcess("setup", "Running")]),
      ["remove setup/main"],
    ],
    [
      "the service is not stopped for a change that cannot start yet",
      aMember(
        [
          setup("Released"),
          aPhase("mid", ["setup"], "Released", { revision: "r2" }),
          aPhase("serve", ["mid"], "Released", { revision: "r2" }),
        ],
        [aProcess("setup", "Running"), aProcess("mid", "Exited"), server("Ready")],
      ),
      [],
    ],
  ])("%s", (_name, member, steps) => {
    expect(text(planMember(member).steps)).toEqual(steps);
  });

  test.each<[string, MemberProcess, boolean, string | undefined]>([
    [
      "exit 1 fails",
      { ...aProcess("setup", "Exited"), observed: { state: "Exited", exitCode: 1, epoch: 1, revision: "r1" } },
      false,
      "main exited with 1",
    ],
    [
      "of another revision does not",
      { ...aProcess("setup", "Exited"), observed: { state: "Exited", exitCode: 1, epoch: 1, revision: "r0" } },
      false,
      undefined,
    ],
    ["given up, replaced", server("Failed"), false, undefined],
    ["given up, by policy", server("Failed"), true, "main was given up"],
    ["ended unseen, at most once", aProcess("setup", "Lost"), false, "main ended unseen"],
    ["ended unseen, restarted", server("Lost"), false, undefined],
  ])("failure: %s", (_name, process, givenUpFails, failure) => {
    const phase = aPhase(process.phase, [], "Open");
    expect(planMember(aMember([phase], [process], { givenUpFails })).progress.get(phase.name)?.failure).toBe(failure);
  });
});

/** A machine that does what it is told, one small step at a time, and a single member's phases around it. */
class World {
  epoch = 1;
  readonly versions = new Map<string, number>();
  readonly told = new Map<string, MemberProcess>();
  readonly runs = new Map<string, ObservedProcess>();
  readonly states = new Map<string, MemberPhase["state"]>();
  readonly violations: string[] = [];
  readonly #policies: ReadonlyMap<string, "Always" | "Never">;
  readonly #phases: readonly DagNode[];

  constructor(phases: readonly DagNode[], policies: ReadonlyMap<string, "Always" | "Never">) {
    this.#phases = phases;
    this.#policies = policies;
    for (const { name } of phases) this.states.set(name, "Waiting");
  }

  revision(name: string): string {
    const node = this.#phases.find((phase) => phase.name === name);
    return contentHash([this.versions.get(name) ?? 0, (node?.after ?? []).map((before) => this.revision(before))]);
  }

  member(): Member {
    return {
      epoch: this.epoch,
      configured: true,
      placed: true,
      givenUpFails: false,
      phases: this.#phases.map(({ name, after }) => ({
        name,
        after,
        state: this.states.get(name) ?? "Waiting",
        revision: this.revision(name),
        templates: [{ name: "main", catchUp: "Run" }],
      })),
      processes: [...this.told.values()].map((process) => {
        const observed = this.runs.get(process.phase);
        return observed === undefined ? process : { ...process, observed };
      }),
    };
  }

  /** Carries out one pass of the plan. True where it had nothing to do. */
  pass(): boolean {
    const { steps, progress } = planMember(this.member());
    for (const step of steps) this.#carryOut(step);
    let moved = false;
    for (const { name, after } of this.#phases) {
      const state = this.states.get(name);
      if (state === "Waiting" && after.every((before) => this.states.get(before) === "Released")) {
        this.states.set(name, "Open");
        moved = true;
      }
      if (state === "Open" && progress.get(name)?.entered) {
        this.states.set(name, "Released");
        moved = true;
      }
    }
    return steps.length === 0 && !moved;
  }

  #carryOut(step: MemberStep): void {
    if (step.kind === "Remove") return void this.told.delete(step.phase);
    const existing = this.told.get(step.phase);
    if (step.kind === "Stop") {
      if (existing !== undefined) this.told.set(step.phase, { ...existing, suspend: true });
      return;
    }
    const { phase, process, epoch, revision, catchUp } = step;
    for (const before of predecessors(this.#phases, phase)) {
      const run = this.runs.get(before);
      if (run?.revision !== this.revision(before) || run.epoch !== epoch || !isThrough(run))
        this.violations.push(`${phase} ordered before ${before} was through`);
    }
    for (const behind of successors(this.#phases, phase)) {
      const run = this.runs.get(behind);
      if (run?.epoch === epoch && !["Exited", "Pending"].includes(run.state))
        this.violations.push(`${phase} ordered while ${behind} is ${run.state}`);
    }
    const restartPolicy = this.#policies.get(phase) ?? "Never";
    this.told.set(phase, { phase, process, restartPolicy, epoch, revision, catchUp, suspend: false });
  }

  /** The machine moves one process by one state. */
  work(name: string): boolean {
    const order = this.told.get(name);
    if (order === undefined || order.epoch !== this.epoch) return false;
    const run = this.runs.get(name);
    const live = run !== undefined && ["Starting", "Running", "Ready"].includes(run.state);
    if (live && (order.suspend || run.revision !== order.revision || run.epoch !== order.epoch)) {
      this.runs.set(name, { ...run, state: "Exited", exitCode: 143, signal: "TERM" });
      return true;
    }
    if (order.suspend) return false;
    if (run?.revision !== order.revision || run.epoch !== order.epoch) {
      this.runs.set(name, { state: "Starting", epoch: order.epoch, revision: order.revision });
      return true;
    }
    const next = nextState(run, order.restartPolicy);
    if (next !== undefined) this.runs.set(name, next);
    return next !== undefined;
  }

  replace(): void {
    this.epoch += 1;
    this.runs.clear();
  }
}

function isThrough(run: ObservedProcess): boolean {
  return run.state === "Ready" || (run.state === "Exited" && run.exitCode === 0);
}

function nextState(run: ObservedProcess, policy: string): ObservedProcess | undefined {
  if (run.state === "Starting") return { ...run, state: "Running" };
  if (run.state === "Running")
    return policy === "Always" ? { ...run, state: "Ready" } : { ...run, state: "Exited", exitCode: 0 };
  // Ended by a change that was taken back: at most once keeps it ended, Always starts it again.
  if (run.state === "Exited" && run.exitCode !== 0)
    return policy === "Always"
      ? { state: "Starting", epoch: run.epoch, revision: run.revision }
      : { ...run, exitCode: 0 };
  return undefined;
}

const worlds = fc
  .array(
    fc.tuple(fc.array(fc.nat({ max: 4 }), { maxLength: 2 }), fc.constantFrom("Always" as const, "Never" as const)),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((rows) => ({
    phases: rows.map(([after], index) => ({
      name: `p${index}`,
      after: [...new Set(after.filter((i) => i < index))].map((i) => `p${i}`),
    })),
    policies: new Map(rows.map(([, policy], index) => [`p${index}`, policy])),
  }));

const happenings = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant({ kind: "pass" as const }) },
    { weight: 8, arbitrary: fc.nat({ max: 4 }).map((index) => ({ kind: "work" as const, index })) },
    { weight: 1, arbitrary: fc.nat({ max: 4 }).map((index) => ({ kind: "change" as const, index })) },
    { weight: 1, arbitrary: fc.constant({ kind: "replace" as const }) },
  ),
  { maxLength: 60 },
);

test("whatever changes meanwhile: no phase runs before those it follows, and in the end all are done at the newest", () => {
  fc.assert(
    fc.property(worlds, happenings, ({ phases, policies }, history) => {
      const world = new World(phases, policies);
      for (const event of history) {
        if (event.kind === "pass") world.pass();
        if (event.kind === "work") world.work(`p${event.index}`);
        if (event.kind === "replace") world.replace();
        if (event.kind === "change") {
          const name = `p${event.index}`;
          world.versions.set(name, (world.versions.get(name) ?? 0) + 1);
        }
      }
      for (let round = 0; round < 100; round++) {
        const busy = topologicalOrder(phases).map((name) => world.work(name));
        if (world.pass() && !busy.includes(true)) break;
      }
      expect(world.violations).toEqual([]);
      for (const { name } of phases) {
        expect(world.runs.get(name)).toMatchObject({ epoch: world.epoch, revision: world.revision(name) });
        expect(isThrough(world.runs.get(name) as ObservedProcess)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test("the order in which phases and processes are given changes nothing", () => {
  fc.assert(
    fc.property(worlds, happenings, ({ phases, policies }, history) => {
      const world = new World(phases, policies);
      for (const event of history) {
        if (event.kind === "pass") world.pass();
        if (event.kind === "work") world.work(`p${event.index}`);
        if (event.kind === "replace") world.replace();
        const member = world.member();
        const turned = { ...member, phases: [...member.phases].reverse(), processes: [...member.processes].reverse() };
        expect(planMember(turned).steps).toEqual(planMember(member).steps);
      }
    }),
    { numRuns: 100 },
  );
});
