import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Application, kinds } from "../../../pkg/api/index.ts";
import { type Kubectl, kubectlPrograms, startKubectl } from "./kubectl.ts";
import { application, configMap, manifestList } from "./manifests.ts";

function web({ user }: Kubectl): Promise<Application> {
  return user.get(kinds.Application, { namespace: "default", name: "web" });
}

describe.skipIf(kubectlPrograms().length === 0).each(kubectlPrograms())("kubectl $version applies", (program) => {
  test("on the server: create, nothing, conflict, force, removal of an owned item", async () => {
    const kubectl = await startKubectl(program);
    const { give } = kubectl;
    const apply = ["apply", "--server-side", "-f", "-"];
    expect((await give(application("web"), ...apply)).stdout).toBe("application.plush.dev/web serverside-applied\n");
    const { resourceVersion } = (await web(kubectl)).metadata;
    expect((await give(application("web"), ...apply)).code).toBe(0);
    expect((await web(kubectl)).metadata.resourceVersion).toBe(resourceVersion);

    const other = [...apply, "--field-manager=other"];
    const conflict = await give(application("web", { replicas: 5 }), ...other);
    expect(conflict).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('conflict with "kubectl" using plush.dev/v1'),
    });
    expect(conflict.stderr).toContain('.spec.components[name="servers"].replicas');
    expect(await give(application("web", { replicas: 5 }), ...other, "--force-conflicts")).toMatchObject({ code: 0 });
    expect((await web(kubectl)).spec.components[0]?.replicas).toBe(5);

    const two = { ...(application("two") as { spec: object }) };
    const components = [{ name: "a" }, { name: "b" }];
    await give({ ...two, spec: { ...two.spec, components, phases: [] } }, ...apply);
    await give({ ...two, spec: { ...two.spec, components: [{ name: "b" }], phases: [] } }, ...apply);
    const left = await kubectl.user.get(kinds.Application, { namespace: "default", name: "two" });
    expect(left.spec.components.map(({ name }) => name)).toEqual(["b"]);
  });

  test.skipIf(Number(program.version.split(".")[1] ?? 99) < 33)("a status, and nothing but the status", async () => {
    const kubectl = await startKubectl(program);
    await kubectl.give(application("web"), "apply", "--server-side", "-f", "-");
    const reported = { ...application("web", { replicas: 9 }), status: { state: "Pending" } };
    const outcome = await kubectl.give(reported, "apply", "--server-side", "--subresource=status", "-f", "-");
    expect(outcome).toMatchObject({ code: 0 });
    expect(await web(kubectl)).toMatchObject({ spec: { components: [{ replicas: 1 }] }, status: { state: "Pending" } });
    const records = (await web(kubectl)).metadata.managedFields?.map(({ subresource }) => subresource);
    expect(records).toEqual([undefined, "status"]);
  });

  test("from client-side to server-side and back, without a warning", async () => {
    const kubectl = await startKubectl(program);
    const { give } = kubectl;
    const client = ["apply", "-f", "-"];
    const server = ["apply", "--server-side", "-f", "-"];
    await give(application("web"), ...client);
    for (const [replicas, args] of [
      [2, server],
      [3, server],
      [4, client],
      [5, server],
      [6, client],
    ] as const) {
      const applied = await give(application("web", { replicas }), ...args);
      expect(applied, `${args.join(" ")} ${replicas}`).toMatchObject({ code: 0, stderr: "" });
      expect((await web(kubectl)).spec.components[0]?.replicas).toBe(replicas);
    }
    const managers = (await web(kubectl)).metadata.managedFields?.map(
      ({ manager, operation }) => `${manager} ${operation}`,
    );
    expect(managers).toContain("kubectl Apply");
  });

  test("and prunes: by label, and by a set kept in a Secret", async () => {
    const kubectl = await startKubectl(program);
    const { give, environment, run } = kubectl;
    const labels = { g: "x" };
    const both = manifestList(configMap("a", {}, { labels }), configMap("b", {}, { labels }));
    await give(both, "apply", "-f", "-");
    const pruned = await give(
      configMap("a", {}, { labels }),
      "apply",
      "--prune",
      "-l",
      "g=x",
      "--prune-allowlist=core/v1/ConfigMap",
      "-f",
      "-",
    );
    expect(pruned.stdout).toContain("configmap/b pruned");
    environment["KUBECTL_APPLYSET"] = "true";
    const applySet = ["apply", "--prune", "--applyset=set", "-n", "default", "-f", "-"];
    expect(await give(manifestList(application("one"), application("two")), ...applySet)).toMatchObject({ code: 0 });
    expect((await give(application("one"), ...applySet)).stdout).toContain("two pruned");
    expect((await run("get", "app", "-o", "name")).stdout).toBe("application.plush.dev/one\n");
  });

  test("a kustomization", async () => {
    const { run, directory } = await startKubectl(program);
    const folder = join(directory, "kustomize");
    await mkdir(folder);
    await writeFile(join(folder, "app.json"), JSON.stringify(application("web")));
    await writeFile(
      join(folder, "kustomization.yaml"),
      "resources: [app.json]\nnamePrefix: dev-\nconfigMapGenerator: [{name: c, literals: [a=b]}]\n",
    );
    const applied = await run("apply", "-k", folder);
    expect(applied).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("application.plush.dev/dev-web created"),
    });
    expect((await run("delete", "-k", folder)).code).toBe(0);
  });
});
