import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aBoundClaim, aProcess, aReport, aSoftware, connected, lost } from "../../../test/support/builders.ts";
import { type Claim, type Hook, kinds, mustDecode, type Process, type RecoveryAction } from "../../api/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import { decideFor, now, type Scene, textOf } from "./fixtures/scene.ts";
import { verdictOf } from "./plan.ts";

type Choice = Readonly<Record<string, unknown>>;

/** "place: Replace", "stay: CrashLoop: FailPhase", "stay: wait: Wait by strict". */
function told(observation: HostObservation, scene: Scene): string {
  const decision = decideFor(observation, scene);
  const { action, hook } = verdictOf(decision);
  const by = hook === undefined ? "" : ` by ${hook}`;
  return action === undefined ? textOf(decision) : `${textOf(decision)}: ${action}${by}`;
}

const mine = aBoundClaim("web-0", "m1");
const other = aBoundClaim("web-1", "m2");
const working = aProcess("web-1-server", other, {
  status: { state: "Ready", epoch: 1, revision: "r1", resourceName: "m2" },
});

function crashed(recovery: Choice = {}, status: object = { state: "Failed" }): Process {
  return aProcess("web-0-server", mine, {
    spec: { recovery },
    status: { epoch: 1, revision: "r1", output: "boom", ...status },
  });
}

/** The member's process was given up; the same one works on another machine, or on none. */
function crash(recovery: Choice, works: boolean, more: Scene = {}): string {
  const processes = [crashed(recovery)];
  const scene = { claim: mine, processes, ...(works && { siblingProcesses: [working] }), ...more };
  return told(connected([aReport(mine)]), scene);
}

describe("B-REC-17: recovery.process.action", () => {
  test.each<[string, boolean, string]>([
    ["Replace", true, "place: Replace"],
    ["Replace", false, "stay: CrashLoop: Restart"],
    ["FailPhase", true, "stay: CrashLoop: FailPhase"],
    ["FailApplication", false, "stay: CrashLoop: FailApplication"],
    ["Ignore", true, "stay: ignore: Ignore"],
    // Its agent gives it up only where it can never be started.
    ["Restart", true, "stay: CrashLoop"],
  ])("%s, it works elsewhere: %s", (action, works, expected) => {
    expect(crash({ action }, works)).toBe(expected);
  });

  test("one that restarts no more by itself is its phase's business", () => {
    const never = aProcess("web-0-job", mine, {
      spec: { restartPolicy: "Never" },
      status: { state: "Failed", epoch: 1, revision: "r1" },
    });
    expect(told(connected([aReport(mine)]), { claim: mine, processes: [never] })).toBe("stay");
  });
});

const digest = `sha256:${"a".repeat(64)}`;
const pack = aSoftware("pack", { state: "Ready", digest, observedGeneration: 1 });

/** The package could not be installed `attempts` times; on another machine it could, or not. */
function broken(action: string, attempts: number, works: boolean): string {
  const software = (state: "Failed" | "Installed") => [
    { name: "pack", digest, state, attempts, message: "no compiler" },
  ];
  const claim: Claim = { ...mine, status: { ...mine.status, state: "Installing", software: software("Failed") } };
  const good: Claim = { ...other, status: { ...other.status, software: software("Installed") } };
  const siblings = works ? [claim, good] : [claim];
  const recovery = { software: { action, retries: 3 } };
  return told(connected([aReport(claim)]), { claim, siblings, software: [pack], recovery });
}

describe("B-REC-18: recovery.software.action", () => {
  test.each<[string, number, boolean, string]>([
    ["Replace", 3, true, "stay"],
    ["Replace", 4, true, "place: Replace"],
    ["Replace", 4, false, "stay: InstallFailed"],
    ["Retry", 99, true, "stay"],
    ["Fail", 3, true, "stay"],
    ["Fail", 4, true, "stay: InstallFailed: FailApplication"],
  ])("%s after %i attempts, it installs elsewhere: %s", (action, attempts, works, expected) => {
    expect(broken(action, attempts, works)).toBe(expected);
  });
});

describe("B-REC-19: recovery.host", () => {
  const dead = lost("dead", now - 1500);
  test.each<[Choice, string]>([
    [{ action: "Replace" }, "place: Replace"],
    [{ action: "Replace", after: "1m" }, "stay: wait"],
    [{ action: "Wait" }, "stay: wait: Wait"],
    [{ action: "Ignore" }, "stay: ignore: Ignore"],
    [{ action: "Ignore", after: "1m" }, "stay: wait"],
  ])("%j", (host, expected) => {
    expect(told(dead, { recovery: { host } })).toBe(expected);
  });
});

