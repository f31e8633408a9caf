import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClaimOrder, ProcessOrder } from "../protocol/index.ts";
import type { ClaimEntry, ProcessEntry, Run } from "./ledger/entry.ts";
import { planClaim } from "./plan.ts";
import { backoffMs } from "./plan-backoff.ts";
import type { Action, ClaimObservation, ClaimPlan } from "./plan-input.ts";
import { acknowledgeReceipt, isOrphan, ordersByClaim, receiveOrder } from "./plan-order.ts";
import { claimOrder as anyClaim, processOrder as anyProcess, documentOf, softwareOrder } from "./testing/orders.ts";

/** Nothing runs here: the uids may be plain. */
const processOrder = (change: Parameters<typeof anyProcess>[0] = {}) => anyProcess({ uid: "p1", ...change });
const claimOrder = (change: Parameters<typeof anyClaim>[0] = {}) =>
  anyClaim({ uid: "c1", processes: [processOrder()], ...change });

const digest = `sha256:${"a".repeat(64)}`;
const now = 1_000_000;

function nothingSeen(change: Partial<ClaimObservation> = {}): ClaimObservation {
  const empty = new Map();
  return {
    boot: "b1",
    runs: empty,
    stops: empty,
    health: empty,
    rejections: empty,
    renewals: empty,
    tidies: empty,
    blobs: new Set(),
    installs: empty,
    discards: empty,
    ports: empty,
    lease: { state: "over" },
    ...change,
  };
}

function entryOf(order: ClaimOrder, change: Partial<ClaimEntry> = {}): ClaimEntry {
  const entry = receiveOrder(undefined, order);
  if (entry === undefined) throw new Error("an order makes an entry");
  return { ...entry, ...change };
}

function run(change: Partial<Run> = {}): Run {
  return { number: 1, revision: "r1", epoch: 1, boot: "b1", begunAt: now - 1000, ...change };
}

function processEntry(order: ProcessOrder, change: Partial<ProcessEntry> = {}): ProcessEntry {
  return { order, runs: 1, restarts: 0, streak: 0, restartTimes: [], run: run(), ...change };
}

const running = new Map([
  ["p1", { number: 1, state: "running", pid: 9, startedAt: now - 900, limitsPartial: false } as const],
]);

function plan(entry: ClaimEntry, observation: Partial<ClaimObservation> = {}, at = now): ClaimPlan {
  return planClaim({ entry, observation: nothingSeen(observation), now: at, jitter: 0.5 });
}

/** Actions as text, for tables. */
function told({ actions }: ClaimPlan): string[] {
  return actions.map((action) => {
    const subject = "process" in action ? action.process : "directory" in action ? action.directory : "";
    const number = "number" in action ? ` ${action.number}` : "";
    return `${action.kind} ${subject}${number}`.trim();
  });
}

