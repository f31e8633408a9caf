import { describe, expect, test } from "vitest";
import {
  type Application,
  type ApplicationRevision,
  type Component,
  kinds,
  mustDecode,
  type Software,
} from "../../api/index.ts";
import { planApplication } from "./plan.ts";
import { applicationStatus } from "./status-plan.ts";
import type { ApplicationWorld } from "./world.ts";

const apiVersion = "plush.dev/v1";
const minute = 60_000;

/** An application of two members whose controller runs on virtual time; components do as they are told by `arrive`. */
class Scene {
  now = Date.parse("2026-01-01T00:00:00Z");
  application: Application;
  components: readonly Component[] = [];
  history: readonly ApplicationRevision[] = [];
  /** What its files refer to. */
  fileText = "one";
  software = new Map<string, Software>();

  constructor(spec: object = {}) {
    this.application = mustDecode(kinds.Application, {
      apiVersion,
      kind: "Application",
      metadata: { name: "web", namespace: "default", uid: "uid-web", generation: 1 },
      spec: { components: [{ name: "web", replicas: 2 }], phases: [], ...spec },
    });
    this.run("v1");
  }

  /** What all members run; a new version is a change. */
  run(version: string, more: object = {}): void {
    const command = [version];
    const phases = [{ name: "serve", processes: [{ name: "main", command, restartPolicy: "Always" }] }];
    this.change({ phases, ...more });
  }

  change(spec: object): void {
    const { metadata } = this.application;
    const next = mustDecode(kinds.Application, { ...this.application, spec: { ...this.application.spec, ...spec } });
    const generation = (metadata.generation ?? 0) + 1;
    this.application = {
      ...next,
      metadata: { ...metadata, generation },
      ...(this.application.status && { status: this.application.status }),
    };
  }

  package(digest: string): void {
    const status = { state: "Ready", digest, observedGeneration: 1 };
    const metadata = { name: "pack", namespace: "default", generation: 1 };
    this.software.set("pack", mustDecode(kinds.Software, { apiVersion, kind: "Software", metadata, status }));
  }

