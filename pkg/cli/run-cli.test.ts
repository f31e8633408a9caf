import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readText, type StubHandler, type StubServer, sendJson, startStub } from "../client/fixtures/stub-server.ts";
import { StatusError } from "../status/index.ts";
import { clientVersion } from "./commands/version.ts";
import { runCaptured } from "./fixtures/run-captured.ts";

let scratch: string;
let stub: StubServer | undefined;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "plush-cli-test-"));
});
afterEach(async () => {
  rmSync(scratch, { recursive: true, force: true });
  await stub?.close();
  stub = undefined;
});

async function serve(handler: StubHandler): Promise<string> {
  stub = await startStub(handler);
  return stub.url;
}

function manifest(name: string, text: string): string {
  const file = join(scratch, name);
  writeFileSync(file, text);
  return file;
}

describe("the command line itself", () => {
  it("explains itself, and says what is wrong with it", async () => {
    const all = await runCaptured([]);
    expect(all.code).toBe(0);
    expect(all.out).toMatch(/^ {2}apply +Makes objects as manifests say/m);
    expect(all.out).not.toContain("__complete");
    expect((await runCaptured(["get", "--help"])).out).toContain("Usage: plush get KIND[,KIND]");
    expect((await runCaptured(["help", "create", "secret"])).out).toMatch(/^ {2}ssh-auth/m);
    expect(await runCaptured(["frob"])).toEqual({
      code: 2,
      out: "",
      err: "error: unknown command \"frob\"\nSee 'plush --help'.\n",
    });
    expect(await runCaptured(["get", "--frob"])).toMatchObject({
      code: 2,
      err: "error: unknown flag: --frob\nSee 'plush get --help'.\n",
    });
    expect((await runCaptured(["create"])).code).toBe(2);
  });

  it("takes global flags before the command, and commands from outside", async () => {
    const given: unknown[] = [];
    const serverCommand = {
      usage: "",
      summary: "",
      flags: [],
      run: async (call: { args: { text(name: string): unknown } }) => given.push(call.args.text("namespace")),
    };
    const { code } = await runCaptured(["-n", "team", "server"], { commands: { server: async () => serverCommand } });
    expect([code, given]).toEqual([1, ["team"]]);
  });

  it("says what to do where there is no server", async () => {
    const { code, err } = await runCaptured(["get", "app"]);
    expect([code, err]).toEqual([
      1,
      "error: no server configured: start one with `plush server`, or name a kubeconfig with --kubeconfig or KUBECONFIG\n",
    ]);
    expect((await runCaptured(["get", "app"], { url: "http://127.0.0.1:1" })).err).toBe(
      "error: cannot reach http://127.0.0.1:1: connection refused: is it running?\n",
    );
  });

  it("is of the version that package.json says", async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
    expect(clientVersion).toBe(`v${version}`);
    expect((await runCaptured(["version", "--client"])).out).toBe(`Client Version: v${version}\n`);
  });
});

describe("get", () => {
  const table = {
    kind: "Table",
    metadata: { resourceVersion: "5" },
    columnDefinitions: [{ name: "Name", format: "name", priority: 0 }],
    rows: [{ cells: ["web"], object: { metadata: { name: "web", resourceVersion: "4" } } }],
  };

  it("prints tables, what is missing, and nothing", async () => {
    const url = await serve((request, response) => {
      if (request.url?.includes("/phases")) return sendJson(response, 200, { ...table, rows: [] });
      if (request.url?.endsWith("/nope"))
        return sendJson(response, 404, new StatusError("NotFound", 'applications.plush.dev "nope" not found').toBody());
      sendJson(response, 200, table);
    });
    expect(await runCaptured(["get", "app,comp"], { url })).toMatchObject({
      code: 0,
      out: "NAME\napplication.plush.dev/web\n\nNAME\ncomponent.plush.dev/web\n",
    });
    expect(await runCaptured(["get", "app", "web", "nope"], { url })).toEqual({
      code: 1,
      out: "NAME\nweb\n",
      err: 'error: applications.plush.dev "nope" not found\n',
    });
    expect(await runCaptured(["get", "phases"], { url })).toEqual({
      code: 0,
      out: "",
      err: "No resources found in default namespace.\n",
    });
  });

  it("goes on watching when the server comes back", async () => {
    const ended = new AbortController();
    const asked: string[] = [];
    const url = await serve((request, response) => {
      const { searchParams } = new URL(request.url ?? "", "http://x");
      if (searchParams.get("watch") === null) return sendJson(response, 200, table);
      asked.push(searchParams.get("resourceVersion") ?? "");
      const row = (version: string) => ({
        ...table,
        metadata: {},
        rows: [{ cells: [`web${version}`], object: { metadata: { name: "web", resourceVersion: version } } }],
      });
      if (asked.length === 1)
        return response.write(`${JSON.stringify({ type: "MODIFIED", object: row("6") })}\n`, () =>
          request.socket.destroy(),
        );
      response.write(`${JSON.stringify({ type: "MODIFIED", object: row("7") })}\n`, () =>
        setImmediate(() => ended.abort()),
      );
    });
    const { out } = await runCaptured(["get", "app", "-w"], { url, signal: ended.signal });
    expect(asked).toEqual(["5", "6"]);
    expect(out).toContain("NAME\nweb\nweb6\n");
  });
});