describe("one process", () => {
  const exit = (exitCode: number) => ({ kind: "exited", at: now, exitCode }) as const;
  const lost = { kind: "lost", at: now, message: "the host was restarted" } as const;
  const refused = { kind: "refused", at: now, reason: "StartFailed", message: "no", permanent: false } as const;
  type Row = [string, Partial<ProcessOrder>, Partial<ProcessEntry>, string[]];
  const rows: Row[] = [
    ["that was never begun is started", {}, { run: undefined as never, runs: 0 }, ["start p1 1"]],
    [
      "whose run was void is started, even if at most once",
      { restartPolicy: "Never" },
      { run: run({ end: { kind: "void", at: now } }) },
      ["start p1 2"],
    ],
    ["that runs is left alone", {}, {}, []],
    ["Never that failed stays", { restartPolicy: "Never" }, { run: run({ end: exit(1) }) }, []],
    ["Never that was lost stays", { restartPolicy: "Never" }, { run: run({ end: lost }) }, []],
    ["Never that could not be started waits", { restartPolicy: "Never" }, { run: run({ end: refused }) }, []],
    ["OnFailure that ended well stays", { restartPolicy: "OnFailure" }, { run: run({ end: exit(0) }) }, []],
    [
      "OnFailure that failed is swept, then restarted",
      { restartPolicy: "OnFailure" },
      { run: run({ end: exit(1) }) },
      ["stop p1 1"],
    ],
    [
      "OnFailure that failed and is swept is restarted at once",
      { restartPolicy: "OnFailure" },
      { run: run({ end: exit(1), swept: true }) },
      ["start p1 2"],
    ],
    ["Always that ended well is restarted", {}, { run: run({ end: exit(0), swept: true }) }, ["start p1 2"]],
    ["Always that was lost is restarted", {}, { run: run({ end: lost, swept: true }) }, ["start p1 2"]],
    ["at its second failure waits", {}, { streak: 1, run: run({ end: exit(1), swept: true }) }, []],
    [
      "whose wait is over is restarted",
      {},
      { streak: 2, nextStartAt: now, run: run({ end: exit(1), swept: true }) },
      ["start p1 2"],
    ],
    [
      "with exhausted restarts is given up",
      { maxRestarts: 2 },
      { restartTimes: [now - 9, now - 8], run: run({ end: exit(1), swept: true }) },
      [],
    ],
    [
      "given up, and by its order of now never to be, is restarted",
      {},
      {
        failure: { reason: "RestartsExhausted", message: "" },
        run: run({ end: exit(1), swept: true }),
      },
      ["start p1 2"],
    ],
    [
      "given up because it came late stays",
      {},
      { failure: { reason: "LateForBarrier", message: "" }, run: run({ end: exit(1), swept: true }) },
      [],
    ],
    [
      "with restarts long ago is restarted",
      { maxRestarts: 2, withinMs: 100 },
      { restartTimes: [now - 900, now - 800], run: run({ end: exit(1), swept: true }) },
      ["start p1 2"],
    ],
    ["ordered to stop is stopped", { intent: "Stop" }, {}, ["stop p1 1"]],
    ["ordered to stop that has ended is swept", { intent: "Stop" }, { run: run({ end: exit(0) }) }, ["stop p1 1"]],
    ["ordered to stop and swept needs nothing", { intent: "Stop" }, { run: run({ end: exit(0), swept: true }) }, []],
    ["of another revision is stopped first", { revision: "r2" }, {}, ["stop p1 1"]],
    [
      "of another revision, stopped, is started anew",
      { revision: "r2" },
      { run: run({ end: exit(0), swept: true }) },
      ["start p1 2"],
    ],
    [
      "Never of another revision runs again",
      { revision: "r2", restartPolicy: "Never" },
      { run: run({ end: exit(0), swept: true }) },
      ["start p1 2"],
    ],
    [
      "halted and wanted again starts",
      {},
      { halted: true, run: run({ end: exit(143), swept: true, stopReason: "x" }) },
      ["start p1 2"],
    ],
    [
      "Never, halted and wanted again, is over",
      { restartPolicy: "Never" },
      { halted: true, run: run({ end: exit(143), swept: true, stopReason: "x" }) },
      [],
    ],
    [
      "with a port to choose waits for it",
      { ports: [{ name: "main", port: 0 }] },
      { run: undefined as never, runs: 0 },
      ["choosePorts p1"],
    ],
  ];
  test.each(rows)("%s", (_name, order, entry, expected) => {
    const wanted = processOrder(order);
    const claim = entryOf(claimOrder({ processes: [wanted] }));
    expect(told(plan({ ...claim, processes: { p1: processEntry(wanted, entry) } }))).toEqual(expected);
  });

  test("waits longer each time, and forgets after a good run", () => {
    const wanted = processOrder();
    const ended = (change: Partial<ProcessEntry>, begunAt: number) =>
      entryOf(claimOrder({ processes: [wanted] }), {
        processes: { p1: processEntry(wanted, { ...change, run: run({ begunAt, end: exit(1), swept: true }) }) },
      });
    expect(plan(ended({ streak: 3 }, now - 10)).recheckAt).toBe(now + 4000);
    expect(told(plan(ended({ streak: 3 }, now - wanted.resetAfterMs)))).toEqual(["start p1 2"]);
    expect(backoffMs(40, 0.5)).toBe(300_000);
  });

  test("a restart that was decided is not decided anew while it waits", () => {
    const wanted = processOrder();
    let entry = entryOf(claimOrder({ processes: [wanted] }), {
      processes: { p1: processEntry(wanted, { streak: 1, run: run({ end: exit(1), swept: true }) }) },
    });
    for (let look = 0; look < 3; look++) entry = plan(entry, {}, now + look).entry ?? entry;
    expect(entry.processes["p1"]).toMatchObject({ restarts: 1, streak: 2, nextStartAt: now + 1000 });
  });

  test("one that its probe finds dead is stopped, and restarted even if it then ends well", () => {
    const wanted = processOrder({ restartPolicy: "OnFailure" });
    const entry = entryOf(claimOrder({ processes: [wanted] }), { processes: { p1: processEntry(wanted) } });
    const dead = new Map([["p1", { number: 1, started: true, ready: false, alive: false, reason: "LivenessFailed" }]]);
    const stopping = plan(entry, { runs: running, health: dead });
    expect(told(stopping)).toEqual(["stop p1 1"]);
    const over = new Map([["p1", { number: 1, state: "ended", end: exit(0) } as const]]);
    const stopped = new Map([["p1", { number: 1, state: "stopped" } as const]]);
    expect(told(plan(stopping.entry ?? entry, { runs: over, stops: stopped }))).toEqual(["start p1 2"]);
  });
});