describe("B-REC-20: whose fault", () => {
  /** What the status says once the application's fault was seen: the process is restarted on and on. */
  const blamed: Claim = {
    ...mine,
    status: {
      ...mine.status,
      failure: { reason: "CrashLoop", message: "", epoch: 1, processName: "web-0-server", action: "Restart" },
    },
  };
  const again = (state: string, siblingProcesses: readonly Process[] = []): string =>
    told(connected([aReport(blamed)]), {
      claim: blamed,
      processes: [
        crashed({}, { state, restarts: 6, ...(state === "Pending" && { finishedAt: "2026-01-01T00:00:05Z" }) }),
      ],
      siblingProcesses,
    });

  test.each([
    ["Pending", "stay: CrashLoop: Restart"],
    ["Running", "stay: CrashLoop: Restart"],
    ["Ready", "stay"],
  ])("of the application, and its process %s again: %s", (state, expected) => {
    expect(again(state)).toBe(expected);
  });

  /** The same process, up on another machine since so many seconds after midnight. */
  const upSince = (second: number): Process => {
    const startedAt = `2026-01-01T00:00:0${second}Z`;
    return { ...working, status: { ...working.status, startedAt } };
  };

  test.each([
    ["Pending", 4, "place: Replace"],
    // What all needed may have been away: it is started once more before it is moved.
    ["Pending", 6, "stay: CrashLoop: Restart"],
    ["Running", 4, "stay: CrashLoop: Restart"],
  ])("%s since second 5, the same up elsewhere since second %i: %s", (state, second, expected) => {
    expect(again(state, [upSince(second)])).toBe(expected);
  });

  test("whoever came too late for a barrier would do so anywhere", () => {
    const late = crashed({}, { state: "Failed", reason: "LateForBarrier" });
    const scene = { claim: mine, processes: [late], siblingProcesses: [working] };
    expect(told(connected([aReport(mine)]), scene)).toBe("stay: CrashLoop: Restart");
  });

  test("another revision clears it", () => {
    const next = aProcess("web-0-server", mine, {
      spec: { revision: "r2" },
      status: { state: "Failed", epoch: 1, revision: "r1" },
    });
    expect(told(connected([aReport(mine)]), { claim: mine, processes: [next] })).toBe("stay");
  });
});

function aHook(name: string, spec: Choice = {}): Hook {
  return mustDecode(kinds.Hook, {
    apiVersion: "plush.dev/v1",
    kind: "Hook",
    metadata: { name },
    spec: { url: "http://hook.test/", ...spec },
  });
}

const hooks = [aHook("strict")];
const crashCause = JSON.stringify(["CrashLoop", 1, "", "web-0-server"]);
const lostCause = JSON.stringify(["HostLost", 1, "", ""]);
const says = (cause: string, action?: RecoveryAction) => ({
  answer: { cause, ...(action !== undefined && { action, hook: "strict" }) },
});

