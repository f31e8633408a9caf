import { expect, test } from "vitest";
import { type Answer, type Sent, send } from "../../test/support/send.ts";
import { startTestServer, type TestServer } from "../../test/support/test-api.ts";

const configMaps = "/api/v1/namespaces/default/configmaps";
const applications = "/apis/plush.dev/v1/namespaces/default/applications";
const json = { "content-type": "application/json" };
const yaml = { "content-type": "application/yaml" };

function configMap(more: object = {}): string {
  return JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, ...more });
}

const application = {
  apiVersion: "plush.dev/v1",
  kind: "Application",
  metadata: { name: "web" },
  spec: {
    components: [{ name: "members", replicas: 2 }],
    phases: [{ name: "serve", processes: [{ name: "serve", command: ["sleep", "1"], restartPolicy: "Always" }] }],
  },
};

async function start(): Promise<TestServer> {
  const server = await startTestServer();
  expect((await send(server, configMaps, { method: "POST", body: configMap({ data: { a: "1" } }) })).code).toBe(201);
  expect((await send(server, applications, { method: "POST", body: JSON.stringify(application) })).code).toBe(201);
  return server;
}

const post = (body: string | Buffer, headers: Record<string, string> = json): Sent => ({
  method: "POST",
  body,
  headers,
});
const patch = (type: string, body: unknown): Sent => ({
  method: "PATCH",
  body: typeof body === "string" ? body : JSON.stringify(body),
  headers: { "content-type": `application/${type}+json` },
});
const remove = (options: unknown): Sent => ({ method: "DELETE", body: JSON.stringify(options), headers: json });

/** Address, request, and what is answered: code, reason, and a part of the message. */
type Case = readonly [string, string, Sent, number, string, string?];

const bodies: readonly Case[] = [
  ["no body", configMaps, post(""), 400, "BadRequest"],
  ["no object", configMaps, post("[]"), 400, "BadRequest"],
  ["broken JSON", configMaps, post('{"a"'), 400, "BadRequest"],
  [
    "wrong apiVersion",
    configMaps,
    post(configMap({ apiVersion: "v2" })),
    400,
    "BadRequest",
    "API version in the data (v2)",
  ],
  ["wrong kind", configMaps, post(configMap({ kind: "Secret" })), 400, "BadRequest", "kind in the data (Secret)"],
  ["a kind that is no text", configMaps, post(configMap({ kind: 7 })), 400, "BadRequest"],
  ["metadata that is none", configMaps, post(configMap({ metadata: "c" })), 400, "BadRequest"],
  ["a name that is none", configMaps, post(configMap({ metadata: { name: "A_b" } })), 422, "Invalid", "metadata.name"],
  ["a name with a NUL", configMaps, post(configMap({ metadata: { name: "a\0" } })), 422, "Invalid"],
  ["no name", configMaps, post(configMap({ metadata: {} })), 422, "Invalid", "name or generateName is required"],
  [
    "deep JSON",
    configMaps,
    post(`${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`),
    400,
    "BadRequest",
    "nested deeper",
  ],
  ["deep JSON lists", configMaps, post("[".repeat(10_000) + "]".repeat(10_000)), 400, "BadRequest", "nested deeper"],
  [
    "deep YAML",
    configMaps,
    post(`a: ${"[".repeat(10_000)}${"]".repeat(10_000)}`, yaml),
    400,
    "BadRequest",
    "nested deeper",
  ],
  ["a number that is too large", configMaps, post('{"a":1e999}'), 400, "BadRequest", "too large"],
  ["invalid UTF-8", configMaps, post(Buffer.from([0x7b, 0xff, 0x7d])), 400, "BadRequest", "not UTF-8"],
  ["control characters in YAML", configMaps, post("a: 'x\u0000'", yaml), 400, "BadRequest", "control characters"],
  ["two YAML documents", configMaps, post("a: 1\n---\nb: 1\n", yaml), 400, "BadRequest"],
  ["much YAML", configMaps, post(`a: ${"x".repeat(600_000)}`, yaml), 413, "RequestEntityTooLarge"],
  ["a prototype", configMaps, post('{"metadata":{"name":"c"},"__proto__":{}}'), 400, "BadRequest", "__proto__"],
  ["a type that is none", configMaps, post("{}", { "content-type": "constructor" }), 415, "UnsupportedMediaType"],
  ["a packed body", configMaps, post(Buffer.from([0x1f, 0x8b, 8, 0])), 400, "BadRequest"],
];

