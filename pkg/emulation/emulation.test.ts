import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Emulation } from "./index.ts";

const programs = ["/usr/sbin/sshd", "/usr/bin/ssh", "/usr/bin/unshare"];
const possible =
  process.getuid?.() === 0 &&
  programs.every((path) => existsSync(path)) &&
  ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"].some(existsSync);

describe.skipIf(!possible)("emulated hosts (root, sshd, iproute2)", () => {
  const keys = mkdtempSync(join(tmpdir(), "plush-keys-"));
  let emulation: Emulation;

  beforeAll(async () => {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(keys, "id")]);
    emulation = await Emulation.start({
      name: "unit",
      range: { base: "10.89.0.0", prefix: 16 },
      hosts: 2,
      authorizedKey: readFileSync(join(keys, "id.pub"), "utf8").trim(),
      user: "plusher",
      hidden: [process.cwd()],
      withoutNode: [2],
    });
  });

  afterAll(async () => {
    await emulation?.stop();
    rmSync(keys, { recursive: true, force: true });
  });

  function ssh(address: string, user: string, command: string): string {
    const options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"];
    return execFileSync("ssh", ["-i", join(keys, "id"), ...options, `${user}@${address}`, command], {
      encoding: "utf8",
    });
  }

  it("are machines of their own: name, boot identity, files, processes, users", async () => {
    const [first, second] = emulation.hosts;
    if (!first || !second) throw new Error("two hosts were asked for");
    expect(ssh(first.address, "root", "hostname").trim()).toBe("n1");
    expect(ssh(first.address, "plusher", "sudo -n id -u").trim()).toBe("0");
    const boot = "cat /proc/sys/kernel/random/boot_id";
    expect(ssh(first.address, "root", boot)).not.toBe(ssh(second.address, "root", boot));
    expect(ssh(first.address, "root", "node --version").trim()).toBe(process.version);
    expect(() => ssh(second.address, "root", "node --version")).toThrow();
    expect(ssh(first.address, "root", `ls ${process.cwd()} | wc -l`).trim()).toBe("0");

    const before = await first.list();
    ssh(first.address, "root", "mkdir /opt/thing; echo hello >/opt/thing/file; (setsid sleep 300 >/dev/null 2>&1 &)");
    await expect
      .poll(() => first.changesSince(before), { timeout: 10_000 })
      .toEqual(expect.arrayContaining(["+ /opt/thing/file (file 644 6)", "+ process sleep 300"]));
    expect(existsSync("/opt/thing")).toBe(false);
  });

  it("crash (refused), are cut off (silent), and come back with another boot identity", async () => {
    const host = emulation.hosts[0];
    if (!host) throw new Error("no host");
    const boot = await host.exec(["cat", "/proc/sys/kernel/random/boot_id"]);
    await host.crash();
    expect(await look(host.address)).toBe("ECONNREFUSED");
    await host.powerOn();
    expect(await host.exec(["cat", "/proc/sys/kernel/random/boot_id"])).not.toBe(boot);
    expect(await host.exec(["cat", "/opt/thing/file"])).toBe("hello\n");
    await host.cut();
    expect(await look(host.address)).toBe("silent");
    await host.heal();
    await expect.poll(() => look(host.address)).toBe("connected");
  });
});

function look(address: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22 });
    const timer = setTimeout(() => finish("silent"), 700);
    const finish = (answer: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => finish("connected"));
    socket.once("error", (error: NodeJS.ErrnoException) => finish(error.code ?? "error"));
  });
}
