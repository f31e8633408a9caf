import { describe, expect, test } from "vitest";
import { kinds } from "../../../pkg/api/index.ts";
import { type Kubectl, kubectlPrograms, startKubectl } from "./kubectl.ts";
import { application, configMap } from "./manifests.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 10_000 };

async function names({ user }: Kubectl): Promise<readonly (string | undefined)[]> {
  const { items } = await user.list(kinds.ConfigMap);
  return items.map(({ metadata }) => metadata.name);
}

/** An owner with one dependent that blocks its deletion. */
async function makeFamily({ user }: Kubectl): Promise<void> {
  const place = { namespace: "default" };
  const owner = await user.create(kinds.ConfigMap, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "owner", ...place },
  });
  const reference = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: owner.metadata.uid ?? "" };
  await user.create(kinds.ConfigMap, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "dependent", ...place, ownerReferences: [{ ...reference, blockOwnerDeletion: true }] },
  });
}

describe.skipIf(kubectlPrograms().length === 0).each(kubectlPrograms())(
  "kubectl $version deletes and waits",
  (program) => {
    test("with every policy, and with a finalizer in the way", async () => {
      const kubectl = await startKubectl(program);
      const { run, give } = kubectl;
      await makeFamily(kubectl);
      expect((await run("delete", "cm", "owner", "--dry-run=server")).code).toBe(0);
      expect(await names(kubectl)).toEqual(["dependent", "owner"]);
      expect((await run("delete", "cm", "owner")).code).toBe(0);
      await expect.poll(() => names(kubectl), soon).toEqual([]);
      await makeFamily(kubectl);
      expect((await run("delete", "cm", "owner", "--cascade=foreground")).code).toBe(0);
      expect(await names(kubectl)).toEqual([]);
      await makeFamily(kubectl);
      expect((await run("delete", "cm", "owner", "--cascade=orphan")).code).toBe(0);
      expect(await names(kubectl)).toEqual(["dependent"]);
      expect((await run("delete", "cm", "--all")).code).toBe(0);

      await give(configMap("held", {}, { finalizers: ["test/hold"] }), "create", "-f", "-");
      const late = await run("delete", "cm", "held", "--timeout=1s");
      expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining("timed out") });
      await run("patch", "cm", "held", "--type=merge", "-p", '{"metadata":{"finalizers":null}}');
      expect(await names(kubectl)).toEqual([]);
      expect((await run("delete", "cm", "held")).stderr).toContain("NotFound");
      expect((await run("delete", "cm", "held", "--ignore-not-found")).code).toBe(0);
    });

    test("for conditions, values and deletions; a stale condition is none", async () => {
      const kubectl = await startKubectl(program);
      const { run, give, start, user, environment } = kubectl;
      const key = { namespace: "default", name: "web" };
      const report = async (observedGeneration: number): Promise<void> => {
        const at = { lastTransitionTime: "2026-01-01T00:00:00Z", message: "" };
        const condition = { type: "Ready", status: "True", reason: "Available", observedGeneration, ...at };
        const body = { status: { state: "Running", conditions: [condition] } };
        await user.patch(kinds.Application, key, { type: "merge", body }, { subresource: "status" });
      };
      await give(application("web"), "apply", "-f", "-");
      await report(1);
      expect((await run("wait", "--for=condition=Ready", "app/web", "--timeout=30s")).code).toBe(0);
      expect((await run("wait", "--for=jsonpath={.status.state}=Running", "app/web", "--timeout=30s")).code).toBe(0);
      await give(application("web", { replicas: 3 }), "apply", "-f", "-");
      expect((await run("wait", "--for=condition=Ready", "app/web", "--timeout=1s")).code).toBe(1);
      const waiting = start("wait", "--for=condition=Ready", "app/web", "--timeout=20s");
      await report(2);
      expect((await waiting.ended).code).toBe(0);
      // Newer clients watch instead of listing first.
      environment["KUBE_FEATURE_WatchListClient"] = "true";
      expect((await run("wait", "--for=condition=Ready", "app/web", "--timeout=30s")).code).toBe(0);
      const gone = start("wait", "--for=delete", "app/web", "--timeout=20s");
      expect((await run("delete", "app", "web")).code).toBe(0);
      expect((await gone.ended).code).toBe(0);
      expect((await run("wait", "--for=condition=Ready", "app/web", "--timeout=1s")).stderr).toContain("not found");
    });
  },
);
