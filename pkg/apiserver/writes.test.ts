import { expect, test } from "vitest";
import { type Sent, send } from "../../test/support/send.ts";
import { startTestServer, type TestServer } from "../../test/support/test-api.ts";

const applications = "/apis/plush.dev/v1/namespaces/default/applications";
const configMaps = "/api/v1/namespaces/default/configmaps";

const manifest = {
  apiVersion: "plush.dev/v1",
  kind: "Application",
  metadata: { name: "web" },
  spec: {
    components: [{ name: "members", replicas: 2 }],
    phases: [{ name: "serve", processes: [{ name: "serve", command: ["sleep", "1"], restartPolicy: "Always" }] }],
  },
};
const configMap = (name: string, more: object = {}): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...more },
});

interface Seen {
  readonly code: number;
  readonly body: {
    readonly kind: string;
    readonly message?: string;
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly spec: Readonly<Record<string, unknown>>;
    readonly items?: readonly unknown[];
    readonly status: unknown;
  };
}

async function ask(server: TestServer, path: string, method = "GET", body?: unknown, type = "json"): Promise<Seen> {
  const sent: Sent = {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: { "content-type": `application/${type}`, "user-agent": "tester/1" },
  };
  const { code, text } = await send(server, path, sent);
  return { code, body: JSON.parse(text) };
}

type ScalePatch = (replicas: number) => readonly [unknown, string];

const patches: Readonly<Record<"merge" | "json" | "strategic" | "apply", ScalePatch>> = {
  merge: (replicas: number) => [{ spec: { replicas } }, "merge-patch+json"],
  json: (replicas: number) => [[{ op: "replace", path: "/spec/replicas", value: replicas }], "json-patch+json"],
  strategic: (replicas: number) => [{ spec: { replicas } }, "strategic-merge-patch+json"],
  apply: (replicas: number) => [
    { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "web" }, spec: { replicas } },
    "apply-patch+yaml",
  ],
};

test("the number of members is scaled by every type of patch, tried or done, and belongs to who set it", async () => {
  const server = await startTestServer();
  await ask(server, applications, "POST", manifest);
  const scale = `${applications}/web/scale`;
  let replicas = 2;
  for (const [name, patch] of Object.entries(patches)) {
    const wanted = replicas + 1;
    const [body, type] = patch(wanted);
    const query = name === "apply" ? "?fieldManager=me&force=true" : "?fieldManager=me";
    const tried = await ask(server, `${scale}${query}&dryRun=All`, "PATCH", body, type);
    expect(tried, name).toMatchObject({ code: 200, body: { kind: "Scale", spec: { replicas: wanted } } });
    expect((await ask(server, scale)).body.spec, name).toEqual({ replicas });
    const done = await ask(server, `${scale}${query}`, "PATCH", body, type);
    expect(done.body.spec, name).toEqual({ replicas: wanted });
    replicas = wanted;
  }
  const { body } = await ask(server, `${applications}/web`);
  expect(body.spec["components"]).toMatchObject([{ name: "members", replicas }]);
  expect(body.metadata["managedFields"]).toContainEqual(
    expect.objectContaining({
      manager: "me",
      operation: "Apply",
      subresource: "scale",
      fieldsV1: {
        "f:spec": { "f:components": { 'k:{"name":"members"}': expect.objectContaining({ "f:replicas": {} }) } },
      },
    }),
  );
  const [other, type] = patches.apply(9);
  const conflict = await ask(server, `${scale}?fieldManager=other`, "PATCH", other, type);
  expect(conflict).toMatchObject({ code: 409, body: { message: expect.stringContaining(`conflict with "me"`) } });
  const stale = {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name: "web", resourceVersion: "1" },
    spec: {},
  };
  expect((await ask(server, scale, "PUT", stale)).code).toBe(409);
  expect(
    (await ask(server, scale, "PUT", { ...stale, metadata: { name: "web" }, spec: { replicas: 1 } })).body.spec,
  ).toEqual({ replicas: 1 });
});

