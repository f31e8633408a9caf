import { beforeAll, describe, expect, it } from "vitest";
import { useLocalPool } from "../support/local-pool.ts";

interface Seen {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly pid?: number; readonly state?: string; readonly currentRevision?: string };
}

// Updates as their users see them: real processes on machines of this computer.
describe("rollouts", () => {
  const { server } = useLocalPool("roll", 2);
  const plush = (...words: string[]): Promise<string> => server.plush(...words);

  beforeAll(async () => {
    await server.apply(web("v1"));
    await plush("wait", "app/web", "--for=condition=Ready", "--timeout=60s");
  });

  /** A service that says which version it is, and is ready unless its version is "broken". */
  const web = (version: string): string => `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: web, annotations: {kubernetes.io/change-cause: "to ${version}"}}
spec:
  components: [{name: web, replicas: 2}]
  phases:
  - name: serve
    processes:
    - name: main
      command: [sh, -c, "echo version ${version}; [ ${version} = broken ] || touch ready; exec sleep 1000"]
      restartPolicy: Always
      readinessProbe: {exec: {command: [test, -e, ready]}}
      stop: {timeout: 1s}
  updateStrategy: {progressDeadline: 4s}
`;

  const versions = async (): Promise<readonly string[]> => {
    const text = await plush("logs", "application/web", "--tail=1");
    return [...text.matchAll(/version (\w+)/g)].map(([, version = ""]) => version);
  };
  const pids = async (): Promise<readonly (number | undefined)[]> =>
    (await server.list<Seen>("processes")).map(({ status }) => status?.pid);
  const eventually = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 40_000, interval: 200 });

  it("B-UPD-1: a change reaches the members one after another, and is a revision", async () => {
    await server.apply(web("v2"));
    expect(await plush("rollout", "status", "app/web", "--timeout=60s")).toContain("is rolled out: web-2");
    expect(await versions()).toEqual(["v2", "v2"]);
    expect(await plush("rollout", "history", "web")).toMatch(/1 .*to v1\n.*2 +current .*to v2/);
  });

  it("B-UPD-2: a version that never gets ready is reverted, and the spec stays as it was applied", async () => {
    // The directory outlives the process: what the version before left there must not make this one ready.
    await server.apply(web("broken").replace("echo", "rm -f ready; echo"));
    const { code, stdout } = await server.run(["rollout", "status", "app/web", "--timeout=60s"]);
    expect(code).toBe(1);
    expect(stdout).toContain("UpdateReverted: revision 3 made no progress for 4s");
    await eventually(versions).toEqual(["v2", "v2"]);
    expect(await plush("get", "app", "web", "-o", "yaml")).toContain("version broken");
    expect(await plush("rollout", "history", "web")).toMatch(/2 +current.*\n.*3 +reverted/);
    await server.apply(web("v4"));
    await plush("rollout", "status", "app/web", "--timeout=60s");
    expect(await versions()).toEqual(["v4", "v4"]);
  });

  it("B-UPD-3: undo runs an earlier revision, and what is applied then waits for resume", async () => {
    await plush("rollout", "undo", "app/web", "--to-revision", "1");
    await plush("rollout", "status", "app/web", "--timeout=60s");
    expect(await versions()).toEqual(["v1", "v1"]);
    await server.apply(web("v5"));
    await plush("rollout", "status", "app/web", "--timeout=60s");
    expect(await versions()).toEqual(["v1", "v1"]);
    await plush("rollout", "resume", "app/web");
    await eventually(versions).toEqual(["v5", "v5"]);
  });

  it("B-UPD-4: restart gives every member a new process; a pause holds changes", async () => {
    await plush("rollout", "status", "app/web", "--timeout=60s");
    const before = await pids();
    await plush("rollout", "restart", "app/web");
    await plush("rollout", "status", "app/web", "--timeout=60s");
    const after = await pids();
    expect(after.every((pid) => pid !== undefined && !before.includes(pid))).toBe(true);
    await plush("rollout", "pause", "app/web");
    await server.apply(web("v6"));
    expect(await plush("rollout", "status", "app/web", "--watch=false")).toContain(
      "paused: plush rollout resume goes on",
    );
    expect(await versions()).toEqual(["v5", "v5"]);
    await plush("rollout", "resume", "app/web");
    await eventually(versions).toEqual(["v6", "v6"]);
  });
});
