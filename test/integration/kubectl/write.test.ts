import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Application, type ConfigMap, kinds } from "../../../pkg/api/index.ts";
import { type Kubectl, kubectlPrograms, startKubectl } from "./kubectl.ts";
import { application, configMap, process } from "./manifests.ts";

function web({ user }: Kubectl): Promise<Application> {
  return user.get(kinds.Application, { namespace: "default", name: "web" });
}

function read({ user }: Kubectl, name: string): Promise<ConfigMap> {
  return user.get(kinds.ConfigMap, { namespace: "default", name });
}

describe.skipIf(kubectlPrograms().length === 0).each(kubectlPrograms())("kubectl $version writes", (program) => {
  test("by apply: created, unchanged, configured; diff tells the same", async () => {
    const kubectl = await startKubectl(program);
    const { give } = kubectl;
    expect((await give(configMap("c", { a: "1" }), "apply", "-f", "-")).stdout).toBe("configmap/c created\n");
    expect((await give(configMap("c", { a: "1" }), "apply", "-f", "-")).stdout).toBe("configmap/c unchanged\n");
    expect((await give(application("web"), "apply", "-f", "-")).stdout).toBe("application.plush.dev/web created\n");
    const { resourceVersion } = (await web(kubectl)).metadata;
    // Up to 1.28 client-side apply compares lists as one, and sends again what one was filled in with: that is no change.
    const again = kubectl.minor < 29 ? "configured" : "unchanged";
    expect(await give(application("web"), "apply", "-f", "-")).toMatchObject({
      stdout: `application.plush.dev/web ${again}\n`,
      stderr: "",
    });
    expect((await web(kubectl)).metadata).toMatchObject({ resourceVersion, generation: 1 });
    const changed = application("web", { replicas: 3 });
    const diff = await give(changed, "diff", "-f", "-");
    expect(diff).toMatchObject({ code: 1, stdout: expect.stringMatching(/^\+ +replicas: 3$/m) });
    expect((await give(changed, "apply", "-f", "-")).stdout).toBe("application.plush.dev/web configured\n");
    expect((await web(kubectl)).metadata.generation).toBe(2);
    expect((await give(changed, "diff", "-f", "-")).code).toBe(0);
    expect((await give(changed, "apply", "-f", "-", "--dry-run=server")).stdout).toContain("(server dry run)");
  });

  test("nothing that is faulty: each fault is told", async () => {
    const { give, run } = await startKubectl(program);
    const unknown = { ...process("p", { comand: [] }) };
    const strict = await give(unknown, "create", "-f", "-");
    expect(strict).toMatchObject({ code: 1, stderr: expect.stringContaining('unknown field "spec.comand"') });
    const warned = await give(unknown, "create", "--validate=warn", "-f", "-");
    expect(warned).toMatchObject({ code: 0, stderr: expect.stringContaining('Warning: unknown field "spec.comand"') });
    expect(warned.stderr).not.toContain("unsupported");
    const twice = await give(process("q", { command: "x", restartPolicy: "Maybe" }), "create", "-f", "-");
    expect(twice.code).toBe(1);
    expect(twice.stderr.match(/^\* spec\./gm)).toHaveLength(2);
    expect((await run("create", "cm", "Bad_Name")).stderr).toContain("metadata.name");
    expect((await give(process("p"), "create", "-f", "-")).stderr).toContain("already exists");
    expect((await give(process("n"), "create", "-n", "nowhere", "-f", "-")).stderr).toContain(
      'namespaces "nowhere" not found',
    );
  });

  test("by the small verbs", async () => {
    const kubectl = await startKubectl(program);
    const { give, run, directory, environment } = kubectl;
    await give(application("web"), "apply", "-f", "-");
    expect((await run("label", "app", "web", "a=b")).stdout).toContain("labeled");
    expect((await run("label", "app", "web", "a-")).code).toBe(0);
    expect((await run("annotate", "app", "web", "note=x")).code).toBe(0);
    expect(await run("patch", "app", "web", "--type=merge", "-p", '{"spec":{"suspend":true}}')).toMatchObject({
      code: 0,
    });
    const operations = '[{"op":"test","path":"/spec/suspend","value":true},{"op":"remove","path":"/spec/suspend"}]';
    expect(await run("patch", "app", "web", "--type=json", "-p", operations)).toMatchObject({ code: 0 });
    expect((await run("patch", "app", "web", "--type=json", "-p", operations)).code).toBe(1);
    expect((await run("patch", "app", "web", "--type=merge", "-p", '{"spec":{"suspend":false}}')).stdout).toContain(
      "no change",
    );
    const status = '{"status":{"state":"Pending"},"spec":{"suspend":true}}';
    expect(await run("patch", "app", "web", "--subresource=status", "--type=merge", "-p", status)).toMatchObject({
      code: 0,
    });
    expect(await web(kubectl)).toMatchObject({ status: { state: "Pending" }, spec: { suspend: false } });
    expect((await run("scale", "app", "web", "--replicas=4")).stdout).toContain("scaled");
    expect((await run("scale", "app", "web", "--replicas=5", "--current-replicas=1")).code).toBe(1);
    expect((await run("scale", "app", "web", "--replicas=2", "--current-replicas=4")).code).toBe(0);
    expect((await web(kubectl)).spec.components[0]?.replicas).toBe(2);
    const editor = join(directory, "editor.sh");
    await writeFile(editor, "#!/bin/sh\nexec sed -i 's/replicas: 2/replicas: 7/' \"$1\"\n", { mode: 0o755 });
    environment["KUBE_EDITOR"] = editor;
    expect(await run("edit", "app", "web")).toMatchObject({ code: 0, stdout: expect.stringContaining("edited") });
    expect((await web(kubectl)).spec.components[0]?.replicas).toBe(7);
    await give(configMap("c", { a: "1" }), "create", "-f", "-");
    expect(await give(configMap("c", { b: "2" }), "replace", "-f", "-")).toMatchObject({ code: 0 });
    expect((await read(kubectl, "c")).data).toEqual({ b: "2" });
    expect(await run("patch", "cm", "c", "-p", '{"data":{"c":"3"}}')).toMatchObject({ code: 0 });
    expect(await give(configMap("c", { d: "4" }), "replace", "--force", "-f", "-")).toMatchObject({ code: 0 });
    expect((await read(kubectl, "c")).data).toEqual({ d: "4" });
  });

  test("by kinds that it knows itself, in its own encoding", async () => {
    const { run, user } = await startKubectl(program);
    expect(await run("create", "ns", "x")).toMatchObject({ code: 0, stdout: "namespace/x created\n" });
    expect(await run("create", "secret", "generic", "s", "--from-literal=a=b", "-n", "x")).toMatchObject({ code: 0 });
    expect(await run("create", "cm", "c", "--from-literal=a=b", "-n", "x")).toMatchObject({ code: 0 });
    expect(await run("create", "sa", "robot", "-n", "x")).toMatchObject({ code: 0 });
    const secret = await user.get(kinds.Secret, { namespace: "x", name: "s" });
    expect(secret).toMatchObject({ type: "Opaque", data: { a: "Yg==" } });
    expect(await run("auth", "can-i", "create", "app")).toMatchObject({ code: 0, stdout: "yes\n" });
    expect((await run("auth", "can-i", "--list")).code).toBe(0);
    const whoami = await run("auth", "whoami");
    expect(whoami.stdout + whoami.stderr).toContain("admin");
    expect(await run("delete", "ns", "x")).toMatchObject({ code: 0, stdout: expect.stringContaining("deleted") });
    await expect(user.get(kinds.Secret, { namespace: "x", name: "s" })).rejects.toMatchObject({ reason: "NotFound" });
    expect((await run("delete", "ns", "default")).stderr).toContain("may not be deleted");
  });
});