describe("software", () => {
  const pack = softwareOrder({ digest, format: "tar" });
  const order = claimOrder({ software: [pack, softwareOrder({ name: "second" })] });

  test("B-SOF-3: is installed one after the other, and processes wait for all of it", () => {
    let entry = plan(entryOf(order)).entry ?? entryOf(order);
    expect(entry.software.map(({ directory }) => directory)).toEqual([`pack@${"a".repeat(16)}`, "second@none"]);
    const here = { blobs: new Set([digest]) };
    const first = plan(entry, here);
    expect(told(first)).toEqual([`install pack@${"a".repeat(16)}`]);
    const done = { state: "done", attempt: 1, outcome: { ok: true } } as const;
    const installs = new Map([[`pack@${"a".repeat(16)}`, done]]);
    const second = plan(entry, { ...here, installs });
    expect(told(second)).toEqual(["install second@none"]);
    entry = second.entry ?? entry;
    expect(told(plan(entry, { ...here, installs: new Map([["second@none", done]]) }))).toEqual(["start p1 1"]);
  });

  test("that failed is tried again after a wait", () => {
    const entry = plan(entryOf(order)).entry ?? entryOf(order);
    const outcome = { ok: false, reason: "InstallFailed", message: "exit code 1" } as const;
    const installs = new Map([[`pack@${"a".repeat(16)}`, { state: "done", attempt: 1, outcome } as const]]);
    const failed = plan(entry, { blobs: new Set([digest]), installs });
    expect(told(failed)).toEqual([]);
    expect(failed.recheckAt).toBe(now + 1000);
    expect(told(plan(failed.entry ?? entry, { blobs: new Set([digest]), installs }, now + 1000))).toEqual([
      `install pack@${"a".repeat(16)}`,
    ]);
  });

  test("B-UPD-10: of another version is installed beside; the old one goes when nobody runs on it", () => {
    const installed = (name: string, print: string) =>
      ({ name, fingerprint: print, directory: name, order: pack, state: "Installed", attempts: 1 }) as const;
    const wanted = processOrder();
    const entry = entryOf(claimOrder({ software: [] }), {
      software: [installed("old", "x")],
      processes: { p1: processEntry(wanted) },
    });
    const busy = plan(entry, { runs: running });
    expect(told(busy)).toEqual([]);
    const restarted = {
      ...(busy.entry ?? entry),
      processes: { p1: processEntry(wanted, { run: run({ begunAt: now + 1 }) }) },
    };
    expect(told(plan(restarted, { runs: running }, now + 2))).toEqual(["discard old"]);
  });

  test("installed shortly before the host went down is installed anew", () => {
    const entry = plan(entryOf(claimOrder({ software: [softwareOrder()] }))).entry;
    const installs = new Map([["pack@none", { state: "done", attempt: 1, outcome: { ok: true } } as const]]);
    const fresh = entry && plan(entry, { installs }).entry;
    if (fresh === undefined) throw new Error("planned");
    expect(told(plan(fresh, { boot: "b2" }, now + 1000))).toContain("install pack@none");
    const settled = plan(fresh, {}, now + 100_000).entry ?? fresh;
    expect(told(plan(settled, { boot: "b2" }, now + 200_000))).not.toContain("install pack@none");
  });
});

