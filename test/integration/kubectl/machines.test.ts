import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PlushServer, runProgram } from "../../support/plush-server.ts";
import { type KubectlProgram, kubectlPrograms, type Outcome } from "./kubectl.ts";

const programs = kubectlPrograms();
/** The oldest and the newest. */
const [oldest] = programs;
const newest = programs.at(-1);

const manifests = `
apiVersion: plush.dev/v1
kind: ResourcePool
metadata: {name: local}
spec: {provider: {local: {count: 3}}}
---
apiVersion: plush.dev/v1
kind: Application
metadata: {name: web}
spec:
  components: [{name: members, replicas: 2}]
  phases:
  - name: configure
    processes: [{name: configure, command: ["true"], restartPolicy: Never}]
  - name: serve
    after: [configure]
    processes:
    - name: serve
      command: [node, -e, "console.log('hello from ' + process.env.PLUSH_ORDINAL); require('net').createServer((s) => s.on('error', () => s.destroy()).end('hello')).listen(process.env.PLUSH_PORT_MAIN, process.env.PLUSH_ADDRESS)"]
      restartPolicy: Always
      ports: [{name: main, port: 0}]
      readinessProbe: {tcpSocket: {port: main}}
`;

const pod = (ordinal: number): string => `web-serve-serve-members-${ordinal}`;

interface PodSeen {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly nodeName: string };
  readonly status: { readonly phase: string };
}

