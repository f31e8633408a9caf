import { expect, test } from "vitest";
import { send } from "../../test/support/send.ts";
import { startTestServer, type TestServer } from "../../test/support/test-api.ts";
import { type KubeObject, kinds } from "../api/index.ts";

const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
const partial = (kind: string): string => `application/json;as=${kind};v=v1;g=meta.k8s.io`;

interface Line {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly columnDefinitions?: readonly unknown[];
    readonly rows?: readonly { readonly cells: readonly unknown[]; readonly object?: KubeObject }[];
  };
}

/** All that a watch tells within a second, while `act` does something. */
async function watched(
  server: TestServer,
  query: string,
  accept: string,
  act = async () => {},
): Promise<readonly Line[]> {
  const path = `/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=1&${query}`;
  const answer = send(server, path, { headers: { accept } });
  await expect.poll(async () => (await server.metrics.text()).body).toContain("plush_api_watches 1");
  await act();
  const { text } = await answer;
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Line]));
}

function configMap(name: string, labels: Record<string, string> = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "default", labels },
    data: { a: "b" },
  } as KubeObject;
}

test("rows of a table: columns are told once, bookmarks have a row that says where the watch is", async () => {
  const server = await startTestServer();
  await server.user.create(kinds.ConfigMap, configMap("a"));
  const initial = "allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
  const lines = await watched(server, initial, table, async () => {
    await server.user.create(kinds.ConfigMap, configMap("b"));
  });
  expect(lines.map(({ type, object }) => [type, object.kind, object.rows?.[0]?.cells.slice(0, 2)])).toEqual([
    ["ADDED", "Table", ["a", "1"]],
    ["BOOKMARK", "Table", expect.anything()],
    ["ADDED", "Table", ["b", "1"]],
    ["BOOKMARK", "Table", expect.anything()],
  ]);
  expect(lines.map(({ object }) => object.columnDefinitions?.length)).toEqual([3, 0, 0, 0]);
  expect(lines[1]?.object.rows?.[0]?.object?.metadata.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
  expect(lines[3]?.object.metadata).toEqual({ resourceVersion: String(server.store.revision) });
});

test("metadata alone, one by one and as a list", async () => {
  const server = await startTestServer();
  await server.user.create(kinds.ConfigMap, configMap("a"));
  const lines = await watched(server, "", partial("PartialObjectMetadata"));
  expect(lines).toEqual([
    {
      type: "ADDED",
      object: {
        kind: "PartialObjectMetadata",
        apiVersion: "meta.k8s.io/v1",
        metadata: expect.objectContaining({ name: "a" }),
      },
    },
  ]);
  const accept = partial("PartialObjectMetadataList");
  const list = await send(server, "/api/v1/configmaps", { headers: { accept } });
  expect(JSON.parse(list.text)).toMatchObject({
    kind: "PartialObjectMetadataList",
    items: [{ kind: "PartialObjectMetadata", metadata: { name: "a" } }],
  });
  expect(list.text).not.toContain('"data"');
});

test("an object enters and leaves what is selected, by its labels and by its name", async () => {
  const server = await startTestServer();
  const relabel = async (name: string, x: string): Promise<void> => {
    const patch = { type: "merge", body: { metadata: { labels: { x } } } } as const;
    await server.user.patch(kinds.ConfigMap, { namespace: "default", name }, patch);
  };
  for (const name of ["a", "b"]) await server.user.create(kinds.ConfigMap, configMap(name, { x: "1" }));
  const from = `resourceVersion=${server.store.revision}`;
  const selectors = `${from}&labelSelector=${encodeURIComponent("x in (2,3),x!=3")}&fieldSelector=metadata.name%3Da`;
  const lines = await watched(server, selectors, "application/json", async () => {
    for (const x of ["2", "3", "2", "2"]) await relabel("a", x);
    await relabel("b", "2");
    await server.user.delete(kinds.ConfigMap, { namespace: "default", name: "a" });
  });
  const seen = lines.map(({ type, object }) => `${type} ${JSON.stringify(object.metadata["labels"])}`);
  expect(seen).toEqual(['ADDED {"x":"2"}', 'DELETED {"x":"3"}', 'ADDED {"x":"2"}', 'DELETED {"x":"2"}']);
});

test("pages mean nothing to a watch, and its head alone cannot be asked for", async () => {
  const server = await startTestServer();
  const { code, text } = await send(
    server,
    "/api/v1/configmaps?watch=true&resourceVersion=0&timeoutSeconds=1&limit=1&continue=x",
  );
  expect([code, text]).toEqual([200, ""]);
  const head = await send(server, "/api/v1/configmaps?watch=true", { method: "HEAD" });
  expect(head.code).toBe(405);
});