describe("apply", () => {
  const text = `apiVersion: plush.dev/v1
kind: Application
metadata: {name: web}
spec:
  components:
  - name: a
    replicas: two
---
apiVersion: v1
kind: Namespace
metadata: {name: team}
`;

  it("applies nothing where anything is refused, and names file, line and field", async () => {
    const writes: string[] = [];
    const url = await serve(async (request, response) => {
      if (request.method === "GET") return sendJson(response, 404, new StatusError("NotFound", "no").toBody());
      await readText(request);
      const dryRun = request.url?.includes("dryRun=All") ?? false;
      writes.push(`${request.url?.split("?")[0]}${dryRun ? " (dry)" : ""}`);
      if (!request.url?.includes("applications"))
        return sendJson(response, 201, { apiVersion: "v1", kind: "Namespace", metadata: {} });
      const causes = [
        {
          reason: "FieldValueInvalid",
          field: "spec.components[0].replicas",
          message: "Invalid value: must be an integer",
        },
        { reason: "FieldValueRequired", field: "spec.phases", message: "Required value" },
      ];
      sendJson(response, 422, new StatusError("Invalid", "bad", { details: { causes } }).toBody());
    });
    const file = manifest("app.yaml", text);
    expect(await runCaptured(["apply", "-f", file], { url })).toEqual({
      code: 1,
      out: "",
      err: `error: ${file}:7: spec.components[0].replicas: Invalid value: must be an integer\nerror: ${file}:4: spec.phases: Required value\n`,
    });
    expect(writes.every((write) => write.endsWith("(dry)"))).toBe(true);
  });

  it("applies in order, and says what became of each", async () => {
    const store = new Map<string, Record<string, unknown>>();
    const order: string[] = [];
    const url = await serve(async (request, response) => {
      const path = request.url?.split("?")[0] ?? "";
      const present = store.get(path);
      if (request.method === "GET")
        return present === undefined
          ? sendJson(response, 404, new StatusError("NotFound", "no").toBody())
          : sendJson(response, 200, present);
      const object = JSON.parse(await readText(request));
      if (!request.url?.includes("dryRun=All")) {
        order.push(object.kind);
        store.set(path, object);
      }
      sendJson(response, present === undefined ? 201 : 200, object);
    });
    const file = manifest("app.yaml", text);
    const first = await runCaptured(["apply", "-f", file, "--dry-run=server"], { url });
    expect(first.out).toBe(
      "namespace/team created (server dry run)\napplication.plush.dev/web created (server dry run)\n",
    );
    expect((await runCaptured(["apply", "-f", "-"], { url, input: text })).out).toBe(
      "namespace/team created\napplication.plush.dev/web created\n",
    );
    expect(order).toEqual(["Namespace", "Application"]);
    manifest("app.yaml", text.replace("two", "2"));
    expect((await runCaptured(["apply", "-f", file], { url })).out).toBe(
      "namespace/team unchanged\napplication.plush.dev/web configured\n",
    );
    const diff = await runCaptured(["diff", "-f", manifest("app.yaml", text)], { url });
    expect(diff.code).toBe(1);
    expect(diff.out).toContain("-    replicas: 2\n+    replicas: two\n");
  });
});

describe("objects that files name", () => {
  const changed: string[] = [];
  const echo: StubHandler = async (request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://x");
    const name = pathname.split("/").at(-1) ?? "";
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" } };
    if (request.method === "GET") return sendJson(response, 200, object);
    changed.push(`${request.method} ${name} ${await readText(request)}`);
    const created = { ...object, metadata: { ...object.metadata, name: "made-x7" } };
    sendJson(response, 200, request.method === "POST" ? created : object);
  };
  beforeEach(() => {
    changed.length = 0;
  });
  const configMap = (metadata: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {${metadata}}\n`;

  it("are labeled and patched", async () => {
    const url = await serve(echo);
    const file = manifest("c.yaml", configMap("name: c"));
    expect((await runCaptured(["label", "-f", file, "tier=front"], { url })).out).toBe("configmap/c labeled\n");
    expect((await runCaptured(["patch", "-f", file, "-p", "data: {a: b}"], { url })).code).toBe(0);
    expect(changed).toEqual(['PATCH c {"metadata":{"labels":{"tier":"front"}}}', 'PATCH c {"data":{"a":"b"}}']);
    const both = await runCaptured(["label", "cm", "c", "-f", file, "tier=front"], { url });
    expect(both.err).toContain("names, and -f or -k, cannot be given together");
  });

  it("may leave their name to the server where they are created, and only there", async () => {
    const url = await serve(echo);
    const file = manifest("made.yaml", configMap("generateName: made-"));
    expect((await runCaptured(["create", "-f", file], { url })).out).toBe("configmap/made-x7 created\n");
    expect((await runCaptured(["apply", "-f", file], { url })).err).toContain("metadata.name: Required value");
  });
});

it("asks in the name of somebody else", async () => {
  const asked: unknown[] = [];
  const url = await serve((request, response) => {
    asked.push([request.headersDistinct["impersonate-user"], request.headersDistinct["impersonate-group"]]);
    sendJson(response, 200, { kind: "Table", metadata: {}, columnDefinitions: [], rows: [] });
  });
  await runCaptured(["get", "app", "--as", "ann", "--as-group", "a", "--as-group", "b"], { url });
  await runCaptured(["get", "app"], { url });
  expect(asked).toEqual([
    [["ann"], ["a", "b"]],
    [undefined, undefined],
  ]);
  expect((await runCaptured(["get", "app", "--as-group", "a"], { url })).err).toContain("--as-group needs --as");
});
