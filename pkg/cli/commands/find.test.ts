import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, test } from "vitest";
import type { ResourceQueryStatus } from "../../api/index.ts";
import { readText, type StubServer, sendJson, startStub } from "../../client/fixtures/stub-server.ts";
import { builtInCommands } from "../command-table.ts";
import { readAttribute, readLatency } from "../find/term.ts";
import { type Captured, runCaptured } from "../fixtures/run-captured.ts";

let scratch: string;
let stub: StubServer | undefined;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "plush-find-"));
});
afterEach(async () => {
  rmSync(scratch, { recursive: true, force: true });
  await stub?.close();
});

const machine = (resource: string, penalty: number, load: number) => ({
  ...{ resource, penalty, claims: 1 },
  terms: [{ term: "load.1m", penalty: load }],
});
const answer: ResourceQueryStatus = {
  ...{ found: true, optimal: true, penalty: 2.5, message: "2 machines, penalty 2.5, the least there is" },
  sets: [{ group: "g", penalty: 2.5, resources: [machine("m1", 1, 1), machine("m2", 1.5, 1.5)] }],
  others: [{ group: "g", ...machine("m3", 4, 4) }],
  refused: [{ group: "g", resource: "m4", reason: "Unschedulable", message: "cordoned" }],
};

/** What the command prints where the server answers so; and what the server was asked. */
async function run(
  status: ResourceQueryStatus,
  ...flags: string[]
): Promise<Captured & { path?: string; asked?: unknown }> {
  let [path, asked]: [string | undefined, unknown] = [undefined, undefined];
  stub = await startStub(async (request, response) => {
    path = request.url;
    asked = JSON.parse(await readText(request));
    sendJson(response, 201, { apiVersion: "plush.dev/v1", kind: "ResourceQuery", metadata: {}, status });
  });
  const captured = await runCaptured(["find", ...flags], { url: stub.url, commands: builtInCommands });
  return { ...captured, ...(path !== undefined && { path }), asked };
}

it("asks what its flags say, and prints the machines with what they pay", async () => {
  const flags = ["--count=2", "--attr=load.1m<=8,ideal<=1,penalty=5", "--pool=lab", "-l", "site in (a,b)", "-n", "lab"];
  const { code, out, path, asked } = await run(answer, ...flags);
  expect(code).toBe(0);
  expect(path).toBe("/apis/plush.dev/v1/namespaces/lab/resourcequeries");
  expect(asked).toMatchObject({
    kind: "ResourceQuery",
    metadata: { namespace: "lab" },
    spec: {
      groups: [
        {
          ...{ name: "machines", count: 2 },
          resources: {
            pools: ["lab"],
            attributes: [{ name: "load.1m", max: "8", ideal: { max: "1" }, penalty: 5 }],
            selector: { matchExpressions: [{ key: "site", operator: "In", values: ["a", "b"] }] },
          },
        },
      ],
    },
  });
  expect(out).toBe(`GROUP   MACHINE   PENALTY   CLAIMS   FOR
g       m1        1         1        load.1m 1
g       m2        1.5       1        load.1m 1.5
2 machines, penalty 2.5, the least there is
`);
});

it("gives terms to the groups that they name, and keeps a group away from itself", async () => {
  const flags = [
    "--group=servers=3",
    "--group=clients",
    "--count=2",
    "--latency=<=100ms",
    "--latency=servers<=50ms,closest",
  ];
  const { asked } = await run(
    answer,
    ...flags,
    "--attr=clients:cpu.cores>=4",
    "--spread=site=2",
    "--requests=cpu=1,memory=1Gi",
  );
  const shared = { spread: [{ by: "site", maxSkew: 2 }], requests: { cpu: "1", memory: "1Gi" } };
  const within = { within: true, max: "100ms" };
  const to = { to: "servers", max: "50ms", pairs: "Closest" };
  expect((asked as { spec: unknown }).spec).toEqual({
    groups: [
      { name: "servers", count: 3, resources: { ...shared, attributes: [], latency: [within] } },
      {
        ...{ name: "clients", count: 2 },
        resources: { ...shared, attributes: [{ name: "cpu.cores", min: "4" }], latency: [within, to] },
      },
    ],
  });
});

