import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { type HookProgram, startHookProgram } from "../support/hook-program.ts";
import { useLocalPool } from "../support/local-pool.ts";
import type { SeenObject } from "../support/objects.ts";

describe("manifests/examples/hook, on a local pool", () => {
  const { server } = useLocalPool("hook", 4);
  let hook: HookProgram;

  beforeAll(async () => {
    hook = await startHookProgram();
  });

  afterAll(() => hook.stop());

  it("B-REC-24: the hook is asked, signed, and what it answers is done and told", async () => {
    expect(await server.run(["apply", "-f", "-"], { input: hook.manifest })).toMatchObject({ code: 0 });
    await eventually(async () => {
      const { spec, status } = await server.get<SeenObject>("claim", "judged-servers-0");
      expect([spec.epoch, status?.state]).toEqual([2, "Ready"]);
    }, 60_000);
    expect(hook.output()).toContain("CrashLoop of servers-0: Replace");
    const told = await server.plush("describe", "hook", "judge");
    expect(told).toMatch(/HookAsked +.*hook judge is asked about servers-0 \(CrashLoop\)/);
    expect(told).toMatch(/HookAnswered +.*hook judge says Replace for servers-0 \(CrashLoop\)/);
    expect(await server.plush("get", "hooks")).toMatch(/judge +http:\S+ +Ready +Replace/);
    expect(await server.plush("describe", "application", "judged")).toContain("hook judge says Replace");
  });

  it("B-REC-25: it is asked about a process that never restarts, whose phase waits for the answer", async () => {
    const job = `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: retold}
spec:
  components: [{name: workers, replicas: 2}]
  phases:
    - name: run
      processes:
        - name: job
          command: [sh, -c, 'test "$PLUSH_ORDINAL-$PLUSH_EPOCH" != 0-1 && exit 0; echo not here; exit 3']
          restartPolicy: Never
  recovery: {hooks: [judge]}
`;
    expect(await server.run(["apply", "-f", "-"], { input: job })).toMatchObject({ code: 0 });
    await eventually(async () => {
      expect((await server.get<SeenObject>("application", "retold")).status?.state).toBe("Complete");
    }, 60_000);
    expect(hook.output()).toContain("ProcessFailed of workers-0: Replace");
    expect(await server.plush("events", "--for", "application/retold")).toContain("(ProcessFailed)");
    await server.plush("delete", "application", "retold", "--timeout=30s");
  });

  it("a hook with another key refuses the call, which is told with recovery's own word", async () => {
    const stranger = await startHookProgram("another key");
    try {
      await server.plush("delete", "application", "judged", "--timeout=30s");
      expect(await server.run(["apply", "-f", "-"], { input: stranger.manifest })).toMatchObject({ code: 0 });
      await eventually(async () => {
        const told = await server.plush("events", "--for", "application/judged", "--types=Warning");
        expect(told).toContain("hook judge answered 401, and not 200 or 204; recovery's own word holds for servers-0");
      }, 60_000);
      expect((await server.get<SeenObject>("claim", "judged-servers-0")).spec.epoch).toBe(1);
    } finally {
      await stranger.stop();
    }
  });
});
