import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { kinds } from "../api/index.ts";
import { FakeClock, formatTimestamp } from "../clock/index.ts";
import { execCredentials } from "./exec-plugin.ts";
import { sendJson, startStub } from "./fixtures/stub-server.ts";
import { httpClient } from "./http-client.ts";
import { loadConfiguration } from "./kubeconfig.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "plush-exec-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A program that says which of its runs it is, and keeps what it was told. */
function writeProgram(status: string): string {
  const file = join(home, "login");
  const text = `#!/bin/sh
printf '%s' "$KUBERNETES_EXEC_INFO" >${home}/told
echo run >>${home}/runs
n=$(wc -l <${home}/runs | tr -d ' ')
echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":${status}}' | sed "s/COUNT/$n/"
`;
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

const plugin = (command: string) => ({
  file: join(home, "config"),
  command,
  args: [],
  env: { PATH: process.env["PATH"] },
  apiVersion: "client.authentication.k8s.io/v1",
});

it("asks the program again when what it gave has expired or was refused, and not before", async () => {
  const clock = new FakeClock();
  const expires = formatTimestamp(clock.now() + 60_000);
  writeProgram(`{"token":"tCOUNT","expirationTimestamp":"${expires}"}`);
  const source = execCredentials(plugin("./login"), clock);
  const [first, same] = await Promise.all([source.current(), source.current()]);
  expect(same).toBe(first);
  expect(await source.current()).toBe(first);
  expect(first).toEqual({ token: "t1" });
  source.refused(first);
  const second = await source.current();
  expect(second).toEqual({ token: "t2" });
  // An answer that was slow: what it refuses has been replaced.
  source.refused(first);
  expect(await source.current()).toBe(second);
  await clock.advance(55_000);
  expect(await source.current()).toEqual({ token: "t3" });
});

it.each([
  [
    "is not there",
    () => ({ ...plugin("plush-no-such-program"), installHint: "get it at the desk" }),
    /not found: get it at the desk/,
  ],
  ["prints something else", () => plugin(writeProgram("{}")), /printed no ExecCredential with a token or certificate/],
])("says which program %s", async (_, make, message) => {
  const source = execCredentials(make(), new FakeClock());
  await expect(source.current()).rejects.toThrow(message);
});

it("is taken from a kubeconfig, told of the server where it asks, and serves a refused request anew", async () => {
  writeProgram('{"clientCertificateData":"CERT","clientKeyData":"KEY","token":"tCOUNT"}');
  const stub = await startStub((_request, response) => sendJson(response, 401, {}));
  const file = join(home, "config");
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "./login",
    args: ["a"],
    env: [{ name: "A", value: "b" }],
  };
  writeFileSync(
    file,
    JSON.stringify({
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      clusters: [{ name: "c", cluster: { server: stub.url } }],
      users: [{ name: "u", user: { exec: { ...exec, provideClusterInfo: true } } }],
    }),
  );
  const { connection } = await loadConfiguration({ file, env: { PATH: process.env["PATH"] }, home });
  const client = httpClient(connection);
  await expect(client.list(kinds.Secret)).rejects.toMatchObject({ reason: "Unauthorized" });
  expect(await connection.credentials?.current()).toEqual({ cert: "CERT", key: "KEY", token: "t2" });
  expect(JSON.parse(readFileSync(join(home, "told"), "utf8"))).toMatchObject({
    kind: "ExecCredential",
    spec: { cluster: { server: stub.url } },
  });
  client.close();
  await stub.close();
});
