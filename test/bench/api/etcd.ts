import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { eventually } from "../../support/eventually.ts";
import { findProgram } from "../../support/programs.ts";
import { endChild } from "../end-child.ts";

/** An etcd of its own, as Debian has it: plain HTTP, durable writes. */
export class Etcd {
  readonly #directory: string;
  #process: ChildProcess | undefined;
  #url = "";

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Of its JSON gateway. */
  get url(): string {
    return this.#url;
  }

  /** With `certificate`, a PEM file with a key and its certificate, it serves HTTPS. */
  async start(certificate?: string): Promise<void> {
    const etcd = findProgram("etcd");
    if (etcd === undefined) throw new Error("etcd is not installed: make bench-deps");
    const [client, peer] = await Promise.all([freePort(), freePort()]);
    this.#url = `${certificate === undefined ? "http" : "https"}://127.0.0.1:${client}`;
    const peerUrl = `http://127.0.0.1:${peer}`;
    const options = {
      "data-dir": join(this.#directory, "etcd"),
      "listen-client-urls": this.#url,
      "advertise-client-urls": this.#url,
      "listen-peer-urls": peerUrl,
      "initial-advertise-peer-urls": peerUrl,
      "initial-cluster": `default=${peerUrl}`,
      ...(certificate !== undefined && { "cert-file": certificate, "key-file": certificate }),
    };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    let log = "";
    const child = spawn(etcd, args, { stdio: ["ignore", "ignore", "pipe"] });
    this.#process = child;
    child.stderr.on("data", (chunk) => {
      log = `${log}${chunk}`.slice(-10_000);
    });
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`etcd ended: ${log}`);
      if (!log.includes("ready to serve client requests")) throw new Error("etcd is not ready");
    }, 30_000);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child !== undefined) await endChild(child);
  }
}

/** Somebody else may take it before it is used; then the start fails and says so. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
