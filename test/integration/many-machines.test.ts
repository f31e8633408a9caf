import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kinds } from "../../pkg/api/index.ts";
import { eventually } from "../support/eventually.ts";
import { startHollowServer } from "../support/hollow-server.ts";
import { plushProgram, runProgram } from "../support/plush-server.ts";

const machines = 120;
const soon = { timeout: 60_000, interval: 100 };

// A real server, and real command lines, to hundreds of agents whose machines are pretended.
describe("commands and logs over hundreds of machines", () => {
  let world: Awaited<ReturnType<typeof startHollowServer>>;
  const env = (): NodeJS.ProcessEnv => ({ ...process.env, KUBECONFIG: world.kubeconfig, NO_COLOR: "1" });
  const plush = (...args: string[]) => runProgram(plushProgram, args, { env: env() });

  const resources = async () => (await world.api.list(kinds.Resource)).items;
  const members = async () => (await world.api.list(kinds.Process, { namespace: "default" })).items;

  beforeAll(async () => {
    world = await startHollowServer(machines);
    await world.makePool();
    await eventually(async () => {
      expect((await resources()).filter(({ status }) => status?.state === "Free")).toHaveLength(machines);
    }, 240_000);
    const processes = [{ name: "say", command: ["hollow", "print=200"], restartPolicy: "Always" }];
    await world.api.create(kinds.Application, {
      apiVersion: "plush.dev/v1",
      kind: "Application",
      metadata: { name: "talk", namespace: "default" },
      // No other machine is free: who is silent keeps its member.
      spec: { components: [{ name: "members", replicas: machines }], phases: [{ name: "serve", processes }] },
    } as never);
    await eventually(async () => {
      expect((await members()).filter(({ status }) => status?.state === "Ready")).toHaveLength(machines);
    }, 240_000);
  }, 600_000);

  afterAll(() => world.close());

  it("B-RUN-1: equal answers are one group, with the names folded", async () => {
    expect(await plush("run", "pool/hollow", "-o", "groups", "--", "echo", "here")).toEqual({
      ...{ code: 0, stderr: "", stdout: `${machines} hosts: hollow-[1-${machines}]\n  here\n` },
    });
    const lines = (await plush("run", "hollow-[3-5]", "--", "echo", "here")).stdout.trimEnd().split("\n");
    expect(lines.toSorted()).toEqual(["hollow-3: here", "hollow-4: here", "hollow-5: here"]);
  });

  it("B-RUN-2: nobody waits for a machine that is not heard of; the rest have answered, and it is named with the reason", async () => {
    const lost = ["hollow-7", "hollow-8"];
    world.fleet.inflict("silent", ...lost);
    // At once, while nobody knows of it yet: it is given up after its time.
    const first = await plush("run", "--all", "--timeout", "1s", "-o", "groups", "--", "echo", "here");
    expect(first.stdout).toContain(`${machines - 2} hosts: hollow-[1-6,9-${machines}]\n  here\n`);
    expect(first.stderr).toMatch(/^error: failed on 2 of 120 hosts\n {2}hollow-\[7-8\]: \S/);
    const isKnown = async (): Promise<number> =>
      (await resources()).filter(({ status }) => ["Failed", "Unreachable"].includes(status?.state ?? "")).length;
    await expect.poll(isKnown, soon).toBe(2);
    const later = await plush("run", "--all", "--", "echo", "here");
    expect(later.code).toBe(255);
    // Named before anybody has answered.
    expect(later.stderr).toMatch(/^hollow-7: not connected: .+\nhollow-8: not connected: /);
    world.fleet.inflict("heal", ...lost);
    await expect.poll(isKnown, soon).toBe(0);
  });

  it("B-LOG-1: logs -f shows every member, whole lines in order, while one machine is away; then that one's too, without a gap", async () => {
    const child = spawn(plushProgram, ["logs", "application/talk", "-f", "--tail", "0"], { env: env() });
    const said = { out: "", err: "" };
    child.stdout.on("data", (chunk) => {
      said.out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      said.err += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const linesOf = (): Map<string, number[]> => {
      const found = new Map<string, number[]>();
      for (const line of said.out.slice(0, said.out.lastIndexOf("\n") + 1).split("\n")) {
        const [, member = "", number] = /^(\S+) +\| line (\d{7})$/.exec(line) ?? [];
        if (line !== "" && number === undefined) throw new Error(`no whole line: ${JSON.stringify(line)}`);
        if (number !== undefined) found.set(member, [...(found.get(member) ?? []), Number(number)]);
      }
      return found;
    };
    await expect.poll(() => linesOf().size, soon).toBe(machines);
    const [away] = await members();
    const name = away?.metadata.name ?? "";
    world.fleet.inflict("silent", away?.status?.resourceName ?? "");
    await expect.poll(() => said.err, soon).toMatch(new RegExp(`^${name} +\\| \\(waiting: `, "m"));
    // The others go on meanwhile.
    const before = linesOf();
    await expect
      .poll(() => [...linesOf()].filter(([each, lines]) => lines.length > (before.get(each)?.length ?? 0)).length, soon)
      .toBe(machines - 1);
    world.fleet.inflict("heal", away?.status?.resourceName ?? "");
    await expect.poll(() => linesOf().get(name)?.length, soon).toBeGreaterThan((before.get(name)?.length ?? 0) + 10);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
    for (const [member, lines] of linesOf()) {
      const first = lines[0] ?? 0;
      expect([member, lines]).toEqual([member, lines.map((_, index) => first + index)]);
    }
  });

  it("what is there of all logs is read one after another", async () => {
    const { stdout, stderr } = await plush("logs", "application/talk", "--tail", "2");
    const order = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ", 1)[0] ?? "");
    const names = (await members()).map(({ metadata }) => metadata.name ?? "");
    expect([stderr, [...new Set(order)]]).toEqual(["", names]);
    // One may print between being asked and answering.
    expect(order.length).toBeGreaterThanOrEqual(2 * machines);
  });
});