it("B-FIND-12: --explain tells of every machine what it pays, or why it will not do", async () => {
  const { out, asked } = await run(answer, "--explain");
  expect(asked).toMatchObject({ spec: { explain: true } });
  expect(out).toBe(`GROUP   MACHINE   VERDICT    PENALTY   CLAIMS   WHY
g       m1        taken      1         1        load.1m 1
g       m2        taken      1.5       1        load.1m 1.5
g       m3        would do   4         1        load.1m 4
g       m4        refused                       Unschedulable: cordoned
2 machines, penalty 2.5, the least there is
`);
});

it("ends with 1 where nothing is found, and says why", async () => {
  const none = { found: false, optimal: true, message: "there is no machine", sets: [] };
  const { code, out, err } = await run(none);
  expect({ code, out, err }).toEqual({ code: 1, out: "", err: "error: there is no machine\n" });
});

it("-o name prints machines alone, -o json the whole answer", async () => {
  expect((await run(answer, "-o", "name")).out).toBe("resource/m1\nresource/m2\n");
  await stub?.close();
  expect(JSON.parse((await run(answer, "-o", "json")).out).status).toEqual(answer);
});

it("asks for the machines of an application's components", async () => {
  const file = join(scratch, "app.yaml");
  writeFileSync(
    file,
    `apiVersion: plush.dev/v1
kind: Application
metadata: {name: app, namespace: lab}
spec:
  components: [{name: a, replicas: 2, resources: {pool: lab}}, {name: b}]
  phases: []
`,
  );
  const { path, asked } = await run(answer, "-f", file);
  expect(path).toBe("/apis/plush.dev/v1/namespaces/lab/resourcequeries");
  const groups = [{ name: "a", count: 2, resources: { pool: "lab" } }, { name: "b" }];
  expect((asked as { spec: unknown }).spec).toEqual({ groups });
  const mixed = await run(answer, "-f", file, "--count=1");
  expect(mixed).toMatchObject({ code: 2, err: expect.stringContaining("--count may not be given beside -f") });
});

test.each([
  ["cpu.cores>=4", { name: "cpu.cores", min: "4" }],
  ["load.1m>=1,<=8,ideal<=2,penalty=0.5", { name: "load.1m", min: "1", max: "8", ideal: { max: "2" }, penalty: 0.5 }],
  ["os=linux|freebsd,ideal=linux", { name: "os", in: ["linux", "freebsd"], ideal: { in: ["linux"] } }],
  ["kernel>=v5.10,<=v6.8", { name: "kernel", version: { min: "5.10", max: "6.8" } }],
])("--attr %s", (text, term) => expect(readAttribute(text)).toEqual({ term }));

test.each([
  ["<=100ms", { within: true, max: "100ms" }],
  ["@gate-1<=20ms,ideal<=5ms,penalty=2", { resource: "gate-1", max: "20ms", ideal: { max: "5ms" }, penalty: 2 }],
  [">=20ms,<=1s", { within: true, min: "20ms", max: "1s" }],
])("--latency %s", (text, term) => expect(readLatency(text)).toEqual({ term }));

test.each([
  [["--attr=cpu.cores"], "--attr:"],
  [["--attr=x<=1,penalty=no"], "--attr:"],
  [["--latency=servers"], "--latency:"],
  [["--latency=servers=1"], "--latency:"],
  [["--group=A=B"], "--group:"],
  [["--attr=a:x>=1"], "there is no --group a"],
  [["--requests=disk=1"], "--requests:"],
])("%s is wrong use", async (flags, words) => {
  const { code, err } = await runCaptured(["find", ...flags], { url: "http://127.0.0.1:1", commands: builtInCommands });
  expect(code).toBe(2);
  expect(err).toContain(words);
});
