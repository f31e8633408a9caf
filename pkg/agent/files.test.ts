import { existsSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ClaimOrder, FileOrder, PeerEntry, ProcessOrder } from "../protocol/index.ts";
import { claimOrder, claimUid, documentOf, processOrder } from "./testing/orders.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 10_000, interval: 20 };

/** Says in "heard" that it has started, and each time it gets HUP. */
const listener = ["sh", "-c", 'trap "echo hup >>heard" HUP; echo start >>heard; while :; do sleep 0.05; done'];

const file = (change: Partial<FileOrder> = {}): FileOrder => ({
  path: "conf/list",
  mode: 0o640,
  text: "{{ range .members }}{{ .address }};{{ end }}",
  template: true,
  onChange: "None",
  signal: "HUP",
  ...change,
});

const peer = (ordinal: number, change: Partial<PeerEntry> = {}): PeerEntry => ({
  ordinal,
  address: `10.0.0.${ordinal}`,
  ports: {},
  resource: `m${ordinal}`,
  epoch: 1,
  ready: true,
  ...change,
});

async function world(change: Partial<ProcessOrder>, claim: Partial<ClaimOrder> = {}) {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  let generation = 0;
  const put = (peers: readonly PeerEntry[], newer: Partial<ProcessOrder> = {}) => {
    const processes = [processOrder({ argv: listener, ...change, ...newer })];
    generation++;
    const order = claimOrder({ processes, peers: { revision: generation, components: { servers: peers } }, ...claim });
    return client.put(documentOf([order], { generation }));
  };
  const path = (name: string): string => agent.path("claims", claimUid, "work", name);
  const read = (name: string): string => (existsSync(path(name)) ? readFileSync(path(name), "utf8") : "");
  const heard = (): readonly string[] => read("heard").trim().split("\n");
  await put([peer(0)]);
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  await expect.poll(() => heard()[0], eventually).not.toBe("");
  return { agent, client, put, path, read, heard };
}

test("B-FIL-7: files are there before the process starts, and go with the claim", async () => {
  const files = [file(), file({ path: "key", mode: 0o600, text: "{{ .ordinal }}", template: false })];
  const argv = ["sh", "-c", "cat conf/list key >heard; sleep 1000"];
  const { agent, client, path, heard } = await world({ files, argv });
  expect(heard()).toEqual(["10.0.0.0;{{ .ordinal }}"]);
  expect(lstatSync(path("conf/list")).mode & 0o777).toBe(0o640);
  expect(lstatSync(path("key")).mode & 0o777).toBe(0o600);
  await client.put(documentOf([claimOrder({ intent: "Remove", processes: [] })], { generation: 9 }));
  await expect.poll(() => existsSync(agent.path("claims", claimUid)), eventually).toBe(false);
});

test("B-FIL-10: when peers change a file with onChange Signal is replaced and the process told, once", async () => {
  const files = [file({ onChange: "Signal" }), file({ path: "quiet" })];
  const { agent, client, put, read, heard } = await world({ files });
  const pid = client.process()?.pid;
  await put([peer(0), peer(1)]);
  await put([peer(0), peer(1), peer(2)]);
  await expect.poll(heard, eventually).toEqual(["start", "hup"]);
  expect(read("conf/list")).toBe("10.0.0.0;10.0.0.1;10.0.0.2;");
  expect(read("quiet")).toBe("10.0.0.0;10.0.0.1;10.0.0.2;");
  // Another agent neither tells it again nor forgets what comes.
  await agent.stop();
  await agent.start();
  const next = await agent.connect();
  await expect.poll(() => next.process()?.state, eventually).toBe("Ready");
  const peers = { revision: 50, components: { servers: [peer(0), peer(3)] } };
  const order = claimOrder({ processes: [processOrder({ argv: listener, files })], peers });
  await next.put(documentOf([order], { generation: 50 }));
  await expect.poll(heard, eventually).toEqual(["start", "hup", "hup"]);
  expect(next.process()?.pid).toBe(pid);
});

test("B-FIL-11: a file with onChange Restart restarts the process when its text changes, and that counts as no failure", async () => {
  const files = [file({ onChange: "Restart" })];
  const { client, put, heard, read } = await world({ files, maxRestarts: 0 });
  // Readiness is not in this file.
  await put([peer(0, { ready: false })], { files: [...files, file({ path: "marker", text: "m" })] });
  await expect.poll(() => read("marker"), eventually).toBe("m");
  expect(heard()).toEqual(["start"]);
  await put([peer(0), peer(1)]);
  await expect.poll(heard, eventually).toEqual(["start", "start"]);
  expect(read("conf/list")).toBe("10.0.0.0;10.0.0.1;");
  await expect.poll(() => client.process(), eventually).toMatchObject({ state: "Ready", restarts: 0 });
});

test("B-FIL-12: in an application a changed source of such a file waits for the member's turn", async () => {
  const files = (text: string) => [file({ onChange: "Restart", template: false, text })];
  const { put, heard, read } = await world({ files: files("one") });
  await put([peer(0)], { files: [...files("two"), file({ path: "marker", text: "m" })] });
  await expect.poll(() => read("marker"), eventually).toBe("m");
  expect([read("conf/list"), heard()]).toEqual(["one", ["start"]]);
  await put([peer(0)], { files: files("two"), revision: "r2" });
  await expect.poll(heard, eventually).toEqual(["start", "start"]);
  expect(read("conf/list")).toBe("two");
});

test.each([
  ["signal", { signal: "HUP" }, ["start", "hup"]],
  ["restart", { restart: true }, ["start", "start"]],
])(
  "B-FIL-13: onPeersChange %s: after 500 ms of quiet, and not because of itself",
  async (_name, onPeersChange, told) => {
    const { put, heard, read } = await world({ onPeersChange });
    await put([peer(0, { ready: false, ports: { web: 80 } })], { files: [file({ path: "marker", text: "m" })] });
    await expect.poll(() => read("marker"), eventually).toBe("m");
    expect(heard()).toEqual(["start"]);
    await put([peer(0), peer(1)]);
    await expect.poll(heard, eventually).toEqual(told);
  },
);

test("B-FIL-14: a file is never written through a link or out of the working directory", async () => {
  const { client, put, path, read } = await world({ files: [file({ path: "first" })] });
  symlinkSync("/tmp", path("out"));
  writeFileSync(path("victim"), "mine");
  symlinkSync(path("victim"), path("link"));
  await put([peer(0)], { files: [file({ path: "link", text: "new" })], revision: "r2" });
  await expect.poll(() => lstatSync(path("link")).isSymbolicLink(), eventually).toBe(false);
  expect([read("victim"), read("link")]).toEqual(["mine", "new"]);
  for (const [wrong, message] of [
    ["out/plush-never", "out is no directory of the working directory"],
    ["../plush-never", "leads out"],
  ] as const) {
    await put([peer(0)], { files: [file({ path: wrong })], revision: wrong });
    await expect.poll(() => client.process()?.message, eventually).toContain(message);
  }
  expect(existsSync("/tmp/plush-never")).toBe(false);
});
