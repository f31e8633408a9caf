import { describe, expect, test } from "vitest";
import { alternativeChildName, type Process, type RecoveryAction } from "../../api/index.ts";
import { asProcess, once, type PhaseDraft, Scene, service } from "./fixtures/scene.ts";

const setup: PhaseDraft = { name: "setup" };
const serve: PhaseDraft = { name: "serve", after: ["setup"], processes: [service] };

/** Every member serves. */
function serving(members: number, phases: readonly PhaseDraft[] = [setup, serve]): Scene {
  const scene = new Scene({ members: { web: members }, phases });
  scene.settle();
  scene.finish(/setup/);
  scene.settle();
  scene.report(/serve/, { state: "Ready" });
  scene.settle();
  return scene;
}

function processOf(scene: Scene, name: string): Process {
  const found = scene.processes.find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`no process ${name}`);
  return found;
}

describe("a new process", () => {
  test("has its name, labels, owner and place", () => {
    const scene = new Scene({
      members: { web: 1 },
      phases: [{ ...setup, recovery: { process: { action: "FailPhase" } } }],
    });
    scene.step("setup");
    const [write] = scene.plan("setup").writes;
    expect(write?.verb).toBe("create");
    const { metadata, spec } = asProcess(write?.object ?? { apiVersion: "", kind: "", metadata: {} });
    expect(metadata).toMatchObject({
      name: "app-setup-main-web-0",
      namespace: "default",
      labels: {
        "plush.dev/application": "app",
        "plush.dev/component": "web",
        "plush.dev/ordinal": "0",
        "plush.dev/phase": "setup",
        "plush.dev/process": "main",
        "plush.dev/resource": "m0",
      },
      ownerReferences: [{ kind: "Phase", name: "app-setup", controller: true }],
    });
    expect(spec).toMatchObject({
      command: ["./main"],
      restartPolicy: "Never",
      applicationName: "app",
      componentName: "app-web",
      component: "web",
      ordinal: 0,
      phaseName: "app-setup",
      phase: "setup",
      process: "main",
      claimName: "app-web-0",
      claimUid: scene.claims[0]?.metadata.uid,
      epoch: 1,
      revision: scene.phase("setup").spec.revisions["web"],
      suspend: false,
      catchingUp: false,
      recovery: { action: "FailPhase" },
    });
    for (const field of ["name", "ordinals", "catchUp"]) expect(spec).not.toHaveProperty(field);
  });

  test.each([
    ["is made with its first status", {}, "Pending"],
    ["is first told of by who looks up what it names", { envFrom: [{ secretRef: { name: "s" } }] }, undefined],
    ["is first told of by who knows its machine's users", { user: "web" }, undefined],
  ])("%s", (_, more, state) => {
    const scene = new Scene({
      members: { web: 1 },
      phases: [{ ...serve, after: [], processes: [{ ...service, ...more }] }],
    });
    scene.step("serve");
    const [write] = scene.plan("serve").writes;
    expect(asProcess(write?.object ?? { apiVersion: "", kind: "", metadata: {} }).status?.state).toBe(state);
  });

  test("is made only after the opening is stored", () => {
    const scene = new Scene({ members: { web: 1 }, phases: [setup] });
    expect(scene.step("setup")).toEqual([]);
    expect(scene.step("setup")).toEqual(["create app-setup-main-web-0 e1"]);
  });

  test("takes the other name where somebody else has its own", () => {
    const scene = new Scene({ members: { web: 1 }, phases: [setup] });
    scene.foreignNames = ["app-setup-main-web-0"];
    expect(scene.settle()).toEqual([`create ${alternativeChildName("app-setup", "main", "web", 0)} e1`]);
  });

  test("waits until the process of a former claim has gone", () => {
    const scene = serving(1, [{ name: "serve", processes: [service] }]);
    scene.renew("web", 0);
    expect(scene.step("serve")).toEqual(["delete app-serve-main-web-0"]);
    expect(scene.step("serve")).toEqual(["create app-serve-main-web-0 e1 catch-up"]);
  });

  test("waits for one that is being deleted, too, and leaves that alone", () => {
    const scene = serving(1, [{ name: "serve", processes: [service] }]);
    scene.processes = scene.processes.map((it) => ({
      ...it,
      metadata: { ...it.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" },
    }));
    expect(scene.settle()).toEqual([]);
    scene.processes = [];
    expect(scene.settle()).toEqual(["create app-serve-main-web-0 e1"]);
  });
});

describe("a replacement", () => {
  test("B-PHA-5: runs through released phases in their order, catching up", () => {
    const scene = serving(2);
    scene.replace("web-1");
    expect(scene.settle()).toEqual(["update app-setup-main-web-1 e2 catch-up"]);
    expect(processOf(scene, "app-setup-main-web-1").metadata.labels).toMatchObject({ "plush.dev/resource": "spare2" });
    scene.finish(/setup/);
    expect(scene.settle()).toEqual(["update app-serve-main-web-1 e2 catch-up"]);
  });

  test("is no catching up where the phase is still open", () => {
    const scene = new Scene({ members: { web: 1 }, phases: [setup] });
    scene.settle();
    scene.replace("web-0");
    expect(scene.settle()).toEqual(["update app-setup-main-web-0 e2"]);
  });

  test("of a member that was asked to leave has processes of its own", () => {
    const scene = serving(1);
    scene.claims = scene.claims.map((claim) => ({
      ...claim,
      metadata: { ...claim.metadata, annotations: { "plush.dev/evict": "1" } },
    }));
    expect(scene.settle()).toEqual([]);
    scene.replace("web-0");
    const gone = ["delete app-serve-main-web-0", "delete app-setup-main-web-0"];
    expect([...scene.step("setup"), ...scene.step("serve")].sort()).toEqual(gone);
    scene.processes = [];
    expect(scene.settle()).toEqual(["create app-setup-main-web-0 e2 catch-up"]);
  });

  test("B-PHA-6: leaves out what is not to be caught up with", () => {
    const scene = serving(1, [{ ...setup, processes: [{ ...once, catchUp: "Skip" }] }, serve]);
    scene.replace("web-0");
    expect(scene.settle()).toEqual(["update app-serve-main-web-0 e2 catch-up"]);
  });
});

describe("a change", () => {
  const changedSetup: PhaseDraft = { ...setup, processes: [{ ...once, args: ["again"] }] };
  const last: PhaseDraft = { name: "last", after: ["serve"], processes: [service] };

  test("B-UPD-7: stops what comes after, last first, before it is made; and then all run again", () => {
    const scene = serving(1, [setup, serve, last]);
    scene.report(/last/, { state: "Ready" });
    scene.settle();
    scene.describe([changedSetup, serve, last]);
    expect(scene.settle()).toEqual(["update app-last-main-web-0 e1 stop"]);
    scene.report(/last/, { state: "Exited" });
    expect(scene.settle()).toEqual(["update app-serve-main-web-0 e1 stop"]);
    scene.report(/serve/, { state: "Stopping" });
    expect(scene.settle()).toEqual([]);
    scene.report(/serve/, { state: "Exited" });
    expect(scene.settle()).toEqual(["update app-setup-main-web-0 e1"]);
    expect(processOf(scene, "app-setup-main-web-0").spec.args).toEqual(["again"]);
    scene.finish(/setup/);
    expect(scene.settle()).toEqual(["update app-serve-main-web-0 e1"]);
    scene.report(/serve/, { state: "Ready" });
    expect(scene.settle()).toEqual(["update app-last-main-web-0 e1"]);
  });

  test("waits until the member is admitted", () => {
    const scene = serving(2);
    const before = scene.claims;
    scene.describe([setup, { ...serve, processes: [{ ...service, args: ["new"] }] }]);
    const after = scene.claims;
    scene.claims = before;
    expect(scene.settle()).toEqual([]);
    scene.claims = [...after.slice(0, 1), ...before.slice(1)];
    expect(scene.settle()).toEqual(["update app-serve-main-web-0 e1"]);
  });

  test("a process that is no longer described goes", () => {
    const other = { ...service, name: "other" };
    const scene = serving(1, [setup, { ...serve, processes: [service, other] }]);
    scene.describe([setup, serve]);
    expect(scene.settle()).toEqual(["update app-serve-main-web-0 e1", "delete app-serve-other-web-0"]);
  });

  test("B-UPD-8: of probes is none of the run: they are set, changed and taken away at once", () => {
    const scene = serving(1);
    const { revision } = processOf(scene, "app-serve-main-web-0").spec;
    for (const port of [1, 2, undefined]) {
      const probe = port === undefined ? {} : { readinessProbe: { tcpSocket: { port } } };
      scene.describe([setup, { ...serve, processes: [{ ...service, ...probe }] }]);
      expect(scene.settle()).toEqual(["update app-serve-main-web-0 e1"]);
      const { spec } = processOf(scene, "app-serve-main-web-0");
      expect(spec.revision).toBe(revision);
      expect(spec.readinessProbe?.tcpSocket?.port).toBe(port);
    }
  });
});

test("processes of members that have left go", () => {
  const scene = serving(2);
  scene.scale("web", 1);
  expect(scene.settle()).toEqual(["delete app-setup-main-web-1", "delete app-serve-main-web-1"]);
});

describe("B-REC-25: hooks are asked about a process that never restarts", () => {
  /** Member 1 of two has ended with 3; its claim says what is done about that. */
  function failing(action?: RecoveryAction): Scene {
    const scene = new Scene({ members: { web: 2 }, phases: [setup] });
    scene.components = scene.components.map((it) => {
      return { ...it, spec: { ...it.spec, recovery: { ...it.spec.recovery, hooks: ["judge"] } } };
    });
    scene.settle();
    scene.finish(/web-0/);
    scene.finish(/web-1/, 3);
    if (action !== undefined) decide(scene, action);
    scene.settle();
    return scene;
  }

  function decide(scene: Scene, action: RecoveryAction): void {
    scene.claims = scene.claims.map((claim) => {
      const { ordinal, epoch, revision } = claim.spec;
      if (ordinal !== 1) return claim;
      const words = { reason: "ProcessFailed", message: "", processName: "app-setup-main-web-1" };
      const failure = { ...words, epoch, action, ...(revision !== undefined && { revision }) };
      return { ...claim, status: { ...claim.status, failure } };
    });
  }

  test("its phase waits for what they say", () => {
    const scene = failing();
    expect(scene.phase("setup").status).toMatchObject({ state: "Open", failed: [] });
    decide(scene, "FailPhase");
    scene.settle();
    expect(scene.phase("setup").status).toMatchObject({ state: "Failed", failed: [{ ordinal: 1 }] });
  });

  test.each<[RecoveryAction, string]>([
    ["FailApplication", "Failed"],
    ["Ignore", "Open"],
    ["Replace", "Open"],
  ])("they say %s: the phase is %s", (action, state) => {
    expect(failing(action).phase("setup").status?.state).toBe(state);
  });

  test("they say Replace: the new holder runs it anew", () => {
    const scene = failing("Replace");
    scene.replace("web-1");
    expect(scene.settle()).toContain("update app-setup-main-web-1 e2");
    scene.finish(/web-1/);
    scene.settle();
    expect(scene.phase("setup").status?.state).toBe("Released");
  });
});