const parameters: readonly Case[] = [
  ["a limit that is none", `${configMaps}?limit=many`, {}, 400, "BadRequest", "must be a whole number"],
  ["a limit beyond all numbers", `${configMaps}?limit=99999999999999999999`, {}, 400, "BadRequest"],
  ["a broken label selector", `${configMaps}?labelSelector=a+b`, {}, 400, "BadRequest", "unable to parse"],
  ["an invalid UTF-8 selector", `${configMaps}?labelSelector=%ff`, {}, 400, "BadRequest"],
  [
    "a field that cannot be selected by",
    `${configMaps}?fieldSelector=data.a%3D1`,
    {},
    400,
    "BadRequest",
    "not supported",
  ],
  ["an unprintable manager", `${configMaps}?fieldManager=a%07`, post("{}"), 422, "Invalid", "printable"],
  ["a long manager", `${configMaps}?fieldManager=${"x".repeat(129)}`, post("{}"), 422, "Invalid", "CreateOptions"],
  ["an unknown dry run", `${configMaps}?dryRun=Most`, post("{}"), 422, "Invalid", 'supported values: "All"'],
  ["an unknown validation", `${configMaps}?fieldValidation=No`, post("{}"), 422, "Invalid"],
];

const lists = (query: string): string => `${configMaps}?${query}`;
const versions: readonly Case[] = [
  ["a version that is none", lists("resourceVersion=one"), {}, 400, "BadRequest"],
  ["a version of an object that is none", `${configMaps}/c?resourceVersion=one`, {}, 400, "BadRequest"],
  ["a version to come", lists("resourceVersion=1000000"), {}, 504, "Timeout", "Too large resource version"],
  ["a version of an object to come", `${configMaps}/c?resourceVersion=1000000`, {}, 504, "Timeout"],
  ["a version to come, to be watched", lists("watch=1&resourceVersion=1000000"), {}, 504, "Timeout"],
  ["a match without a version", lists("resourceVersionMatch=Exact"), {}, 422, "Invalid", "unless resourceVersion"],
  ["an exact match of any", lists("resourceVersion=0&resourceVersionMatch=Exact"), {}, 422, "Invalid"],
  ["an unknown match", lists("resourceVersion=1&resourceVersionMatch=Near"), {}, 422, "Invalid", "supported values"],
  [
    "a match with a token",
    lists("continue=x&resourceVersionMatch=Exact"),
    {},
    422,
    "Invalid",
    "forbidden for continue",
  ],
  ["a version with a token", lists("continue=x&resourceVersion=1"), {}, 400, "BadRequest", "not allowed when using"],
  ["a token that is none", lists("continue=x"), {}, 400, "BadRequest", "continue key is not valid"],
  ["initial events of a list", lists("sendInitialEvents=true"), {}, 422, "Invalid", "forbidden for list"],
  ["initial events of any version", lists("watch=1&sendInitialEvents=true"), {}, 422, "Invalid", "NotOlderThan"],
  [
    "initial events of one version",
    lists("watch=1&sendInitialEvents=true&resourceVersion=1&resourceVersionMatch=Exact"),
    {},
    422,
    "Invalid",
    "supported values",
  ],
  ["a match of a watch", lists("watch=1&resourceVersion=1&resourceVersionMatch=NotOlderThan"), {}, 422, "Invalid"],
  [
    "no form of answer",
    configMaps,
    { ...post(configMap({ metadata: { name: "z" } })), headers: { accept: "text/html" } },
    406,
    "NotAcceptable",
  ],
  [
    "rows of what is not known",
    lists("includeObject=Half"),
    { headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" } },
    400,
    "BadRequest",
  ],
];

const deletions: readonly Case[] = [
  ["options that are no object", `${configMaps}/c`, remove([]), 400, "BadRequest"],
  ["options of another kind", `${configMaps}/c`, remove({ kind: "Secret" }), 400, "BadRequest", "DeleteOptions"],
  ["a dry run that is no list", `${configMaps}/c`, remove({ dryRun: "All" }), 400, "BadRequest", "list of strings"],
  ["a dry run of something", `${configMaps}/c`, remove({ dryRun: ["Some"] }), 422, "Invalid", "DeleteOptions"],
  ["an unknown policy", `${configMaps}/c`, remove({ propagationPolicy: "Up" }), 422, "Invalid"],
  [
    "two policies",
    `${configMaps}/c`,
    remove({ propagationPolicy: "Orphan", orphanDependents: true }),
    422,
    "Invalid",
    "cannot be both set",
  ],
  ["preconditions that are none", `${configMaps}/c`, remove({ preconditions: "uid" }), 400, "BadRequest"],
  ["a uid that is no text", `${configMaps}/c`, remove({ preconditions: { uid: 1 } }), 400, "BadRequest"],
  [
    "another uid",
    `${configMaps}/c`,
    remove({ preconditions: { uid: "x" } }),
    409,
    "Conflict",
    "UID in the precondition (x)",
  ],
  [
    "an old version",
    `${configMaps}/c`,
    remove({ preconditions: { resourceVersion: "1" } }),
    409,
    "Conflict",
    "ResourceVersion in the precondition (1)",
  ],
  ["a patience that is none", `${configMaps}/c`, remove({ gracePeriodSeconds: "1" }), 400, "BadRequest"],
  ["all namespaces at once", "/api/v1/namespaces", { method: "DELETE" }, 405, "MethodNotAllowed"],
  ["a kind everywhere", "/api/v1/configmaps", { method: "DELETE" }, 405, "MethodNotAllowed"],
  ["a create everywhere", "/api/v1/configmaps", post(configMap()), 405, "MethodNotAllowed"],
];

const patches: readonly Case[] = [
  ["no patch at all", `${configMaps}/c`, patch("merge-patch", ""), 400, "BadRequest"],
  [
    "another name",
    `${configMaps}/c`,
    patch("merge-patch", { metadata: { name: "d" } }),
    400,
    "BadRequest",
    "name on the URL",
  ],
  ["another kind", `${configMaps}/c`, patch("merge-patch", { kind: "Secret" }), 400, "BadRequest"],
  ["an invalid object", `${configMaps}/c`, patch("merge-patch", { data: { a: 1 } }), 422, "Invalid", "data[a]"],
  ["a patch to nothing", `${configMaps}/c`, patch("json-patch", [{ op: "remove", path: "" }]), 400, "BadRequest"],
  ["a bad pointer", `${configMaps}/c`, patch("json-patch", [{ op: "add", path: "a", value: 1 }]), 400, "BadRequest"],
  ["a pointer to nothing", `${configMaps}/c`, patch("json-patch", [{ op: "remove", path: "/x/y" }]), 422, "Invalid"],
  [
    "a test that fails",
    `${configMaps}/c`,
    patch("json-patch", [{ op: "test", path: "/data/a", value: "2" }]),
    422,
    "Invalid",
  ],
  [
    "too many operations",
    `${configMaps}/c`,
    patch(
      "json-patch",
      Array.from({ length: 10_001 }, () => ({ op: "test", path: "/data/a", value: "1" })),
    ),
    413,
    "RequestEntityTooLarge",
    "10000, got 10001",
  ],
  [
    "a chain of copies",
    `${configMaps}/c`,
    patch("json-patch", [
      { op: "add", path: "/data/x", value: {} },
      ...Array.from({ length: 8 }, (_, i) => ({ op: "copy", from: "/data/x", path: `/data/x${"/x".repeat(2 ** i)}` })),
    ]),
    400,
    "BadRequest",
    "nested deeper",
  ],
  [
    "an unknown directive",
    `${applications}/web`,
    patch("strategic-merge-patch", { spec: { $patch: "x" } }),
    400,
    "BadRequest",
  ],
  ["a force without apply", `${configMaps}/c?force=true`, patch("merge-patch", {}), 422, "Invalid", "PatchOptions"],
  [
    "no number of replicas",
    `${applications}/web/scale`,
    patch("merge-patch", { spec: { replicas: -1 } }),
    422,
    "Invalid",
    "Scale.autoscaling",
  ],
  [
    "another object's scale",
    `${applications}/web/scale`,
    patch("merge-patch", { metadata: { name: "x" } }),
    400,
    "BadRequest",
  ],
];

test.each([
  ["bodies", bodies],
  ["parameters", parameters],
  ["versions", versions],
  ["deletions", deletions],
  ["patches", patches],
] as const)("%s that cannot be honoured are refused by name, and change nothing", async (_name, cases) => {
  const server = await start();
  const { revision } = server.store;
  for (const [name, path, sent, code, reason, message = ""] of cases) {
    const answer: Answer = await send(server, path, sent);
    expect({ name, ...(JSON.parse(answer.text) as object) }).toMatchObject({
      name,
      kind: "Status",
      status: "Failure",
      code,
      reason,
      message: expect.stringContaining(message),
    });
    expect(answer.code, name).toBe(code);
  }
  expect(server.store.revision).toBe(revision);
});

test("fields that stand twice, or are none, are refused or warned of as the client wishes", async () => {
  const server = await start();
  const twice = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"d"},"data":{"a":"1","a":"2"}}';
  const strict = await send(server, `${configMaps}?fieldValidation=Strict`, post(twice));
  expect(JSON.parse(strict.text)).toMatchObject({
    code: 400,
    message:
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.a"',
  });
  const warned = await send(server, `${configMaps}?dryRun=All`, post(twice));
  expect(warned.headers["warning"]).toBe('299 - "duplicate field \\"data.a\\""');
  expect(JSON.parse(warned.text)).toMatchObject({ data: { a: "2" } });
  expect((await send(server, `${configMaps}?fieldValidation=Ignore`, post(twice))).headers["warning"]).toBeUndefined();

  const unknown = { metadata: { labelz: { a: "b" } }, spec: { componentz: [] } };
  const type = (name: string): string => `${applications}/${name}?fieldValidation=Strict`;
  const refusal = async (path: string, body: unknown, kind = "merge-patch"): Promise<string> =>
    (JSON.parse((await send(server, path, patch(kind, body))).text) as { message: string }).message;
  expect(await refusal(type("web"), unknown)).toContain(
    'strict decoding error: unknown field "metadata.labelz", unknown field "spec.componentz"',
  );
  expect(await refusal(type("web/status"), unknown)).toContain('unknown field "metadata.labelz"');
  expect(
    await refusal(type("web"), [{ op: "test", path: "/kind", value: "Application", values: 1 }], "json-patch"),
  ).toBe("strict decoding error: json patch unknown field: [0].values");
});

