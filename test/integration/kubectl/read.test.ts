import { describe, expect, test } from "vitest";
import { kinds } from "../../../pkg/api/index.ts";
import { kubectlPrograms, startKubectl } from "./kubectl.ts";
import { application, configMap, manifestList, process } from "./manifests.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 10_000 };

describe.skipIf(kubectlPrograms().length === 0).each(kubectlPrograms())("kubectl $version reads", (program) => {
  test("what there is: version, resources, explanations", async () => {
    const { run } = await startKubectl(program);
    expect(await run("version")).toMatchObject({ code: 0 });
    const resources = await run("api-resources", "--no-headers");
    expect(resources).toMatchObject({ code: 0, stderr: "" });
    expect(resources.stdout).toMatch(/^applications +app +plush\.dev\/v1 +true +Application$/m);
    expect((await run("api-versions")).stdout.split("\n")).toEqual(expect.arrayContaining(["plush.dev/v1", "v1"]));
    const explained = await run("explain", "app.spec.components.replicas");
    expect(explained).toMatchObject({ code: 0 });
    expect(explained.stdout).toContain("replicas");
    expect(explained.stdout).toContain("Number of members");
    expect((await run("explain", "app", "--recursive")).code).toBe(0);
    expect((await run("explain", "ns")).code).toBe(0);
    expect(await run("get", "--raw", "/healthz")).toMatchObject({ code: 0, stdout: "ok" });
  });

  test("objects in every form that it knows", async () => {
    const { run, give } = await startKubectl(program);
    const all = manifestList(
      application("web", { labels: { x: "1" } }),
      application("api", { replicas: 3 }),
      process("p1"),
    );
    expect(await give(all, "apply", "-f", "-")).toMatchObject({ code: 0 });
    const table = await run("get", "app");
    expect(table.stdout).toMatch(/^NAME +STATE/);
    expect(table.stdout.split("\n")[1]).toMatch(/^api /);
    expect((await run("get", "app", "-A")).stdout).toMatch(/^NAMESPACE +NAME/);
    expect((await run("get", "app", "-A")).stdout).toContain("default");
    expect((await run("get", "app", "-o", "wide")).stdout).toContain("REASON");
    expect((await run("get", "app", "web", "-o", "name")).stdout).toBe("application.plush.dev/web\n");
    expect((await run("get", "app", "web", "-o", "jsonpath={.spec.components[0].name}")).stdout).toBe("servers");
    expect((await run("get", "app", "web", "-o", "yaml")).stdout).toContain("kind: Application");
    expect((await run("get", "app", "--show-labels", "-L", "x")).stdout).toContain("x=1");
    expect((await run("get", "app", "-l", "x=1", "-o", "name")).stdout).toBe("application.plush.dev/web\n");
    expect((await run("get", "app", "--field-selector", "metadata.name=api", "-o", "name")).stdout).toContain("api");
    const sorted = await run("get", "app", "--sort-by=.spec.components[0].replicas", "--no-headers");
    expect(sorted.stdout.split("\n").map((line) => line.split(" ")[0])).toEqual(["web", "api", ""]);
    expect((await run("get", "app", "--chunk-size=1", "--no-headers")).stdout.trim().split("\n")).toHaveLength(2);
    expect((await run("get", "all")).stdout).toContain("process.plush.dev/p1");
    expect((await run("get", "app,proc", "-o", "name")).stdout.split("\n")).toContain("process.plush.dev/p1");
    const some = await run("get", "app", "web", "nosuch");
    expect(some).toMatchObject({ code: 1, stdout: expect.stringContaining("web") });
    expect(some.stderr).toContain('applications.plush.dev "nosuch" not found');
    expect((await run("get", "app", "-n", "nowhere")).stderr).toContain("No resources found");
    expect((await run("get", "app", "--server-print=false")).stdout).toMatch(/^NAME +AGE/);
  });

  test("an object's events with it, of the cluster's objects too", async () => {
    const { run, give, user } = await startKubectl(program);
    await give(application("web"), "apply", "-f", "-");
    const pool = {
      apiVersion: "plush.dev/v1",
      kind: "ResourcePool",
      metadata: { name: "lab" },
      spec: { provider: { local: { count: 1 } } },
    };
    expect(await give(pool, "apply", "-f", "-")).toMatchObject({ code: 0 });
    const web = await user.get(kinds.Application, { namespace: "default", name: "web" });
    const lab = await user.get(kinds.ResourcePool, { namespace: "", name: "lab" });
    for (const { apiVersion, kind, metadata } of [web, lab]) {
      const { namespace, name = "", uid } = metadata;
      await user.create(kinds.Event, {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: `${name}.1`, namespace: "default" },
        involvedObject: { apiVersion, kind, name, uid, ...(namespace !== undefined && { namespace }) },
        type: "Normal",
        reason: "Started",
        message: `${name} has started`,
        count: 1,
        firstTimestamp: "2026-01-02T03:04:05Z",
        lastTimestamp: "2026-01-02T03:05:05Z",
        source: { component: "plush" },
      } as never);
    }
    expect((await run("describe", "app", "web")).stdout).toContain("web has started");
    expect((await run("describe", "resourcepool", "lab")).stdout).toContain("lab has started");
    expect((await run("events", "--for", "app/web")).stdout).toContain("web has started");
    expect((await run("get", "events")).stdout).toContain("lab has started");
  });

  test("changes as they come", async () => {
    const { run, give, start, server } = await startKubectl(program);
    await give(configMap("first", { a: "1" }), "create", "-f", "-");
    const watching = start("get", "cm", "-w", "--output-watch-events", "--no-headers");
    await expect.poll(watching.output, soon).toMatch(/ADDED +first/);
    await give(configMap("second", {}), "create", "-f", "-");
    await run("label", "cm", "second", "a=b");
    await run("delete", "cm", "second");
    const kinds = (): readonly string[] =>
      watching
        .output()
        .trim()
        .split("\n")
        .map((line) => line.split(/ +/).slice(0, 2).join(" "));
    await expect.poll(kinds, soon).toEqual(["ADDED first", "ADDED second", "MODIFIED second", "DELETED second"]);
    const one = start("get", "cm", "first", "-w", "-o", "name");
    await expect.poll(one.output, soon).toContain("configmap/first");
    await run("annotate", "cm", "first", "a=b");
    await expect.poll(() => one.output().trim().split("\n").length, soon).toBe(2);
    await server.close();
    expect((await watching.ended).code).toBe(0);
  });
});
