import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import { silentLogger } from "../log/index.ts";
import { Certificates } from "./certificates.ts";

const dayMs = 86_400_000;
const eventually = { timeout: 10_000, interval: 10 };
let directory = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "plush-certificates-"));
  return () => rm(directory, { recursive: true, force: true });
});

async function open() {
  const clock = new FakeClock(Date.parse("2026-01-02T03:04:05Z"));
  const certificates = await Certificates.open({ directory, hosts: ["127.0.0.1"], clock, log: silentLogger });
  onTestFinished(() => certificates.close());
  const told: string[] = [];
  certificates.onChange(({ server }) => void told.push(server.certificate));
  return { certificates, clock, told };
}

describe("certificates of a server that runs", () => {
  test("B-OPS-6: what runs out in less than 60 days is made anew, by the same authority", async () => {
    const { certificates, clock, told } = await open();
    const { pki, agentPki } = certificates;
    for (const days of [0.5, 310]) {
      await clock.advance(days * dayMs);
      // It has looked, with nothing to do yet, and will look again.
      await expect.poll(() => clock.pending, eventually).toBe(1);
      expect(told).toEqual([]);
    }
    await clock.advance(dayMs / 2);
    await expect.poll(() => certificates.agentPki.server, eventually).not.toEqual(agentPki.server);
    await expect.poll(() => told.length, eventually).toBeGreaterThan(0);
    expect(certificates.pki.authority).toEqual(pki.authority);
    expect(certificates.pki.admin).not.toEqual(pki.admin);
    expect(told.at(-1)).toBe(certificates.pki.server.certificate);
  });

  test("a file that cannot be read changes nothing, and is told by its name", async () => {
    const { certificates, told } = await open();
    const { pki } = certificates;
    await writeFile(join(directory, "server.pem"), "garbage");
    await expect(certificates.reload()).rejects.toThrow("server.pem");
    expect(certificates.pki).toBe(pki);
    expect(told).toEqual([]);
  });

  test("those that are as they were are no news", async () => {
    const { certificates, told } = await open();
    const { agentPki } = certificates;
    await certificates.reload();
    expect(told).toEqual([]);
    expect(certificates.agentPki).toBe(agentPki);
  });
});
