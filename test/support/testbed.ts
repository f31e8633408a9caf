import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type EmulatedHost, Emulation, type EmulationOptions } from "../../pkg/emulation/index.ts";
import { PlushServer } from "./plush-server.ts";

export interface TestbedOptions extends Partial<Omit<EmulationOptions, "hosts">> {
  readonly hosts: number;
  readonly serverOptions?: readonly string[];
  /** The story starts its own. */
  readonly withoutServer?: boolean;
  /** An empty directory, which goes with the hosts; absent: one is made. */
  readonly home?: string;
}

/** Emulated hosts with a server beside them, and a home directory with a key that may log in. */
export interface Testbed {
  readonly emulation: Emulation;
  readonly hosts: readonly EmulatedHost[];
  readonly server: PlushServer;
  readonly home: string;
  /** Path of the private key. */
  readonly identity: string;
  host(name: string): EmulatedHost;
  /** Applies a manifest given as text. */
  apply(yaml: string): Promise<string>;
  /** Makes the pool `lab` of all hosts, logging in as `user`, and waits until every machine is Free. */
  makePool(user?: string): Promise<void>;
  /** Where stories are told of trees, a pool `lab` that a story has made itself becomes one. */
  makeTree(): Promise<void>;
  close(): Promise<void>;
}

/** The same stories hold where machines are reached through others: pools are trees of this fan-out; 0: they are stars. */
export const treeFanOut = Number(process.env["TESTBED_TREE"] ?? 0);
/** Where parents of such a tree listen. */
export const treePort = 7600;

/** Of homes of testbeds. */
export const testbedPrefix = "/tmp/plush-testbed-";

export async function startTestbed(options: TestbedOptions): Promise<Testbed> {
  const { hosts, serverOptions, withoutServer, home = mkdtempSync(testbedPrefix), ...rest } = options;
  mkdirSync(join(home, ".ssh"), { mode: 0o700 });
  const identity = join(home, ".ssh", "id_ed25519");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", identity]);
  const emulation = await Emulation.start({
    name: "test",
    authorizedKey: readFileSync(`${identity}.pub`, "utf8").trim(),
    hidden: [process.cwd()],
    user: "ubuntu",
    ...rest,
    hosts,
  });
  const server = new PlushServer(join(home, "data"), home, serverOptions);
  if (withoutServer !== true) await server.start();

  const makeTree = async (): Promise<void> => {
    if (treeFanOut === 0) return;
    // Of two machines one is reached through the other.
    const tree = { fanOut: Math.min(treeFanOut, hosts - 1), port: treePort };
    await server.plush("patch", "pool", "lab", "--type", "merge", "-p", JSON.stringify({ spec: { tree } }));
  };

  return {
    emulation,
    hosts: emulation.hosts,
    server,
    home,
    identity,
    host(name) {
      const found = emulation.hosts.find((host) => host.name === name || host.address === name);
      if (found === undefined) throw new Error(`no emulated host ${name}`);
      return found;
    },
    apply: (yaml) => server.apply(yaml),
    async makePool(user = "root") {
      const list = emulation.hosts.map((host) => host.address).join(",");
      const login = user === "root" ? ["--user", "root"] : ["--user", user, "--sudo"];
      await server.plush("create", "pool", "lab", "--hosts", list, ...login, "--identity", identity);
      await makeTree();
    },
    makeTree,
    async close() {
      await server.stop();
      await emulation.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