test("a status is written by every type of patch, and by nothing else", async () => {
  const server = await startTestServer();
  await ask(server, applications, "POST", { ...manifest, status: { state: "Running" } });
  const path = `${applications}/web`;
  expect((await ask(server, path)).body.status).toBeUndefined();
  const status = (state: string): object => ({ status: { state }, spec: { suspend: true } });
  const sent: readonly (readonly [string, unknown, string])[] = [
    ["Pending", status("Pending"), "merge-patch+json"],
    ["Running", status("Running"), "strategic-merge-patch+json"],
    ["Failed", [{ op: "replace", path: "/status/state", value: "Failed" }], "json-patch+json"],
    ["Running", { ...manifest, ...status("Running") }, "apply-patch+yaml"],
  ];
  for (const [state, body, type] of sent) {
    const { code, body: answer } = await ask(
      server,
      `${path}/status?fieldManager=m&force=true`.replace(type.startsWith("apply") ? "" : "&force=true", ""),
      "PATCH",
      body,
      type,
    );
    expect({ code, status: answer.status }, type).toMatchObject({ code: 200, status: { state } });
    expect(answer.spec["suspend"], type).toBe(false);
  }
  expect(
    (await ask(server, path, "PATCH", { status: { state: "Pending" } }, "merge-patch+json")).body.status,
  ).toMatchObject({ state: "Running" });
  expect((await ask(server, `${path}/status`, "DELETE")).code).toBe(405);
});

test("a strategic merge patch changes items of lists by their keys", async () => {
  const server = await startTestServer();
  await ask(server, applications, "POST", manifest);
  const patch = {
    metadata: { finalizers: ["example.org/a"] },
    spec: {
      components: [{ name: "members", replicas: 7 }],
      phases: [
        { name: "after", after: ["serve"], processes: [{ name: "p", command: ["true"], restartPolicy: "Never" }] },
      ],
      "$setElementOrder/phases": [{ name: "serve" }, { name: "after" }],
    },
  };
  const { body } = await ask(server, `${applications}/web`, "PATCH", patch, "strategic-merge-patch+json");
  expect(body.spec).toMatchObject({
    components: [{ name: "members", replicas: 7 }],
    phases: [{ name: "serve" }, { name: "after" }],
  });
  const removal = {
    metadata: { "$deleteFromPrimitiveList/finalizers": ["example.org/a"] },
    spec: { phases: [{ name: "after", $patch: "delete" }] },
  };
  const { body: left } = await ask(server, `${applications}/web`, "PATCH", removal, "strategic-merge-patch+json");
  expect(left.metadata["finalizers"]).toBeUndefined();
  expect(left.spec["phases"]).toMatchObject([{ name: "serve" }]);
});

test("a dry run does everything but store, of creation, deletion, actions and of many objects at once", async () => {
  const server = await startTestServer();
  for (const name of ["a", "b"]) await ask(server, configMaps, "POST", configMap(name, { labels: { x: "y" } }));
  await ask(server, "/api/v1/namespaces", "POST", { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } });
  const { revision } = server.store;
  const finalized = { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" }, spec: { finalizers: [] } };
  const tries: readonly (readonly [number, string, string, unknown])[] = [
    [201, configMaps, "POST", configMap("c")],
    [201, configMaps, "POST", { ...configMap(""), metadata: { generateName: "c-" } }],
    [409, configMaps, "POST", configMap("a")],
    [200, `${configMaps}/a`, "PUT", { ...configMap("a"), data: { k: "v" } }],
    [200, `${configMaps}/a`, "DELETE", undefined],
    [200, `${configMaps}/a`, "DELETE", { propagationPolicy: "Foreground" }],
    [200, configMaps, "DELETE", undefined],
    [200, "/api/v1/namespaces/n", "DELETE", undefined],
    [200, "/api/v1/namespaces/n/finalize", "PUT", finalized],
  ];
  for (const [code, path, method, body] of tries)
    expect((await ask(server, `${path}?dryRun=All`, method, body)).code, `${method} ${path}`).toBe(code);
  const inBody = await ask(server, `${configMaps}/a`, "DELETE", { dryRun: ["All"] });
  expect(inBody.code).toBe(200);
  expect(server.store.revision).toBe(revision);
});