describe("orders", () => {
  const order = claimOrder();
  const entry = entryOf(order, { processes: { p1: processEntry(processOrder()) } });

  test("of no epoch but this one or a later one count", () => {
    expect(receiveOrder({ ...entry, epoch: 2 }, claimOrder({ intent: "Remove" }))).toEqual({ ...entry, epoch: 2 });
    expect(isOrphan({ ...entry, epoch: 2 }, order)).toBe(true);
    const later = receiveOrder(entry, claimOrder({ epoch: 2 }));
    expect(later && told(plan(later, { runs: running }))).toEqual(["stop p1 1"]);
  });

  test("of a later epoch begin in a fresh entry once the old one is gone; its receipt is still told", () => {
    const later = receiveOrder(entryOf(order), claimOrder({ epoch: 2 }));
    if (later === undefined) throw new Error("kept");
    const outcome = { at: "2026-01-01T00:00:00Z", removed: [], kept: [], failures: [], complete: true };
    const cleaned = plan(later, { cleaning: { state: "done", attempt: 1, outcome } }).entry;
    expect(cleaned?.receipt).toMatchObject({ epoch: 1 });
    const next = cleaned && plan(cleaned).entry;
    expect(next).toMatchObject({ epoch: 2, receipt: { epoch: 1 }, processes: {} });
    expect(next && told(plan(next))).toEqual(["start p1 1"]);
    expect(next && acknowledgeReceipt(next, false)?.receipt).toBeUndefined();
  });

  test("to remove what is not here are answered with a receipt, once", () => {
    const removal = claimOrder({ intent: "Remove" });
    const fresh = entryOf(removal);
    expect(told(plan(fresh))).toEqual(["clean"]);
    const outcome = { at: "2026-01-01T00:00:00Z", removed: [], kept: [], failures: [], complete: true };
    const removed = plan(fresh, { cleaning: { state: "done", attempt: 1, outcome } }).entry;
    if (removed === undefined) throw new Error("kept until acknowledged");
    const acknowledged = acknowledgeReceipt(removed, false);
    expect(receiveOrder(acknowledged, removal)).toBe(acknowledged);
    expect(receiveOrder(acknowledged, undefined)).toBeUndefined();
  });

  test("for a claim named twice: the later epoch counts", () => {
    const orders = ordersByClaim(documentOf([claimOrder({ epoch: 3 }), claimOrder({ epoch: 2 })]));
    expect(orders.get("c1")?.epoch).toBe(3);
  });
});

/** Any entry that a life may have led to. */
const anyEntry = fc
  .record({
    policy: fc.constantFrom("Always" as const, "OnFailure" as const, "Never" as const),
    open: fc.boolean(),
    exitCode: fc.integer({ min: 0, max: 2 }),
    swept: fc.boolean(),
    halted: fc.boolean(),
    streak: fc.nat(3),
    named: fc.boolean(),
  })
  .map(({ policy, open, exitCode, swept, halted, streak, named }) => {
    const order = processOrder({ restartPolicy: policy });
    const end = open
      ? {}
      : { end: { kind: "exited", at: now, exitCode } as const, ...(swept && { swept: true as const }) };
    const process = processEntry(order, { streak, run: run(end), ...(halted && !open && { halted: true as const }) });
    return entryOf(claimOrder({ processes: named ? [order] : [] }), { processes: { p1: process } });
  });

const anySight = fc
  .constantFrom("unknown", "spawning", "running", "nothing")
  .map((state): Partial<ClaimObservation> => {
    if (state === "nothing") return {};
    if (state === "running") return { runs: running };
    return { runs: new Map([["p1", { number: 1, state: state as "unknown" }]]) };
  });

