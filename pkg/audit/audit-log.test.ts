import { existsSync } from "node:fs";
import { appendFile, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import { type Logger, silentLogger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import type { AuditEvent } from "./audit-event.ts";
import { type AuditLogOptions, openAuditLog } from "./audit-log.ts";

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "plush-audit-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function optionsFor(path: string): AuditLogOptions & { readonly clock: FakeClock } {
  return {
    path,
    maxBytes: 10_000,
    maxBackups: 2,
    clock: new FakeClock(Date.parse("2030-01-02T03:04:05.678Z")),
    log: silentLogger,
    metrics: new Metrics(),
    print: () => {},
  };
}

function event(auditID: string, userAgent = ""): AuditEvent {
  return {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Metadata",
    auditID,
    stage: "ResponseComplete",
    requestURI: "/apis",
    verb: "get",
    user: { username: "bob" },
    sourceIPs: ["127.0.0.1"],
    userAgent,
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: "",
    stageTimestamp: "",
    annotations: {},
  };
}

async function idsIn(path: string): Promise<string[]> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line) => (JSON.parse(line) as AuditEvent).auditID);
}

test("events reach the file within a second, and at the end; nobody else can read it", async () => {
  const path = join(await makeDirectory(), "new", "audit.log");
  const options = optionsFor(path);
  const audit = await openAuditLog(options);
  await audit.flush();
  audit.write(event("a"));
  audit.write(event("b"));
  expect(await idsIn(path)).toEqual([]);
  await options.clock.advance(1000);
  await expect.poll(() => idsIn(path)).toEqual(["a", "b"]);
  audit.write(event("c"));
  await audit.close();
  expect(await idsIn(path)).toEqual(["a", "b", "c"]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a full file is put aside, the oldest goes; a line that a crash cut spoils no other", async () => {
  const directory = await makeDirectory();
  const path = join(directory, "audit.log");
  const options = optionsFor(path);
  let audit = await openAuditLog(options);
  for (const id of ["a", "b", "c", "d", "e"]) {
    audit.write(event(id, "x".repeat(6000)));
    await audit.flush();
    await options.clock.advance(1);
  }
  expect((await readdir(directory)).sort()).toEqual([
    "audit-2030-01-02T03-04-05.681.log",
    "audit-2030-01-02T03-04-05.682.log",
    "audit.log",
  ]);
  expect(await idsIn(path)).toEqual(["e"]);
  await audit.close();
  await appendFile(path, '{"auditID":"cut');
  audit = await openAuditLog({ ...options, metrics: new Metrics() });
  audit.write(event("f"));
  await audit.close();
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ auditID: "f" });
});

test.skipIf(!existsSync("/dev/full"))("a full disk costs records, and is told once a minute", async () => {
  const told: string[] = [];
  const log: Logger = { ...silentLogger, error: (_fields, message) => told.push(message) };
  const options = { ...optionsFor("/dev/full"), log };
  const audit = await openAuditLog(options);
  for (const id of ["a", "b", "c"]) {
    audit.write(event(id));
    await audit.flush();
  }
  expect(told).toEqual(["audit events are being lost"]);
  await options.clock.advance(60_000);
  audit.write(event("d"));
  await audit.close();
  expect(told).toHaveLength(2);
  expect((await options.metrics.text()).body).toContain("plush_audit_events_lost_total 4");
});

test("a file that cannot be opened is told at once; - is standard output", async () => {
  const path = join(await makeDirectory(), "f");
  await appendFile(path, "");
  await expect(openAuditLog(optionsFor(join(path, "audit.log")))).rejects.toThrow();
  const printed: string[] = [];
  const audit = await openAuditLog({ ...optionsFor("-"), print: (text) => printed.push(text) });
  audit.write(event("a"));
  await audit.close();
  expect(JSON.parse(printed.join(""))).toMatchObject({ auditID: "a" });
});
