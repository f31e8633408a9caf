import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { PlushServer, plushProgram } from "../support/plush-server.ts";

// Short: Unix sockets of the machines lie below it.
const home = mkdtempSync("/tmp/plush-operate-");
const backups = join(home, "backups");
const server = new PlushServer(join(home, "data"), home, ["--backup-dir", backups, "--backup-interval", "1h"]);

beforeAll(async () => {
  await server.start();
  await server.apply(
    `{apiVersion: plush.dev/v1, kind: ResourcePool, metadata: {name: local}, spec: {provider: {local: {count: 1}}}}
---
{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: default}, type: kubernetes.io/ssh-auth, stringData: {ssh-privatekey: hunter2-hunter2}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: default}, data: {app.ini: hunter2-hunter2}}`,
  );
  await server.plush("wait", "pool/local", "--for=condition=Ready", "--timeout=60s");
});

afterAll(async () => {
  await server.run(["teardown", "--yes"]);
  await server.stop();
  rmSync(home, { recursive: true, force: true });
});

const made = (): string[] => readdirSync(backups).filter((name) => /^plush-\w+\.tar$/.test(name));

describe("a server's care for itself", () => {
  test("B-OPS-1: with --backup-dir a backup is made at once, by the program itself seen to be whole", async () => {
    await eventually(() => expect(made()).toHaveLength(1), 30_000);
    const file = join(backups, made()[0] ?? "");
    expect(await server.plush("restore", file, "--check")).toMatch(/ is whole: the backup of /);
    const cut = join(home, "cut.tar");
    writeFileSync(cut, readFileSync(file).subarray(0, 4096));
    const refused = await server.run(["restore", cut, "--check"]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("is damaged") });
    expect(readdirSync(backups).filter((name) => name.includes("checking"))).toEqual([]);
  });

  test("B-OPS-3: plush doctor says what is well, what is not, and what to do", async () => {
    const well = await server.run(["doctor"]);
    expect(well.stdout).toMatch(/client +good +Plush [\d.]+, as the server/);
    expect(well.stdout).toMatch(/disk .* a write to .* is durable after/);
    expect(well.stdout).toMatch(/certificates +good/);
    expect(well.stdout).toMatch(/backups +good .* can be restored/);
    expect(well.stdout).toMatch(/clock +good +this computer's clock agrees/);
    expect(well.stdout).toMatch(/machines +good +1 ready: local-1/);

    // Nobody listens there.
    const dead = "{static: {hosts: [{address: 127.0.0.1, name: dead}]}}";
    await server.apply(`{apiVersion: plush.dev/v1, kind: ResourcePool, metadata: {name: lab},
      spec: {provider: ${dead}, ssh: {user: nobody, port: 9, identity: {secretRef: {namespace: default, name: gone}}}}}`);
    await eventually(async () => {
      const ill = await server.run(["doctor"]);
      expect(ill.stdout).toMatch(/machines +bad +dead: .*secrets "gone".* not found\n +→ correct ssh in its pool/);
      expect(ill.code).toBe(1);
    }, 20_000);
    const json = JSON.parse((await server.run(["doctor", "-o", "json"])).stdout);
    expect(json).toMatchObject({ kind: "DoctorReport", findings: expect.arrayContaining([]) });
    await server.plush("delete", "pool", "lab");
  });

  test("B-OPS-4: a support bundle holds what somebody needs who helps, and no secret", async () => {
    const bundle = join(home, "bundle.tar.gz");
    await server.run(["doctor", "--bundle", bundle]);
    const names = execFileSync("tar", ["tzf", bundle], { encoding: "utf8" }).trim().split("\n");
    for (const name of [
      "doctor.json",
      "server.log",
      "metrics.txt",
      "objects/resourcepools.json",
      "objects/events.json",
    ])
      expect(names).toContain(`plush/${name}`);
    expect(names).not.toContain("plush/missing.txt");
    const all = execFileSync("tar", ["xzOf", bundle], { encoding: "utf8" });
    expect(all).toContain("server ready");
    expect(all).toContain("ssh-privatekey");
    for (const secret of ["hunter2", Buffer.from("hunter2-hunter2").toString("base64"), "PRIVATE KEY-"])
      expect(all).not.toContain(secret);
    expect((await server.run(["doctor", "--bundle", bundle])).stderr).toContain("is there already");
  });

  test("B-OPS-6: SIGHUP has it make and show another certificate where its own was removed; what is under way goes on", async () => {
    const port = Number(
      /:(\d+)/.exec(readFileSync(server.kubeconfig, "utf8").split('server": "https://')[1] ?? "")?.[1],
    );
    const shown = async (): Promise<string> => {
      const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
      await once(socket, "secureConnect");
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.destroy();
      return fingerprint256;
    };
    const before = await shown();
    rmSync(join(home, "data/pki/server.pem"));
    const watching = spawn(plushProgram, ["get", "resources", "-w"], { env: server.environment() });
    onTestFinished(() => void watching.kill());
    let watched = "";
    watching.stdout.on("data", (chunk) => {
      watched += chunk;
    });
    await eventually(() => expect(watched).toContain("local-1"), 20_000);
    server.signal("SIGHUP");
    await eventually(async () => expect(await shown()).not.toBe(before), 20_000);
    // By the same authority: clients go on.
    await server.plush("cordon", "local-1");
    await server.plush("uncordon", "local-1");
    await eventually(() => expect(watched).toContain("Cordoned"), 20_000);
  });

  test("where no server answers, the doctor says so and looks at the data directory", async () => {
    const other = new PlushServer(join(home, "data"), home);
    writeFileSync(
      join(home, "config"),
      readFileSync(server.kubeconfig, "utf8").replace(/127\.0\.0\.1:\d+/, "127.0.0.1:9"),
    );
    const { code, stdout } = await other.run([
      "doctor",
      "--kubeconfig",
      join(home, "config"),
      "--data-dir",
      join(home, "data"),
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/server +bad +.*127\.0\.0\.1:9/);
    expect(stdout).toContain("→ start it");
    expect(stdout).toMatch(/disk +\w+ +a write to /);
  });
});