test("half a character becomes the sign for one that is missing, as in Kubernetes", async () => {
  const server = await start();
  const body = configMap({ metadata: { name: "half" } }).replace(
    "}}",
    '},"data":{"a":"x\\ud800y","b":"\\ud83d\\ude00\\u0000"}}',
  );
  expect(JSON.parse((await send(server, configMaps, post(body))).text)).toMatchObject({
    data: { a: "x\ufffdy", b: "\u{1f600}\0" },
  });
});

test("keys that are names of what objects have in JavaScript are keys like others", async () => {
  const server = await start();
  const data = { constructor: "1", toString: "2", hasOwnProperty: "3" };
  const labels = { constructor: "x" };
  const made = await send(server, configMaps, post(configMap({ metadata: { name: "k", labels }, data })));
  expect(JSON.parse(made.text)).toMatchObject({ data, metadata: { labels } });
  const apply = {
    method: "PATCH",
    headers: { "content-type": "application/apply-patch+yaml" },
    body: configMap({ metadata: { name: "k" }, data: { valueOf: "4" } }),
  };
  const applied = await send(server, `${configMaps}/k?fieldManager=me`, apply);
  expect(JSON.parse(applied.text)).toMatchObject({ data: { ...data, valueOf: "4" } });
  const selected = await send(server, `${configMaps}?labelSelector=toString`);
  expect(JSON.parse(selected.text)).toMatchObject({ items: [] });
});