test("all objects that are selected are deleted at once, as one would be", async () => {
  const server = await startTestServer();
  for (const name of ["a", "b", "c"])
    await ask(server, configMaps, "POST", configMap(name, { labels: { x: name === "c" ? "z" : "y" } }));
  await ask(server, configMaps, "POST", configMap("held", { labels: { x: "y" }, finalizers: ["example.org/hold"] }));
  const deleted = await ask(server, `${configMaps}?labelSelector=x%3Dy&propagationPolicy=Background`, "DELETE");
  expect(deleted.body).toMatchObject({ kind: "ConfigMapList", items: [{}, {}, {}] });
  const left = await ask(server, configMaps);
  expect(left.body.items).toMatchObject([
    { metadata: { name: "c" } },
    { metadata: { name: "held", deletionTimestamp: expect.any(String) } },
  ]);
});

test("how dependents are treated is written as the finalizer of the one who does it", async () => {
  const server = await startTestServer();
  const policies = [
    ["Foreground", {}, ["foregroundDeletion"]],
    ["Orphan", {}, ["orphan"]],
    [undefined, { orphanDependents: true }, ["orphan"]],
    ["Background", {}, undefined],
    [undefined, { orphanDependents: false }, undefined],
  ] as const;
  for (const [propagationPolicy, more, finalizers] of policies) {
    await ask(server, configMaps, "POST", configMap("c"));
    const { body } = await ask(server, `${configMaps}/c`, "DELETE", {
      ...(propagationPolicy && { propagationPolicy }),
      ...more,
    });
    if (finalizers === undefined) expect(body).toMatchObject({ kind: "Status", status: "Success" });
    else {
      expect(body.metadata).toMatchObject({ finalizers, deletionTimestamp: expect.any(String) });
      await ask(server, `${configMaps}/c`, "PATCH", { metadata: { finalizers: null } }, "merge-patch+json");
    }
    expect((await ask(server, `${configMaps}/c`)).code, propagationPolicy).toBe(404);
  }
});

test("an object does not grow without end by patches", async () => {
  const server = await startTestServer();
  const files = ["x".repeat(1_200_000), "", "", ""].map((content, index) => ({ path: `file-${index}`, content }));
  const process = {
    apiVersion: "plush.dev/v1",
    kind: "Process",
    metadata: { name: "p" },
    spec: { command: ["cat"], files, restartPolicy: "Never", resourceName: "m" },
  };
  const path = "/apis/plush.dev/v1/namespaces/default/processes";
  expect((await ask(server, path, "POST", process)).code).toBe(201);
  const codes: number[] = [];
  for (const index of [1, 2, 3]) {
    const add = [{ op: "copy", from: "/spec/files/0/content", path: `/spec/files/${index}/content` }];
    codes.push((await ask(server, `${path}/p`, "PATCH", add, "json-patch+json")).code);
  }
  expect(codes).toEqual([200, 413, 413]);
});

test("what is asked for nicely is indented, what is warned of may be in any language", async () => {
  const server = await startTestServer();
  const { text } = await send(server, `${configMaps}?pretty=true`);
  expect(text).toContain('{\n  "kind": "ConfigMapList",\n');
  const body = JSON.stringify({ ...configMap("w"), "größe ☃": 1 });
  const warned = await send(server, `${configMaps}?dryRun=All`, { method: "POST", body });
  const header = String(warned.headers["warning"]);
  expect(Buffer.from(header, "latin1").toString()).toBe('299 - "unknown field \\"größe ☃\\""');
});
