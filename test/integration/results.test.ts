import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Process } from "../../pkg/api/index.ts";
import { eventually } from "../support/eventually.ts";
import { useLocalPool } from "../support/local-pool.ts";

const example = resolve(import.meta.dirname, "../../manifests/examples/collect");

describe("what processes leave", () => {
  const { home, server } = useLocalPool("results", 3);

  function apply(yaml: string): Promise<string> {
    return server.apply(yaml.replace("{", "{apiVersion: plush.dev/v1, "));
  }

  async function letGo(application: string): Promise<void> {
    const state = async () => (await server.get<{ status?: { state?: string } }>("application", application)).status;
    await eventually(async () => expect((await state())?.state).toMatch(/Complete|Failed/), 30_000);
    await eventually(async () => expect(await server.list("claims")).toEqual([]), 30_000);
  }

  it("B-FIN-8: one command on all machines: logs and files are there when the machines are given back", async () => {
    expect(readFileSync(join(example, "collect.yaml"), "utf8").trim().split("\n").length).toBeLessThanOrEqual(14);
    await server.plush("apply", "-f", example);
    await letGo("collect");
    const processes = await server.list<Process>("processes");
    expect(processes.map(({ status }) => status?.results?.map(({ name }) => name))).toEqual(
      Array.from({ length: 3 }, () => ["log", "stdout", "files/memory.txt"]),
    );
    const [name = ""] = processes.map(({ metadata }) => metadata.name ?? "");
    expect(await server.plush("logs", `process/${name}`)).toMatch(/^Linux \S+\n$/);
    expect(await server.plush("results", "application/collect", "--dir", join(home, "out"))).toBe("");
    expect(readFileSync(join(home, "out", name, "files/memory.txt"), "utf8")).toMatch(/^MemTotal/);
    const grouped = await server.plush("results", "application/collect");
    expect(grouped).toMatch(/3 hosts: \S+\n {2}Linux \S+\n {2}files\/memory\.txt: \d+ bytes, sha256:/);
    await server.plush("delete", "-f", example, "--timeout=30s");
  });

  it("B-FIN-9: links lead to nothing, what is too large is cut, and an answer that differs stands apart", async () => {
    const script = `echo $((PLUSH_ORDINAL > 0)); mkdir -p out; echo 123456789 >out/a.txt; ln -s /etc/passwd out/b.txt; ln -s /etc out/c; exit $((PLUSH_ORDINAL > 0 ? 3 : 0))`;
    await apply(
      `{kind: Application, metadata: {name: odd}, spec: {cleanup: {releaseAfter: 0s}, components: [{name: all, replicas: 3}],
        phases: [{name: run, processes: [{name: odd, command: [sh, -c, "${script}"], restartPolicy: Never,
          outputs: {files: ["**/*.txt", "out/c/passwd"], maxSize: 4}}]}]}}`,
    );
    await letGo("odd");
    const { stdout } = await server.run(["results", "application/odd"]);
    const digest = "sha256:03ac674216f3"; // of "1234"
    const answer = (text: string): string => `  ${text}\n  files/out/a.txt: 4 bytes (cut), ${digest}\n`;
    const shown = stdout.replaceAll(/: \S+(,\S+)*( \(exit 3\))?$/gm, ": NAMES$2");
    expect(shown).toBe(`1 host: NAMES\n${answer("0")}2 hosts: NAMES (exit 3)\n${answer("1")}`);
    await server.plush("delete", "application", "odd", "--timeout=30s");
  });

  it("B-FIN-24: streams that are kept apart are the answers that are compared; the log has both, and files get what is left of maxSize", async () => {
    const script = "echo answer; echo noise of $PLUSH_ORDINAL >&2; echo file >a.txt";
    const process = (name: string, outputs: string): string =>
      `{name: ${name}, command: [sh, -c, "${script}"], restartPolicy: Never, outputs: {${outputs}}}`;
    await apply(
      `{kind: Application, metadata: {name: apart}, spec: {cleanup: {releaseAfter: 0s}, components: [{name: all, replicas: 3}],
        phases: [{name: out, processes: [${process("out", 'stdout: true, files: ["*.txt"], maxSize: 9')}]},
          {name: both, after: [out], processes: [${process("both", "stdout: true, stderr: true, maxSize: 12")}]},
          {name: work, after: [both], work: {command: [sh, -c, "echo $PLUSH_ITEM; echo noise >&2"], count: 2, outputs: {stdout: true}}}]}}`,
    );
    await letGo("apart");
    const results = async (...rest: readonly string[]): Promise<string> =>
      (await server.run(["results", ...rest])).stdout.replaceAll(/ hosts: \S+$/gm, " hosts: NAMES");
    expect(await results("phase/apart-out")).toMatch(
      /^3 hosts: NAMES\n {2}answer\n {2}files\/a\.txt: 2 bytes \(cut\), sha256:\w+\n$/,
    );
    expect(await results("phase/apart-both")).toBe(
      "3 hosts: NAMES\n  answer\n  noise\n  stderr: only the first 5 bytes were kept\n",
    );
    const { stdout: log } = await server.run(["logs", "process/apart-out-out-all-1"]);
    expect(log.trimEnd().split("\n").sort()).toEqual(["answer", "noise of 1"]);
    await results("application/apart", "--dir", join(home, "apart"));
    const stream = (name: string): string => readFileSync(join(home, "apart/apart-both-both-all-2", name), "utf8");
    expect([stream("stdout"), stream("stderr")]).toEqual(["answer\n", "noise"]);
    expect(await results("phase/apart-work")).toBe("0: 0\n1: 1\n");
    const [, item = ""] = (await results("phase/apart-work", "-o", "json")).split("\n");
    expect(JSON.parse(item)).toMatchObject({ stdout: "1\n", log: expect.stringContaining("noise\n") });
    await server.plush("delete", "application", "apart", "--timeout=30s");
  });

  it("B-FIN-22: cleanup.keep: files of the working directory are fetched before the member is cleaned, those of earlier phases too", async () => {
    const write = "mkdir -p data; echo one >data/one.txt; ln -s /etc/passwd data/two.txt; echo no >data/other";
    await apply(
      `{kind: Application, metadata: {name: kept}, spec: {cleanup: {keep: ["data/*.txt"]}, components: [{name: all, replicas: 2}],
        phases: [{name: first, processes: [{name: write, command: [sh, -c, "${write}"], restartPolicy: Never}]},
          {name: second, after: [first], processes: [{name: end, command: ["true"], restartPolicy: Never}]}]}}`,
    );
    await letGo("kept");
    const processes = await server.list<Process>("processes");
    expect(processes.map(({ status }) => status?.results?.map(({ name }) => name) ?? [])).toEqual([
      [],
      [],
      ["kept/data/one.txt"],
      ["kept/data/one.txt"],
    ]);
    await server.run(["results", "application/kept", "--dir", join(home, "kept")]);
    expect(readFileSync(join(home, "kept/kept-second-end-all-1/kept/data/one.txt"), "utf8")).toBe("one\n");
    await server.plush("delete", "application", "kept", "--timeout=30s");
  });

  it("B-PHA-22: a member clears away what a phase leaves once that is released and the member is through; the rest stays", async () => {
    const wait = "while test -e work/scratch.tmp; do sleep 0.1; done; ls work";
    await apply(
      `{kind: Application, metadata: {name: tidy}, spec: {cleanup: {releaseAfter: 0s}, components: [{name: all, replicas: 2}],
        phases: [
          {name: build, cleanup: {remove: ["work/*.tmp"]}, processes: [
            {name: compile, command: [sh, -c, "mkdir -p work; touch work/scratch.tmp work/result"], restartPolicy: Never},
            {name: other, command: ["true"], restartPolicy: Never}]},
          {name: use, after: [build], processes: [{name: look, command: [sh, -c, "${wait}"], restartPolicy: Never}]}]}}`,
    );
    await letGo("tidy");
    const processes = await server.list<Process>("processes");
    const tidied = processes.map(({ spec, status }) => `${spec.process} ${status?.tidied?.removed ?? "-"}`);
    expect(tidied.sort()).toEqual(["compile 1", "compile 1", "look -", "look -", "other 0", "other 0"]);
    expect(await server.plush("results", "phase/tidy-use")).toMatch(/2 hosts: \S+\n {2}result\n/);
    await server.plush("delete", "application", "tidy", "--timeout=30s");
  });
});
