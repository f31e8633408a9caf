import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import { canMount, SmallDisk } from "../../test/support/small-disk.ts";
import { type ConfigMap, kinds } from "../api/index.ts";
import { BlobStore } from "../blobs/index.ts";
import { StatusError } from "../status/index.ts";
import { installation } from "./installation.ts";
import type { RunningServer } from "./running-server.ts";
import { startServer } from "./start-server.ts";

describe.skipIf(!canMount)("a server on a disk that is full (root)", () => {
  function aDisk(): SmallDisk {
    const scratch = mkdtempSync(join(tmpdir(), "plush-full-disk-"));
    const disk = new SmallDisk(join(scratch, "disk"), 16);
    onTestFinished(() => {
      disk.unmount();
      rmSync(scratch, { recursive: true, force: true });
    });
    writeFileSync(join(scratch, "agent.mjs"), "");
    return disk;
  }

  async function start(disk: SmallDisk): Promise<RunningServer> {
    const server = await startServer({
      dataDir: join(disk.path, "data"),
      host: "127.0.0.1",
      port: 0,
      names: [],
      logLevel: "silent",
      logFormat: "text",
      ...installation,
      // What is no agent will do where no machine is.
      agentBundle: join(disk.path, "..", "agent.mjs"),
    });
    onTestFinished(() => server.stop());
    return server;
  }

  function create({ api }: RunningServer, name: string, text: string): Promise<unknown> {
    const metadata = { name, namespace: "default" };
    const object: ConfigMap = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { text } };
    return api.create(kinds.ConfigMap, object);
  }

  test("B-DSK-3: refuses what would be written, serves what is there, and goes on when there is room", async () => {
    const disk = aDisk();
    const server = await start(disk);
    await create(server, "before", "x");
    disk.fill();
    const refused = create(server, "refused", "x".repeat(200_000));
    await expect(refused).rejects.toMatchObject({
      reason: "ServiceUnavailable",
      message: expect.stringContaining("store.db cannot be written: its disk is full; make room"),
      details: { retryAfterSeconds: 5 },
    });
    const { metadata } = await server.api.get(kinds.ConfigMap, { name: "before", namespace: "default" });
    expect(metadata.name).toBe("before");
    const listed = await server.api.list(kinds.ConfigMap, { namespace: "default" });
    expect(listed.items.map((item) => item.metadata.name)).toContain("before");
    disk.makeRoom();
    await create(server, "after", "x");
    await server.stop();
    const again = await start(disk);
    const { items } = await again.api.list(kinds.ConfigMap, { namespace: "default" });
    const names = items.map((item) => item.metadata.name);
    expect(names).toEqual(expect.arrayContaining(["after", "before"]));
    expect(names).not.toContain("refused");
  });

  test("B-DSK-3: refuses packages for now, and takes the same ones when there is room", async () => {
    const disk = aDisk();
    const blobs = new BlobStore(join(disk.path, "blobs"));
    const bytes = Buffer.alloc(100_000, 1);
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    const upload = async (offset: number) =>
      blobs.append(digest, { offset, total: bytes.length }, Readable.from([bytes.subarray(offset)]));
    disk.fill();
    await expect(upload(0)).rejects.toMatchObject({
      reason: "ServiceUnavailable",
      message: expect.stringContaining("blobs/partial cannot be written: its disk is full"),
    });
    disk.makeRoom();
    const there = (await blobs.stat(digest))?.bytes ?? 0;
    expect(await upload(there)).toEqual({ bytes: bytes.length, complete: true });
  });

  test("B-DSK-3: that starts on a full disk for the first time says which disk is full", async () => {
    const disk = aDisk();
    disk.fill();
    const error = StatusError.from(await start(disk).catch((thrown: unknown) => thrown));
    expect(error.message).toMatch(/data\S* cannot be written: its disk is full; make room/);
    disk.makeRoom();
    await create(await start(disk), "after", "x");
  });
});