describe("whatever is seen", () => {
  test("nothing that runs stops because it, or its claim, is not named", () => {
    fc.assert(
      fc.property(anyEntry, anySight, (entry, seen) => {
        const unnamed = receiveOrder(entry, undefined);
        expect(unnamed).toBe(entry);
        const isOpen = entry.processes["p1"]?.run?.end === undefined;
        const stops = plan(entry, seen).actions.filter(({ kind }: Action) => kind === "stop" || kind === "clean");
        if (isOpen) expect(stops).toEqual([]);
      }),
    );
  });

  test("a run is begun only where the last one is known to have ended", () => {
    fc.assert(
      fc.property(anyEntry, anySight, (entry, seen) => {
        const starts = plan(entry, seen).actions.filter(({ kind }) => kind === "start");
        if (entry.processes["p1"]?.run?.end === undefined) expect(starts).toEqual([]);
        expect(starts.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("what was executed under Never is not executed again", () => {
    fc.assert(
      fc.property(anyEntry, anySight, (entry, seen) => {
        if (entry.processes["p1"]?.order.restartPolicy !== "Never") return;
        expect(plan(entry, seen).actions.filter(({ kind }) => kind === "start")).toEqual([]);
      }),
    );
  });

  test("a plan that is carried out comes to rest", () => {
    fc.assert(
      fc.property(anyEntry, (start) => {
        let entry: ClaimEntry | undefined = start;
        const stops = new Map<string, { number: number; state: "stopped" }>();
        for (let round = 0; round < 8 && entry !== undefined; round++) {
          const next: ClaimPlan = plan(entry, { stops }, now + round);
          for (const action of next.actions) {
            if (action.kind === "stop") stops.set(action.process, { number: action.number, state: "stopped" });
          }
          if (next.entry === entry && next.actions.length === 0) return;
          entry = next.entry;
        }
        expect(entry === undefined || plan(entry, { stops }, now + 9).actions.length === 0).toBe(true);
      }),
    );
  });
});

describe("a claim that needs a lease", () => {
  const order = claimOrder({ fencing: { leaseMs: 15_000 } });
  const leased = (change: Partial<Run> = {}): ClaimEntry =>
    entryOf(order, { processes: { p1: processEntry(processOrder(), { run: run({ leased: true, ...change }) }) } });
  const held = { state: "held", changesInMs: 700 } as const;
  const lapsed = { state: "lapsed", changesInMs: 300 } as const;
  const over = { state: "over" } as const;
  const ended = { end: { kind: "exited", at: now, exitCode: 143 } } as const;

  test.each<[string, ClaimEntry, Partial<ClaimObservation>, string[]]>([
    ["begins nothing without one", entryOf(order), { lease: over }, []],
    ["begins nothing under one that ends", entryOf(order), { lease: lapsed }, []],
    ["begins under one", entryOf(order), { lease: held }, ["start p1 1"]],
    ["leaves alone what runs under one", leased(), { lease: held, runs: running }, []],
    ["leaves the end of a lease to the shim", leased(), { lease: lapsed, runs: running }, []],
    ["ends by itself what a lost shim has not ended", leased(), { lease: over, runs: running }, ["stop p1 1"]],
    [
      "ends by itself what began without a lease",
      leased({ leased: false as never }),
      { lease: lapsed, runs: running },
      ["stop p1 1"],
    ],
    ["clears away after what has ended", leased(ended), { lease: over }, ["stop p1 1"]],
    ["begins nothing after it", leased({ ...ended, swept: true }), { lease: over }, []],
    [
      "begins anew what runs without, once it needs one",
      leased({ leased: false as never }),
      { lease: held, runs: running },
      ["stop p1 1"],
    ],
  ])("%s", (_name, entry, observation, actions) => {
    expect(told(plan(entry, observation))).toEqual(actions);
  });

  test("is looked at again when the lease turns", () => {
    expect(plan(leased(), { lease: held, runs: running }).recheckAt).toBe(now + 700);
    expect(plan(leased(), { lease: lapsed, runs: running }).recheckAt).toBe(now + 300);
  });

  test("an end for want of a lease counts for nothing: with the next it begins as if for the first time", () => {
    const gone = plan(leased({ ...ended, swept: true }), { lease: over }).entry;
    const next = plan(gone ?? entryOf(order), { lease: held });
    expect(told(next)).toEqual(["start p1 2"]);
    expect(next.entry?.processes["p1"]).toMatchObject({ restarts: 0, run: { leased: true } });
  });

  test("Never means never, also for want of a lease", () => {
    const once = processOrder({ restartPolicy: "Never" });
    const entry = entryOf(claimOrder({ fencing: { leaseMs: 15_000 }, processes: [once] }), {
      processes: { p1: processEntry(once, { run: run({ leased: true, ...ended }) }) },
    });
    expect(told(plan(plan(entry, { lease: over }).entry ?? entry, { lease: held }))).toEqual([]);
  });
});