describe.skipIf(newest === undefined)("kubectl drives machines", () => {
  // Short: Unix sockets of the machines lie below it.
  const home = mkdtempSync("/tmp/plush-views-");
  const server = new PlushServer(join(home, "data"), home);

  beforeAll(async () => {
    await server.start();
    const { code, stderr } = await server.run(["apply", "-f", "-"], { input: manifests });
    if (code !== 0) throw new Error(stderr);
    await server.plush("wait", "application/web", "--for=condition=Ready", "--timeout=60s");
  });

  afterAll(async () => {
    await server.run(["teardown", "--yes"]);
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });

  function run(program: KubectlProgram | undefined, ...args: readonly string[]): Promise<Outcome> {
    const cache = join(home, `cache-${program?.version}`);
    const env = { ...server.environment(), KUBECONFIG: server.kubeconfig };
    return runProgram(program?.path ?? "", ["--cache-dir", cache, ...args], { env });
  }

  async function podSeen(name: string): Promise<PodSeen> {
    const { stdout } = await run(newest, "get", "pod", name, "-o", "json");
    return JSON.parse(stdout) as PodSeen;
  }

  /** What the process answers on a port that kubectl forwards. */
  async function forwarded(name: string): Promise<string> {
    const args = ["--kubeconfig", server.kubeconfig, "port-forward", `pod/${name}`, ":main"];
    const child = spawn(newest?.path ?? "", args, { env: server.environment(), stdio: ["ignore", "pipe", "inherit"] });
    try {
      const port = await new Promise<number>((found, failed) => {
        child.once("exit", (code) => failed(new Error(`kubectl port-forward ended: ${code}`)));
        child.stdout.on("data", (text) => {
          const match = /^Forwarding from 127\.0\.0\.1:(\d+)/m.exec(String(text));
          if (match !== null) found(Number(match[1]));
        });
      });
      const socket = connect(port, "127.0.0.1");
      const chunks: Buffer[] = [];
      for await (const chunk of socket) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString();
    } finally {
      child.removeAllListeners("exit");
      child.kill("SIGKILL");
    }
  }

  test.each(programs)("$version shows them, and what they say", async (program) => {
    const nodes = await run(program, "get", "nodes");
    expect(nodes.stdout.match(/^local-\d +Ready +<none>/gm)).toHaveLength(3);
    const pods = await run(program, "get", "pods", "-o", "wide");
    expect(pods.stdout).toMatch(new RegExp(`^${pod(0)} +1/1 +Running +0 .* local-\\d +<none> +<none>$`, "m"));
    expect(await run(program, "logs", pod(1))).toMatchObject({ code: 0, stdout: "hello from 1\n" });
    expect(await run(program, "logs", pod(0), "-c", "other")).toMatchObject({ code: 1 });
    expect((await run(program, "describe", "pod", pod(0))).stdout).toMatch(/Normal +Ready .* ready on local-\d/);
  });

  test.each(programs)("$version shows what they use", async (program) => {
    // A busy machine may take longer to say than anybody waits for it.
    const top = async (what: string): Promise<string> => (await run(program, "top", what)).stdout;
    await expect.poll(() => top("nodes"), { timeout: 20_000 }).toMatch(/^local-3 +\d+m +\d+% +\d+Mi +\d+% *$/m);
    await expect.poll(() => top("pods"), { timeout: 20_000 }).toMatch(new RegExp(`^${pod(1)} +\\d+m +\\d+Mi *$`, "m"));
    expect(await top("pods")).not.toContain("configure");
    expect(await server.plush("top", "processes", "-A")).toMatch(
      new RegExp(`^default +${pod(1)} +\\d+m +\\d+Mi$`, "m"),
    );
    expect(await server.plush("top", "resources", "--sort-by=memory")).toMatch(/^local-1 +\d+m +\d+% +\d+Mi +\d+%$/m);
  });

  test("commands, files and ports", async () => {
    const exec = await run(newest, "exec", pod(0), "--", "sh", "-c", "echo $PLUSH_ORDINAL; exit 3");
    expect(exec).toMatchObject({ code: 3, stdout: "0\n" });
    writeFileSync(join(home, "file"), "content");
    expect(await run(newest, "cp", join(home, "file"), `${pod(0)}:copied`)).toMatchObject({ code: 0 });
    expect(await run(newest, "exec", pod(0), "--", "cat", "copied")).toMatchObject({ stdout: "content" });
    expect(await forwarded(pod(1))).toBe("hello");
    const old = await run(oldest, "exec", pod(0), "--", "true");
    expect(old.code).toBe(1);
    expect(old.stderr).toContain("use kubectl 1.30 or newer");
  });

  test("a machine is drained, member by member, and used again", async () => {
    const before = await podSeen(pod(0));
    const machine = before.spec.nodeName;
    const dry = await run(newest, "drain", machine, "--dry-run=server");
    expect(dry).toMatchObject({ code: 0 });
    expect((await podSeen(pod(0))).metadata.uid).toBe(before.metadata.uid);
    const drained = await run(oldest, "drain", machine, "--timeout=60s");
    expect(drained).toMatchObject({ code: 0, stdout: expect.stringContaining(`node/${machine} drained`) });
    expect(drained.stderr).not.toContain("Warning");
    const elsewhere = async (): Promise<string> => (await podSeen(pod(0))).spec.nodeName;
    await expect.poll(elsewhere, { timeout: 20_000 }).not.toBe(machine);
    const nodes = await run(newest, "get", "node", machine, "--no-headers");
    expect(nodes.stdout).toContain("Ready,SchedulingDisabled");
    // No third machine is left for the member there: it stays and works.
    const other = (await podSeen(pod(1))).spec.nodeName;
    const stuck = await run(newest, "drain", other, "--timeout=1s");
    expect(stuck.code).toBe(1);
    expect(stuck.stderr).toContain("no other machine takes web-members-1");
    expect(await run(newest, "uncordon", machine, other)).toMatchObject({ code: 0 });
    await server.plush("wait", "application/web", "--for=condition=Ready", "--timeout=60s");
  });

  test("plush drains a machine too, and tells how it goes", async () => {
    const machine = (await podSeen(pod(0))).spec.nodeName;
    const manifest = `
apiVersion: plush.dev/v1
kind: Process
metadata: {name: bare}
spec: {resourceName: ${machine}, command: [sleep, "60000"], restartPolicy: Always}
`;
    expect(await server.run(["apply", "-f", "-"], { input: manifest })).toMatchObject({ code: 0 });
    await server.plush("wait", "process/bare", "--for=condition=Ready", "--timeout=30s");
    const refused = await server.run(["drain", machine, "--timeout=60s"]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("default/bare (--force deletes them)") });
    const drained = await server.plush("drain", machine, "--force", "--timeout=60s");
    expect(drained).toMatch(/^claim default\/web-members-0 asked to leave local-\d$/m);
    expect(drained).toMatch(/^claim default\/web-members-0 ready on local-\d$/m);
    expect(drained).toContain("process default/bare deleted\n");
    expect(drained).toMatch(/^resource\.plush\.dev\/local-\d drained\n$/m);
    const { status } = await server.get<{ status: { claims: number } }>("resource", machine);
    expect(status.claims).toBe(0);
    await server.plush("uncordon", machine);
  });

  test("a pod that is deleted is started anew, within the budget", async () => {
    const before = await podSeen(pod(1));
    expect(await run(newest, "delete", "pod", pod(1), "--timeout=30s")).toMatchObject({ code: 0 });
    await expect.poll(async () => (await podSeen(pod(1))).metadata.uid, { timeout: 20_000 }).not.toBe("");
    const after = await podSeen(pod(1));
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
    await server.plush("wait", "application/web", "--for=condition=Ready", "--timeout=60s");
    const done = await run(newest, "delete", "pod", "web-configure-configure-members-0");
    expect(done.stderr).toContain("the process has ended");
  });

  test("a machine that is a part of this computer is not restarted", async () => {
    const { code, stderr } = await server.run(["reboot", "local-1"]);
    expect(code).toBe(1);
    expect(stderr).toContain("this machine is a part of another one");
    const { metadata } = await server.get<{ metadata: { annotations?: object } }>("resource", "local-1");
    expect(metadata.annotations ?? {}).not.toHaveProperty("plush.dev/hold-until");
  });

  test("taints are the machine's; its labels are changed elsewhere", async () => {
    expect(await run(oldest, "taint", "node", "local-1", "a=b:NoSchedule")).toMatchObject({ code: 0 });
    const resource = await server.get<{ spec: { taints: unknown } }>("resource", "local-1");
    expect(resource.spec.taints).toEqual([{ key: "a", value: "b", effect: "NoSchedule" }]);
    expect(await run(newest, "taint", "node", "local-1", "a-")).toMatchObject({ code: 0 });
    const label = await run(newest, "label", "node", "local-1", "a=b");
    expect(label).toMatchObject({ code: 1, stderr: expect.stringContaining("change resource/local-1") });
  });
});