  /** What the controller does, twice: plans, writes, and tells. */
  reconcile(): this {
    for (let turn = 0; turn < 3; turn++) {
      const plan = planApplication(this.#world());
      const { create, remove } = plan.rollout;
      const kept = this.history.filter((one) => !remove.includes(one));
      this.history = create === undefined ? kept : [...kept, mustDecode(kinds.ApplicationRevision, create)];
      for (const { verb, child } of plan.actions) {
        if (child.kind !== "Component") continue;
        const metadata = { ...child.metadata, uid: "uid-c", generation: (child.metadata.generation ?? 0) + 1 };
        if (verb !== "delete") this.components = [mustDecode(kinds.Component, { ...child, metadata })];
      }
      const status = applicationStatus(this.#world(), planApplication(this.#world()));
      this.application = { ...this.application, status };
    }
    return this;
  }

  /** So many members have come through with what the component says now. */
  arrive(updated: number, ready = updated): this {
    this.components = this.components.map((it) => ({
      ...it,
      status: {
        ...it.status,
        observedGeneration: it.metadata.generation ?? 0,
        replicas: 2,
        claimed: 2,
        configured: 2,
        ready,
        updated,
        ...(updated === 2 && it.spec.revision !== undefined && { revision: it.spec.revision }),
      },
    }));
    return this.reconcile();
  }

  get command(): string {
    const wanted = planApplication(this.#world());
    return wanted.rollout.application.spec.phases[0]?.processes[0]?.command[0] ?? "";
  }

  get revision(): string | undefined {
    return this.application.status?.currentRevision;
  }

  condition(type: string): string {
    const found = this.application.status?.conditions?.find((one) => one.type === type);
    return `${found?.status} ${found?.reason}: ${found?.message}`;
  }

  recheckAfterMs(): number | undefined {
    return planApplication(this.#world()).rollout.recheckAfterMs;
  }

  #world(): ApplicationWorld {
    const { application, components, history, software, now } = this;
    const none = { claims: [], phases: [], processes: 0, residueOn: [] };
    return {
      application,
      components,
      fileSource: () => this.fileText,
      history,
      software,
      now,
      ...none,
      foreignNames: { components: new Set(), phases: new Set() },
    };
  }
}

describe("history", () => {
  test("each change that reaches members is a revision; going back is none", () => {
    const scene = new Scene().reconcile().arrive(2);
    expect(scene.revision).toBe("web-1");
    scene.change({ updateStrategy: { maxUnavailable: 2 } });
    scene.reconcile();
    expect(scene.history).toHaveLength(1);
    scene.run("v2");
    scene.reconcile().arrive(2);
    expect(scene.revision).toBe("web-2");
    scene.run("v1");
    scene.reconcile();
    expect(scene.revision).toBe("web-1");
    expect(scene.history.map(({ spec }) => spec.revision)).toEqual([1, 2]);
  });

  test.each([
    ["Restart", "web-2"],
    ["Signal", "web-1"],
    ["None", "web-1"],
  ])("B-FIL-16: a changed ConfigMap of a file with onChange %s leads to revision %s", (onChange, revision) => {
    const files = [{ path: "conf", onChange, configMapKeyRef: { name: "settings", key: "conf" } }];
    const main = { name: "main", command: ["web"], restartPolicy: "Always", files };
    const scene = new Scene();
    scene.change({ phases: [{ name: "serve", processes: [main] }] });
    scene.reconcile().arrive(2);
    expect(scene.revision).toBe("web-1");
    scene.fileText = "two";
    scene.reconcile().arrive(2);
    expect(scene.revision).toBe(revision);
  });

  test("B-UPD-12: is cut to its limit; what is in use stays", () => {
    const scene = new Scene({ revisionHistoryLimit: 2 }).reconcile().arrive(2);
    for (const version of ["v2", "v3", "v4", "v5"]) {
      scene.run(version, { revisionHistoryLimit: 2 });
      scene.reconcile();
    }
    expect(scene.history.map(({ spec }) => spec.revision)).toEqual([1, 3, 4, 5]);
  });

  test("a new digest of a package is a revision; a restart too", () => {
    const scene = new Scene();
    scene.package("sha256:a");
    scene.change({ components: [{ name: "web", replicas: 2, software: ["pack"] }] });
    scene.reconcile().arrive(2);
    scene.package("sha256:b");
    scene.reconcile();
    expect(scene.revision).toBe("web-2");
    scene.change({ restartedAt: "2026-01-01T00:00:00Z" });
    scene.reconcile();
    expect(scene.revision).toBe("web-3");
  });
});

describe("an update that makes no progress", () => {
  const stuck = (more: object = {}): Scene => {
    const scene = new Scene().reconcile().arrive(2);
    scene.run("v2", more);
    return scene.reconcile();
  };

  test("is reverted after the deadline; the spec stays, and so does the revert until something else is asked for", () => {
    const scene = stuck();
    expect(scene.recheckAfterMs()).toBe(10 * minute);
    scene.now += 10 * minute;
    scene.reconcile();
    expect(scene.command).toBe("v1");
    expect(scene.revision).toBe("web-1");
    expect(scene.application.spec.phases[0]?.processes[0]?.command).toEqual(["v2"]);
    expect(scene.condition("Stalled")).toMatch(
      /^True UpdateReverted: revision 2 made no progress for 10m.*back to revision 1$/,
    );
    expect(scene.components[0]?.spec.softwareRevision).toBe("web-1");
    scene.now += 60 * minute;
    scene.change({ cleanup: { timeout: "5s" } });
    scene.reconcile().arrive(2);
    expect(scene.command).toBe("v1");
    scene.run("v3");
    scene.reconcile();
    expect(scene.command).toBe("v3");
    expect(scene.condition("Stalled")).toMatch(/^False/);
  });

  test("goes on as long as members get further", () => {
    const scene = stuck();
    scene.now += 9 * minute;
    scene.arrive(1);
    scene.now += 9 * minute;
    scene.reconcile();
    expect(scene.command).toBe("v2");
    scene.now += minute;
    scene.reconcile();
    expect(scene.command).toBe("v1");
  });

  test("B-UPD-13: is only told of where autoRevert is false", () => {
    const scene = stuck({ updateStrategy: { autoRevert: false, progressDeadline: "1m" } });
    scene.now += minute;
    scene.reconcile();
    expect(scene.command).toBe("v2");
    expect(scene.condition("Stalled")).toMatch(/^True ProgressDeadlineExceeded: revision 2 made no progress for 1m/);
  });

  test("the first rollout has nothing to go back to, and a pause stops the clock", () => {
    const first = new Scene().reconcile();
    first.now += 60 * minute;
    first.reconcile();
    expect(first.condition("Stalled")).toMatch(/^False/);
    const paused = stuck({ paused: true });
    paused.now += 60 * minute;
    paused.reconcile();
    paused.change({ paused: false });
    paused.reconcile();
    expect(paused.command).toBe("v2");
    expect(paused.recheckAfterMs()).toBe(10 * minute);
  });
});

describe("a pinned revision", () => {
  test("B-UPD-14: is run with its packages; changes wait until it is let go", () => {
    const scene = new Scene();
    scene.package("sha256:a");
    scene.change({ components: [{ name: "web", replicas: 2, software: ["pack"] }] });
    scene.reconcile().arrive(2);
    scene.package("sha256:b");
    scene.run("v2");
    scene.reconcile().arrive(2);
    scene.change({ pinnedRevision: 1, components: [{ name: "web", replicas: 3, software: ["pack"] }] });
    scene.reconcile();
    expect(scene.revision).toBe("web-1");
    expect(scene.command).toBe("v1");
    expect(scene.components[0]?.spec).toMatchObject({ replicas: 3, softwareRevision: "web-1" });
    scene.run("v3");
    scene.reconcile();
    expect(scene.command).toBe("v1");
    const { pinnedRevision: _pin, ...spec } = scene.application.spec;
    scene.application = { ...scene.application, spec };
    scene.reconcile();
    expect(scene.command).toBe("v3");
    expect(scene.components[0]?.spec.softwareRevision).toBeUndefined();
  });

  test("that is not there changes nothing, and says so", () => {
    const scene = new Scene().reconcile().arrive(2);
    scene.change({ pinnedRevision: 7 });
    scene.reconcile();
    expect(scene.command).toBe("v1");
    expect(scene.condition("Stalled")).toMatch(/^True ReferenceNotFound: pinnedRevision: revision 7 is not there/);
  });
});
