import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readText, type StubServer, sendJson, startStub } from "../../client/fixtures/stub-server.ts";
import type { PlanStatus } from "../../protocol/index.ts";
import { builtInCommands } from "../command-table.ts";
import { type Captured, runCaptured } from "../fixtures/run-captured.ts";

let scratch: string;
let stub: StubServer | undefined;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "plush-plan-"));
});
afterEach(async () => {
  rmSync(scratch, { recursive: true, force: true });
  await stub?.close();
});

const nothing: PlanStatus = { changes: false, diff: [], machines: [], restarts: [], notes: [] };

/** What the command prints where the server answers so; and what the server was asked. */
async function planned(
  status: PlanStatus,
  manifest: string,
  ...flags: string[]
): Promise<Captured & { asked: unknown }> {
  let asked: unknown;
  stub = await startStub(async (request, response) => {
    asked = JSON.parse(await readText(request));
    sendJson(response, 201, { apiVersion: "plush.dev/v1", kind: "Plan", metadata: {}, status });
  });
  const file = join(scratch, "app.yaml");
  writeFileSync(file, manifest);
  const captured = await runCaptured(["plan", "-f", file, ...flags], { url: stub.url, commands: builtInCommands });
  return { ...captured, asked };
}

const secret = `apiVersion: v1
kind: Secret
metadata: {name: key}
stringData: {password: hush}
`;

it("prints what changes, where members come, and what restarts in which order", async () => {
  const where = { namespace: "default", application: "web", component: "servers" };
  const step = (action: "Stop" | "Start", ordinal: number, process: string) => ({
    ...{ action, ordinal, phase: "serve", process },
    ...{ name: `web-serve-${process}-servers-${ordinal}`, resource: `m${ordinal}` },
  });
  const { code, out, asked } = await planned(
    {
      changes: true,
      diff: [
        { apiVersion: "v1", kind: "Secret", namespace: "default", name: "key", action: "Create", fields: [] },
        {
          ...{ apiVersion: "plush.dev/v1", kind: "Application", namespace: "default", name: "web", action: "Update" },
          fields: [
            { path: "spec.replicas", from: 1, to: 2 },
            { path: "spec.paused", from: false },
          ],
        },
      ],
      machines: [{ ...where, ordinal: 0, claim: "web-servers-0", action: "Bind", resource: "m0", why: "the only one" }],
      restarts: [
        {
          ...where,
          ...{ members: 2, atATime: 1, why: ["phase serve, process server: command: a → b"] },
          steps: [
            { step: 1, actions: [step("Stop", 0, "server"), step("Start", 0, "server")] },
            { step: 2, actions: [step("Start", 1, "server")] },
          ],
        },
      ],
      notes: [
        {
          kind: "Component",
          namespace: "default",
          name: "web-servers",
          reason: "ReferenceNotFound",
          message: "no pack",
        },
      ],
    },
    secret,
  );
  expect(code).toBe(0);
  expect(asked).toMatchObject({
    kind: "Plan",
    spec: { objects: [{ metadata: { name: "key", namespace: "default" } }] },
  });
  expect(out).not.toContain("hush");
  expect(out.replace(/sha256 \w+/, "sha256 …")).toBe(`+ secret/key (namespace default)
    + stringData: {"password":"*** (4 bytes, sha256 …)"}
~ application/web (namespace default)
    ~ spec.replicas: 1 → 2
    - spec.paused: false

Machines
COMPONENT     ORDINAL   ACTION   MACHINE   WHY
web/servers   0         Bind     m0        the only one

Processes, step by step
web/servers: 2 members, 1 at a time
    because phase serve, process server: command: a → b
   1  servers-0 on m0: stop serve/server, start serve/server
   2  servers-1 on m1: start serve/server

To be seen to
component/web-servers: ReferenceNotFound: no pack

1 to create, 1 to change, 0 as they are; nothing has been changed
`);
});

it("B-PLN-9: plush plan ends with 0, with 2 for changes where that is asked for, and with 1 for faults, told with file and line", async () => {
  expect(await planned(nothing, secret)).toMatchObject({ code: 0, out: "nothing would change\n" });
  await stub?.close();
  const changed = { ...nothing, changes: true };
  expect(await planned(changed, secret, "--detailed-exitcode")).toMatchObject({ code: 2 });
  await stub?.close();
  const answer = await planned(changed, secret, "-o", "json");
  expect(JSON.parse(answer.out)).toMatchObject({ kind: "Plan", status: { changes: true } });
  expect(answer.code).toBe(0);
  await stub?.close();
  const fault = { reason: "Invalid", field: "stringData", message: "Invalid value: no" };
  const named = { apiVersion: "v1", kind: "Secret", namespace: "default", name: "key" };
  const refused = { ...nothing, diff: [{ ...named, action: "Refused" as const, faults: [fault] }] };
  const { code, err } = await planned(refused, secret);
  expect(code).toBe(1);
  expect(err).toContain(`${join(scratch, "app.yaml")}:4: stringData: Invalid value: no`);
});