describe("B-REC-21: hooks are asked before anything is done", () => {
  const dead = lost("dead", now - 1500);
  test.each<[string, HostObservation, Scene, string]>([
    ["nobody has answered yet", dead, {}, "stay: ask"],
    ["the answer is about another failure", dead, says(crashCause, "Wait"), "stay: ask"],
    ["left to recovery", dead, says(lostCause), "place: Replace"],
    ["told to wait", dead, says(lostCause, "Wait"), "stay: wait: Wait by strict"],
    ["told to ignore it", dead, says(lostCause, "Ignore"), "stay: ignore: Ignore by strict"],
    ["told to fail its phase", dead, says(lostCause, "FailPhase"), "stay: HostLost: FailPhase by strict"],
    ["not before the failure counts", dead, { recovery: { host: { after: "1m" } } }, "stay: wait"],
    ["not while the brake is on", dead, { braked: true }, "stay: Braked"],
    ["not about who leaves in good order", connected(), { leaving: true }, "place: Replace"],
    ["not about others' failures", dead, { hooks: [aHook("strict", { events: ["CrashLoop"] })] }, "place: Replace"],
    [
      "not about others' members",
      dead,
      { hooks: [aHook("strict", { selector: { matchLabels: { "plush.dev/component": "db" } } })] },
      "place: Replace",
    ],
  ])("%s", (_name, observation, scene, expected) => {
    expect(told(observation, { hooks, ...scene })).toBe(expected);
  });

  test.each<[RecoveryAction, string]>([
    ["Replace", "place: Replace by strict"],
    ["Wait", "stay: wait: Wait by strict"],
    ["Restart", "stay: wait: Restart by strict"],
    ["FailApplication", "stay: CrashLoop: FailApplication by strict"],
  ])("a crash, and the hook says %s", (action, expected) => {
    expect(crash({}, false, { hooks, ...says(crashCause, action) })).toBe(expected);
  });

  /** A process that never restarts ended with 3. */
  function jobFailed(more: Scene = {}, uid = "u1"): string {
    const job = aProcess("web-0-job", mine, {
      metadata: { uid },
      spec: { restartPolicy: "Never" },
      status: { state: "Exited", exitCode: 3, output: "boom", epoch: 1, revision: "r1" },
    });
    const recovery = { hooks: ["strict"], ...more.recovery };
    return told(connected([aReport(mine)]), { claim: mine, processes: [job], hooks, ...more, recovery });
  }
  const jobCause = (uid = "u1"): string => JSON.stringify(["ProcessFailed", 1, "", "web-0-job", uid]);

  test.each<[string, Scene, string]>([
    ["nobody has answered yet", {}, "stay: ask"],
    ["left to recovery", says(jobCause()), "stay: ignore: FailPhase"],
    ["told to replace the member", says(jobCause(), "Replace"), "place: Replace by strict"],
    ["told to ignore it", says(jobCause(), "Ignore"), "stay: ignore: Ignore by strict"],
    ["told to fail all", says(jobCause(), "FailApplication"), "stay: ignore: FailApplication by strict"],
    ["the hook is not there", { hooks: [] }, "stay: ignore: FailPhase"],
    [
      "the hook asks for other failures",
      { hooks: [aHook("strict", { events: ["CrashLoop"] })] },
      "stay: ignore: FailPhase",
    ],
    ["no hook is named", { recovery: { hooks: [] } }, "stay"],
    ["the answer is about the try before", says(jobCause("u0"), "FailPhase"), "stay: ask"],
  ])("B-REC-25: a process that never restarts, %s", (_name, scene, expected) => {
    expect(jobFailed(scene)).toBe(expected);
  });

  test("what was answered before the server was started again is not asked again", () => {
    const failure = { reason: "HostLost", message: "", epoch: 1, action: "Wait", hook: "strict" } as const;
    const claim: Claim = { ...mine, status: { ...mine.status, failure } };
    expect(told(dead, { claim, hooks })).toBe("stay: wait: Wait by strict");
  });

  test("what is proposed is what would be done, and what is allowed is what makes sense", () => {
    const asked = (observation: HostObservation, scene: Scene) => {
      const decision = decideFor(observation, { hooks, ...scene });
      if (decision.kind === "place" || decision.hold?.kind !== "ask") throw new Error("nobody is asked");
      return `${decision.hold.proposed} of ${decision.hold.allowed.join(", ")}`;
    };
    const all = "Replace, Wait, Ignore, FailPhase, FailApplication";
    expect(asked(dead, {})).toBe(`Replace of ${all}`);
    expect(asked(dead, { recovery: { host: { action: "Ignore" } } })).toBe(`Ignore of ${all}`);
    const crashing = { claim: mine, processes: [crashed()] };
    expect(asked(connected([aReport(mine)]), crashing)).toBe(`Restart of ${all}, Restart`);
    const tied = aBoundClaim("web-0", "m1", { spec: { targetResourceName: "m1" } });
    expect(asked(dead, { claim: tied })).toBe("Wait of Wait, Ignore, FailPhase, FailApplication");
  });

  test("maxReplacements holds for them too", () => {
    fc.assert(
      fc.property(fc.nat(6), (history) => {
        const replacements = Array.from({ length: history }, () => ({
          at: new Date(now - 60_000).toISOString(),
          from: "m0",
          reason: "HostLost",
        }));
        const claim = aBoundClaim("web-0", "m1", { status: { replacements } });
        const expected = history < 3 ? "place: Replace by strict" : "stay: ReplacementsUsedUp: Replace by strict";
        expect(told(dead, { claim, hooks, ...says(lostCause, "Replace") })).toBe(expected);
      }),
    );
  });
});
