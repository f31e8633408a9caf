import { describe, expect, test } from "vitest";
import { kinds, type Process, type Resource } from "../../../pkg/api/index.ts";
import { aReadyResource } from "../../support/builders.ts";
import { type Kubectl, kubectlPrograms, startKubectl } from "./kubectl.ts";
import { manifestList, process } from "./manifests.ts";

/** Puts statuses in the way the server's own controllers do. */
async function withMachine({ controller, give }: Kubectl): Promise<void> {
  const { status } = aReadyResource("m1", { status: { attributes: { os: "linux", "cpu.cores": 2 } } });
  const made = await controller.create(kinds.Resource, {
    apiVersion: "plush.dev/v1",
    kind: "Resource",
    metadata: { name: "m1" },
    spec: { address: "10.0.0.1" },
  } as Resource);
  await controller.update(
    kinds.Resource,
    { ...made, ...(status !== undefined && { status }) },
    { subresource: "status" },
  );
  expect(await give(manifestList(process("p1"), process("p2")), "create", "-f", "-")).toMatchObject({ code: 0 });
  const p1 = await controller.get(kinds.Process, { namespace: "default", name: "p1" });
  const ready: Process = { ...p1, status: { state: "Ready", resourceName: "m1", restarts: 0, pid: 7 } };
  await controller.update(kinds.Process, ready, { subresource: "status" });
}

describe.skipIf(kubectlPrograms().length === 0).each(kubectlPrograms())("kubectl $version sees", (program) => {
  test("machines as nodes and processes as pods", async () => {
    const kubectl = await startKubectl(program);
    await withMachine(kubectl);
    const { run } = kubectl;
    const nodes = await run("get", "nodes", "-o", "wide");
    expect(nodes).toMatchObject({ code: 0, stderr: "" });
    expect(nodes.stdout).toMatch(/^NAME +STATUS +ROLES +AGE +VERSION +INTERNAL-IP +EXTERNAL-IP/);
    expect(nodes.stdout).toMatch(/^m1 +Ready +<none> +\S+ +v0\.0\.0\+plush +10\.0\.0\.1 +<none> +linux/m);
    const pods = await run("get", "pods", "-o", "wide", "--sort-by=.metadata.name");
    expect(pods.stdout).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES/);
    expect(pods.stdout).toMatch(/^p1 +1\/1 +Running +0 +\S+ +10\.0\.0\.1 +m1 +<none> +<none>$/m);
    expect(pods.stdout).toMatch(/^p2 +0\/1 +Pending +0 /m);
    expect((await run("get", "pods", "-o", "name", "--field-selector", "status.phase=Running")).stdout).toBe(
      "pod/p1\n",
    );
    expect((await run("get", "po", "-o", "name", "--field-selector", "spec.nodeName!=m1")).stdout).toBe("");
    expect((await run("get", "all", "-o", "name")).stdout).toBe("process.plush.dev/p1\nprocess.plush.dev/p2\n");
    const described = await run("describe", "node", "m1");
    expect(described).toMatchObject({ code: 0, stderr: "" });
    expect(described.stdout).toMatch(/default +p1 /);
    const pod = await run("describe", "pod", "p1");
    expect(pod).toMatchObject({ code: 0 });
    expect(pod.stdout).toMatch(/Node: +m1\/10\.0\.0\.1/);
    expect(await run("wait", "--for=condition=Ready", "pod/p1", "--timeout=5s")).toMatchObject({ code: 0 });
    expect(await run("cluster-info")).toMatchObject({ code: 0 });
    expect(await run("explain", "pods.spec.containers")).toMatchObject({ code: 0 });
  });

  test("no pod that it may create, and says what to create", async () => {
    const { run } = await startKubectl(program);
    const { code, stderr } = await run("run", "x", "--image=x");
    expect(code).toBe(1);
    expect(stderr).toContain("pods only show processes.plush.dev");
    expect(await run("api-resources")).toMatchObject({ code: 0 });
  });
});
