import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { Attach, Exec, PortForward, type V1Status } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgram } from "../../support/plush-server.ts";
import { findProgram } from "../../support/programs.ts";
import { type StreamWorld, startStreamWorld } from "../../support/stream-world.ts";
import { kubectlNamed } from "./kubectl.ts";

const soon = { timeout: 20_000, interval: 50 };

let world: StreamWorld;
beforeAll(async () => {
  world = await startStreamWorld();
});
afterAll(() => world.close());

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"] ?? "", HOME: world.home, KUBECONFIG: world.server.kubeconfig, SHELL: "/bin/sh" };
}

function gather(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.on("data", (chunk) => {
    text += String(chunk);
  });
  return () => text;
}

// exec, attach and cp speak WebSocket from 1.30 on, port-forward from 1.31 on.
describe.each(["1.30", "1.31", "1.33"])("kubectl %s", (version) => {
  const program = kubectlNamed(version) ?? "";
  const supported = program !== "";
  const forwards = version !== "1.30";

  const run = (args: readonly string[], input?: string) =>
    runProgram(program, args, { env: environment(), cwd: world.home, ...(input !== undefined && { input }) });

  function start(args: readonly string[]) {
    const child = spawn(program, args, { env: environment(), stdio: ["ignore", "pipe", "pipe"] });
    const [out, err] = [gather(child.stdout), gather(child.stderr)];
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    return { child, out, err, ended };
  }

  test.skipIf(!supported)("exec: arguments, input, both outputs, exit codes", async () => {
    const exec = (...args: string[]) => ["exec", world.process, ...args];
    const script = 'echo "$PLUSH_ORDINAL $1"; echo bad >&2; exit 7';
    const failed = await run(exec("--", "sh", "-c", script, "sh", "a  b"));
    expect(failed).toMatchObject({ code: 7, stdout: "0 a  b\n" });
    expect(failed.stderr).toBe("bad\ncommand terminated with exit code 7\n");
    expect((await run(exec("-i", "--", "wc", "-c"), "x".repeat(1_000_000))).stdout.trim()).toBe("1000000");
    expect(await run(exec("--", "none"))).toMatchObject({
      code: 127,
      stderr: expect.stringContaining("no such command: none"),
    });
  });

  test.skipIf(!supported || findProgram("script") === undefined)("exec -it: a terminal", async () => {
    const inner = `stty rows 33 cols 111; '${program}' exec -it ${world.process} -- sh -c 'stty size; exit 3'; echo "code $?"`;
    const out = await runProgram("script", ["-qec", inner, "/dev/null"], { env: environment() });
    expect(out.stdout).toContain("33 111");
    expect(out.stdout).toContain("code 3");
  });

  test.skipIf(!supported)("attach: what is printed from now on; input is refused by name", async () => {
    const attached = start(["attach", world.process]);
    await expect
      .poll(async () => {
        await fetch(`http://${world.address}:${world.port}/say`, { method: "POST", body: `heard ${version}` });
        return attached.out();
      }, soon)
      .toContain(`heard ${version}\n`);
    attached.child.kill();
    await attached.ended;
    const refused = await run(["attach", "-i", world.process]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("processes have no standard input") });
  });

  test.skipIf(!supported)("logs -f, and as much of them as is asked for", async () => {
    const following = start(["logs", "-f", "--tail=0", world.process]);
    await expect
      .poll(async () => {
        await fetch(`http://${world.address}:${world.port}/say`, { method: "POST", body: `logged ${version}` });
        return following.out();
      }, soon)
      .toContain(`logged ${version}\n`);
    following.child.kill();
    await following.ended;
    expect((await run(["logs", world.process, "--limit-bytes=2"])).stdout).toBe("up");
    expect((await run(["logs", world.process, "--tail=1", "--timestamps"])).stdout).toMatch(
      /^20\d\d-\d\d-\d\dT\S+Z logged/,
    );
  });

  test.skipIf(!supported)("cp in both directions", async () => {
    const folder = join(world.home, `tree-${version}`);
    mkdirSync(join(folder, "deep"), { recursive: true });
    writeFileSync(join(folder, "deep/large"), Buffer.alloc(2_000_000, "l"));
    expect(await run(["cp", folder, `${world.process}:copied-${version}`])).toMatchObject({ code: 0 });
    expect(await run(["cp", `${world.process}:copied-${version}`, `back-${version}`])).toMatchObject({ code: 0 });
    expect(readFileSync(join(world.home, `back-${version}`, "deep/large")).length).toBe(2_000_000);
  });

  test.skipIf(!supported || !forwards)(
    "port-forward: many connections at once, and why one leads nowhere",
    async () => {
      const forward = start(["port-forward", world.process, `:${world.port}`, ":9"]);
      await expect.poll(() => forward.out().match(/^Forwarding from 127.0.0.1/gm)?.length, soon).toBe(2);
      const [good, bad] = [...forward.out().matchAll(/^Forwarding from 127\.0\.0\.1:(\d+)/gm)].map(([, port]) => port);
      const ask = async (port: string | undefined) => (await fetch(`http://127.0.0.1:${port}/`)).text();
      expect(new Set(await Promise.all(Array.from({ length: 20 }, () => ask(good))))).toEqual(new Set(["hello"]));
      await expect(ask(bad)).rejects.toThrow();
      await expect.poll(forward.err, soon).toMatch(/error forwarding port 9: .*connection refused/);
      forward.child.kill();
      await forward.ended;
    },
  );

  test.skipIf(!supported || forwards)("port-forward is told which version it needs", async () => {
    const refused = await run(["port-forward", world.process, ":80"]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("1.31 or newer for port-forward") });
  });
});

test.skipIf(kubectlNamed("1.27") === undefined)(
  "kubectl 1.27 is told which version it needs, and what else is wrong",
  async () => {
    const run = (...args: string[]) => runProgram(kubectlNamed("1.27") ?? "", args, { env: environment() });
    const refused = await run("exec", world.process, "--", "true");
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("use kubectl 1.30 or newer for exec") });
    expect((await run("attach", "-i", world.process)).stderr).toContain("processes have no standard input");
  },
);

describe("the JavaScript client", () => {
  test("runs commands", async () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const [out, err] = [gather(stdout), gather(stderr)];
    const argv = ["sh", "-c", "cat; echo bad >&2; exit 4"];
    const status = await new Promise<V1Status>((resolve, reject) => {
      new Exec(world.config)
        .exec("default", world.process, "main", argv, stdout, stderr, Readable.from(["input"]), false, resolve)
        .catch(reject);
    });
    expect(status).toMatchObject({ status: "Failure", reason: "NonZeroExitCode" });
    expect(status.details?.causes).toEqual([{ reason: "ExitCode", message: "4" }]);
    expect([out(), err()]).toEqual(["input", "bad\n"]);
  });

  test("attaches", async () => {
    const stdout = new PassThrough();
    const out = gather(stdout);
    const socket = await new Attach(world.config).attach("default", world.process, "main", stdout, null, null, false);
    await expect
      .poll(async () => {
        await fetch(`http://${world.address}:${world.port}/say`, { method: "POST", body: "heard by a library" });
        return out();
      }, soon)
      .toContain("heard by a library\n");
    socket.close();
  });

  test("forwards ports", async () => {
    const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const answer = gather(output);
    await new PortForward(world.config).portForward("default", world.process, [world.port], output, errors, input);
    input.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    await expect.poll(answer, soon).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*hello/);
  });
});
