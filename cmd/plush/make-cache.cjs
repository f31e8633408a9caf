"use strict";
// Writes dist/plush.cache: runs `plush get` through the launcher against a server that answers at once, so that what a
// `get` needs has been compiled, then asks V8 for what it has.
const { mkdtempSync, rmSync, writeFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { tmpdir } = require("node:os");
const { join, resolve } = require("node:path");

const table = {
  kind: "Table",
  apiVersion: "meta.k8s.io/v1",
  metadata: { resourceVersion: "1" },
  columnDefinitions: [{ name: "Name", type: "string", format: "name", priority: 0 }],
  rows: [{ cells: ["web"], object: { metadata: { name: "web", namespace: "default" } } }],
};

const scratch = mkdtempSync(join(tmpdir(), "plush-cache-"));
const server = createServer((_request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(table));
});

server.listen(0, "127.0.0.1", () => {
  const config = join(scratch, "config");
  const url = `http://127.0.0.1:${server.address().port}`;
  writeFileSync(
    config,
    JSON.stringify({
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "c" } }],
      clusters: [{ name: "c", cluster: { server: url } }],
    }),
  );
  const launcher = resolve("bin/plush");
  process.argv = [process.execPath, launcher, "--kubeconfig", config, "get", "applications"];
  const exit = process.exit.bind(process);
  let script;
  process.exit = (code) => {
    rmSync(scratch, { recursive: true, force: true });
    if (code !== 0) exit(1);
    writeFileSync("dist/plush.cache", script.createCachedData());
    exit(0);
  };
  script = require(launcher);
});
