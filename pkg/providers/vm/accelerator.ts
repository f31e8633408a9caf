import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Writes 0x10 to port 0xf4, which QEMU's debug device takes for the order to end with 0x10 * 2 + 1. */
const program = [0xba, 0xf4, 0x00, 0xb0, 0x10, 0xee, 0xf4];
const expectedCode = 33;
const limitMs = 5000;

let known: Promise<"kvm" | "tcg"> | undefined;

/** The processor's own virtualisation where it works: there are computers that have the device, and it starts nothing. */
export function accelerator(): Promise<"kvm" | "tcg"> {
  known ??= probe();
  return known;
}

async function probe(): Promise<"kvm" | "tcg"> {
  if (!existsSync("/dev/kvm")) return "tcg";
  const directory = await mkdtemp(join(tmpdir(), "plush-kvm-"));
  try {
    const sector = Buffer.alloc(512);
    sector.set(program);
    sector.writeUInt16BE(0x55aa, 510);
    const image = join(directory, "sector");
    await writeFile(image, sector);
    return (await boots(image)) ? "kvm" : "tcg";
  } finally {
    await rm(directory, { recursive: true });
  }
}

function boots(image: string): Promise<boolean> {
  const machine = ["-nodefaults", "-no-user-config", "-display", "none", "-machine", "pc,accel=kvm", "-cpu", "host"];
  const devices = ["-device", "isa-debug-exit,iobase=0xf4,iosize=0x04", "-drive", `file=${image},format=raw,if=ide`];
  return new Promise((resolve) => {
    const child = spawn("qemu-system-x86_64", [...machine, "-m", "16", ...devices], {
      stdio: "ignore",
      timeout: limitMs,
      killSignal: "SIGKILL",
    });
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === expectedCode));
  });
}
