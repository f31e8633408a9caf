import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plushProgram } from "../support/plush-server.ts";
import { findProgram } from "../support/programs.ts";
import { type StreamWorld, startStreamWorld } from "../support/stream-world.ts";

const soon = { timeout: 20_000, interval: 50 };

// The command line's streams, through a real server to a real machine of this computer.
describe("plush exec, attach, cp, port-forward, logs", () => {
  let world: StreamWorld;
  beforeAll(async () => {
    world = await startStreamWorld();
  });
  afterAll(() => world.close());

  const run = (...args: string[]) => world.server.run(args);

  /** Starts a command that goes on by itself. */
  function start(args: readonly string[], input?: string) {
    const child = spawn(plushProgram, args, { env: world.server.environment() });
    const said = { out: "", err: "" };
    child.stdout.on("data", (chunk) => {
      said.out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      said.err += chunk;
    });
    if (input !== undefined) child.stdin.write(input);
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    return { child, said, ended };
  }

  it("runs commands beside a process, in a claim, on a machine, where an application runs", async () => {
    const script = 'echo "$PLUSH_ORDINAL $X $1"; pwd >&2; exit 7';
    const beside = await run("exec", `process/${world.process}`, "-e", "X=x", "--", "sh", "-c", script, "sh", "a  b");
    expect(beside).toMatchObject({ code: 7, stdout: "0 x a  b\n", stderr: expect.stringMatching(/\/work\n$/) });
    expect((await run("exec", `claim/${world.claim}`, "--", "pwd")).stdout).toBe(beside.stderr);
    const onMachine = await run("exec", `resource/${world.resource}`, "--", "pwd");
    expect(onMachine.stdout).toMatch(new RegExp(`/${world.resource}\n$`));
    expect((await run("exec", "application/web", "--", "sh", "-c", "echo $PLUSH_ORDINAL")).stdout).toBe("0\n");
  });

  it("ends as commands end", async () => {
    const exec = (...argv: string[]) => run("exec", world.process, "--", ...argv);
    expect(await exec("no-such-program")).toMatchObject({ code: 127, stderr: "no such command: no-such-program\n" });
    expect((await exec("sh", "-c", "kill -9 $$")).code).toBe(137);
    expect(await run("exec", world.process, "--timeout", "200ms", "--", "sleep", "60")).toMatchObject({
      code: 1,
      stderr: "error: took too long and was killed\n",
    });
    expect(await run("exec", "none", "--", "true")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("not found"),
    });
    expect((await run("exec", "pool/local", "--", "true")).code).toBe(2);
    const input = "x".repeat(3_000_000);
    const counted = await world.server.run(["exec", "-i", world.process, "--", "wc", "-c"], { input });
    expect(counted.stdout.trim()).toBe("3000000");
  });

  it("ends a command when Ctrl-C ends plush", async () => {
    const running = start(["exec", world.process, "--", "sh", "-c", "echo $$; exec sleep 600"]);
    await expect.poll(() => running.said.out, soon).toMatch(/^\d+\n$/);
    const pid = running.said.out.trim();
    running.child.kill("SIGINT");
    expect(await running.ended).toBe(130);
    await expect.poll(() => existsSync(`/proc/${pid}`), soon).toBe(false);
  });

  it.skipIf(findProgram("script") === undefined)(
    "gives a command a terminal of its own, as large as this one",
    async () => {
      const inner = `stty rows 33 cols 111; '${plushProgram}' exec -it ${world.process} -- sh -c 'stty size; exit 3'; echo "code $?"`;
      const child = spawn("script", ["-qec", inner, "/dev/null"], {
        env: { ...world.server.environment(), SHELL: "/bin/sh" },
      });
      let out = "";
      child.stdout.on("data", (chunk) => {
        out += chunk;
      });
      await new Promise((resolve) => child.once("close", resolve));
      expect(out).toContain("33 111");
      expect(out).toContain("code 3");
    },
  );

  it("copies files and directories in both directions, and nothing out of them", async () => {
    const here = (...names: string[]) => join(world.home, ...names);
    mkdirSync(here("tree/deep"), { recursive: true });
    writeFileSync(here("tree/run.sh"), "#!/bin/sh\necho ran\n", { mode: 0o755 });
    writeFileSync(here("tree/deep/large"), Buffer.alloc(3_000_000, "l"));
    symlinkSync("../run.sh", here("tree/deep/inside"));
    symlinkSync("/etc/passwd", here("tree/deep/outside"));
    expect(await run("cp", here("tree"), `process/${world.process}:.`)).toMatchObject({ code: 0, stderr: "" });
    expect((await run("exec", world.process, "--", "tree/deep/inside")).stdout).toBe("ran\n");
    const back = await run("cp", `claim/${world.claim}:tree`, here("back"));
    expect(back.code).toBe(0);
    expect(back.stderr).toContain("the link leads out, to /etc/passwd");
    expect(readFileSync(here("back/deep/large")).length).toBe(3_000_000);
    expect(readlinkSync(here("back/deep/inside"))).toBe("../run.sh");
    expect(existsSync(here("back/deep/outside"))).toBe(false);
    // Into a directory that is there, under its own name.
    mkdirSync(here("into"));
    await run("cp", `${world.process}:tree/run.sh`, here("into"));
    expect(readFileSync(here("into/run.sh"), "utf8")).toContain("ran");
    expect(await run("cp", `${world.process}:none`, here("x"))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: .*none.*No such file/),
    });
    expect(await run("cp", here("none"), `${world.process}:x`)).toMatchObject({ code: 1 });
    expect((await run("cp", "a", "b")).code).toBe(2);
  });

  it("forwards ports, and says why one leads nowhere", async () => {
    const forward = start(["port-forward", "application/web", ":http", `:${world.port}`, ":9"]);
    await expect.poll(() => forward.said.out.match(/^Forwarding from 127.0.0.1/gm)?.length, soon).toBe(3);
    const ports = [...forward.said.out.matchAll(/^Forwarding from 127\.0\.0\.1:(\d+)/gm)].map(([, port]) => port);
    const ask = async (port: string | undefined) => (await fetch(`http://127.0.0.1:${port}/`)).text();
    expect(await Promise.all([ask(ports[0]), ask(ports[1]), ask(ports[0])])).toEqual(["hello", "hello", "hello"]);
    await expect(ask(ports[2])).rejects.toThrow();
    await expect.poll(() => forward.said.err, soon).toMatch(/error forwarding port 9: .*connection refused/);
    expect(await ask(ports[1])).toBe("hello");
    forward.child.kill("SIGINT");
    expect(await forward.ended).toBe(0);
  });

  it("shows a log and what is printed from now on, to the process's end", async () => {
    const say = (path: string, text: string) =>
      run("exec", world.process, "--", process.execPath, "-e", post, path, text);
    const attached = start(["attach", "application/web"]);
    // Attached or not yet: what is said is said again until it is seen.
    await expect
      .poll(async () => {
        await say("/say", "heard");
        return attached.said.out;
      }, soon)
      .toMatch(/^heard\n/);
    expect(attached.said.out).not.toContain("up");
    expect((await run("logs", world.process, "--limit-bytes", "2")).stdout).toBe("up");
    expect((await run("logs", world.process, "--tail", "-1")).stdout).toMatch(/^up\nheard\n/);
    expect((await run("logs", world.process, "--since-time", "yesterday")).stderr).toContain("RFC 3339");
    expect((await run("attach", "-i", world.process)).stderr).toContain("processes have no standard input");
    await say("/exit", "5");
    expect(await attached.ended).toBe(5);
  });
});

/** Asks the program beside it: the address is in the environment. */
const post = `
const { PLUSH_ADDRESS, PLUSH_PORT_HTTP } = process.env;
fetch("http://" + PLUSH_ADDRESS + ":" + PLUSH_PORT_HTTP + process.argv[1], { method: "POST", body: process.argv[2] });
`;
