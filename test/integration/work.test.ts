import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Phase } from "../../pkg/api/index.ts";
import { sendSignal } from "../../pkg/signal/index.ts";
import { eventually } from "../support/eventually.ts";
import { useLocalPool } from "../support/local-pool.ts";
import { runProgram } from "../support/plush-server.ts";

const example = resolve(import.meta.dirname, "../../manifests/examples/work");

describe("work phases on machines of this computer", () => {
  const { home, server } = useLocalPool("work", 3);

  function apply(yaml: string): Promise<string> {
    return server.apply(yaml.replace("{", "{apiVersion: plush.dev/v1, "));
  }

  async function work(name: string, spec: string): Promise<void> {
    await apply(
      `{kind: Application, metadata: {name: ${name}}, spec: {components: [{name: w, replicas: 3}], phases: [{name: go, work: ${spec}}]}}`,
    );
  }

  async function status(phase: string): Promise<NonNullable<Phase["status"]>> {
    return (await server.get<Phase>("phase", phase)).status ?? {};
  }

  async function itemsOf(phase: string, ...more: string[]): Promise<readonly Record<string, unknown>[]> {
    const lines = await server.plush("get", "items", `phase/${phase}`, "-o", "json", ...more);
    return lines.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Record<string, unknown>]));
  }

  it("B-WRK-8: an item has a directory, a text, a number and an attempt of its own; what it leaves is fetched", async () => {
    const script = `pwd; echo "$PLUSH_ITEM" >text; ls; exit $((PLUSH_ITEM_ATTEMPT < 2 && PLUSH_ITEM_INDEX == 1))`;
    await work("own", `{command: [sh, -c, '${script}'], items: ["a $(HOME)", b, c], outputs: {files: [text]}}`);
    await server.plush("wait", "phase/own-go", "--for=condition=Ready", "--timeout=60s");
    expect(await itemsOf("own-go")).toMatchObject([
      { index: 0, text: "a $(HOME)", state: "Done", attempt: 1, exitCode: 0 },
      { index: 1, state: "Done", attempt: 2, attempts: 2, failures: 1 },
      { index: 2, state: "Done", attempts: 1 },
    ]);
    await server.plush("results", "phase/own-go", "--dir", join(home, "own"));
    expect(readFileSync(join(home, "own/item-0/files/text"), "utf8")).toBe("a $(HOME)\n");
    expect(readFileSync(join(home, "own/item-1/log"), "utf8")).toMatch(/\/work\/items\/own-go\/0\.1\.2\ntext\n$/);
    expect(await server.plush("describe", "phase", "own-go")).toMatch(/Items: +3 done, 0 failed, 0 with members/);
    await server.plush("delete", "application/own", "--timeout=60s");
  });

  it("B-WRK-9: what takes longer than its timeout is ended, and has failed", async () => {
    await work("slow", `{command: [sh, -c, 'echo begun; exec sleep 60'], count: 1, timeout: 300ms, retries: 0}`);
    await eventually(async () => expect((await status("slow-go")).state).toBe("Failed"), 60_000);
    expect(await itemsOf("slow-go", "--failed")).toMatchObject([
      { reason: "TimedOut", output: expect.stringMatching(/^begun\n/) },
    ]);
    const reason = (await status("slow-go")).conditions?.find(({ type }) => type === "Stalled");
    expect(reason?.message).toMatch(/^1 of 1 items failed, 0 may: item 0 took longer than it may/);
    await server.plush("delete", "application/slow", "--timeout=60s");
  });

  it("B-WRK-10: a phase waits for what its items are made of or are given, and says for what", async () => {
    const env = "[{name: KEY, valueFrom: {secretKeyRef: {name: key, key: k}}}]";
    const lines = "{configMapKeyRef: {name: list, key: all}}";
    await work("given", `{command: [sh, -c, 'echo "$PLUSH_ITEM $KEY"'], lines: ${lines}, env: ${env}, outputs: {}}`);
    const told = async () => (await status("given-go")).conditions?.find(({ type }) => type === "Ready")?.message;
    await expect.poll(told, { timeout: 30_000 }).toBe("waits for ConfigMap list, Secret key");
    await server.plush("create", "configmap", "list", "--from-literal=all=one");
    await expect.poll(told, { timeout: 10_000 }).toBe("waits for Secret key");
    await server.plush("create", "secret", "generic", "key", "--from-literal=k=hush");
    await server.plush("wait", "phase/given-go", "--for=condition=Ready", "--timeout=60s");
    expect(await server.plush("results", "phase/given-go")).toContain("one hush");
    await server.plush("delete", "application/given", "--timeout=60s");
  });

  it("B-WRK-7: no result is lost, and none done twice for it, when server and agents are killed", async () => {
    // What has run is written where all members see it.
    await work(
      "kill",
      `{command: [sh, -c, 'echo $PLUSH_ITEM >>${home}/ran; sleep 0.2'], count: 90, perMember: 2, speculate: false}`,
    );
    const done = async () => (await status("kill-go")).work?.done ?? 0;
    await eventually(async () => expect(await done()).toBeGreaterThan(5), 60_000);
    await server.kill();
    const pids = agents(server.dataDirectory);
    expect(pids).toHaveLength(3);
    for (const pid of pids) sendSignal(pid, "SIGKILL");
    await server.start();
    await server.plush("wait", "phase/kill-go", "--for=condition=Ready", "--timeout=60s");
    expect((await status("kill-go")).work).toMatchObject({ total: 90, done: 90, failed: 0 });
    expect((await itemsOf("kill-go")).every(({ failures }) => failures === 0)).toBe(true);
    const ran = readFileSync(join(home, "ran"), "utf8").trim().split("\n");
    expect(new Set(ran).size).toBe(90);
    expect(ran.length).toBe(90);
    await server.plush("delete", "application/kill", "--timeout=60s");
  }, 120_000);

  it("the example counts the words of a thousand texts", async () => {
    const copy = join(home, "example");
    cpSync(example, copy, { recursive: true });
    await runProgram("/bin/sh", [join(copy, "make-texts.sh")], { env: server.environment() });
    // Fewer here, where all members share one computer.
    for (const name of readdirSync(join(copy, "texts"))) if (name > "0060.txt") rmSync(join(copy, "texts", name));
    await server.plush("apply", "-f", copy, "--wait", "--timeout=60s");
    const counts = (await server.plush("results", "phase/words-count")).trim().split("\n");
    expect(counts.map((line) => Number(line.split(": ")[1]))).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
    await server.plush("delete", "-f", copy, "--timeout=60s");
  }, 120_000);
});

/** Agents of machines of this server, by what their command lines name. */
function agents(directory: string): readonly number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, "utf8");
      return line.includes(join(directory, "local")) && line.includes("plush-agent") ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}
