import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import type { Resource, ResourcePool } from "../../api/index.ts";
import type { Clock } from "../../clock/index.ts";
import {
  type AgentBundle,
  type MachineMaker,
  type MachineSpec,
  ownRuntime,
  type ProbeVerdict,
  type Provider,
  type Reach,
  SshConnector,
} from "../../fabric/index.ts";
import type { KeyPair } from "../../remote/index.ts";
import { StatusError } from "../../status/index.ts";
import { MadeConnector, machineIndex } from "../made/index.ts";
import { hangsUp } from "./look.ts";
import { lookPort } from "./pool-plan.ts";
import { programDirectories } from "./run.ts";
import { makeVmMaker, VmMachines } from "./vm-maker.ts";

export interface VmProviderOptions {
  readonly clock: Clock;
  readonly clusterUid: string;
  /** Where images and machines lie. */
  readonly directory: string;
  readonly bundle: AgentBundle;
  readonly keyPair: () => Promise<KeyPair>;
}

export interface VmProvider extends Provider {
  readonly maker: MachineMaker;
  /** Removes the machines of pools that are no more: what a server has left that was killed. */
  sweep(poolUids: ReadonlySet<string>): Promise<void>;
}

/** A machine without the processor's help takes a while to begin to speak. */
const connectTimeoutMs = 60_000;

const programs = ["qemu-system-x86_64", "qemu-img", "mmdebstrap", "mkfs.ext4", "modprobe", "ssh-keygen", "tar"];

export function makeVmProvider(options: VmProviderOptions): VmProvider {
  const machines = new VmMachines(options);
  const maker = makeVmMaker(machines);
  return {
    name: "vm",
    machines(pool: ResourcePool): readonly MachineSpec[] {
      const reason = whyNot();
      if (reason !== undefined) throw new StatusError("Invalid", reason);
      return Array.from({ length: pool.spec.provider.vm?.count ?? 0 }, (_, at) => ({
        name: `${pool.metadata.name}-${at + 1}`,
        ...machines.specOf(pool, at + 1),
      }));
    },
    maker,
    sweep: (poolUids) => machines.sweep(poolUids),
    async reach(resource: Resource, pool: ResourcePool | undefined): Promise<Reach> {
      if (pool === undefined) throw new StatusError("NotFound", `${resource.metadata.name}: its pool is gone`);
      return { connector: connectorTo(resource, pool, { ...options, machines, maker }), fingerprint: "vm" };
    },
  };
}

/** Why this computer cannot have such machines; undefined where it can. */
function whyNot(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return "vm machines need Linux on x86-64";
  if (process.getuid?.() !== 0) return "vm machines need a server that runs as root, which makes their images";
  const missing = programs.filter((name) => !isInstalled(name));
  if (missing.length === 0) return undefined;
  const packages = "Debian: apt-get install qemu-system-x86 qemu-utils mmdebstrap e2fsprogs kmod openssh-client";
  return `vm machines need ${missing.join(", ")} (${packages})`;
}

function isInstalled(name: string): boolean {
  return programDirectories.some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function connectorTo(
  resource: Resource,
  pool: ResourcePool,
  options: VmProviderOptions & { readonly machines: VmMachines; readonly maker: MachineMaker },
): MadeConnector {
  const { clock, clusterUid, bundle, keyPair, machines, maker } = options;
  const { name = "", uid = "" } = resource.metadata;
  const { address, port } = resource.spec;
  const machine = machines.machine(pool, name);
  return new MadeConnector({
    resourceName: name,
    isThere: async () => machine.exists && (await machine.isRunning()),
    async ensure(signal) {
      machineIndex(pool, name);
      await machines.ensure(pool, name, signal);
      const hostKeys = { kind: "pinned" as const, fingerprints: [await machine.hostKeyFingerprint()] };
      const { privateKey } = await keyPair();
      const ssh = { host: address, port, user: "root", privateKey, hostKeys, jump: [], connectTimeoutMs };
      return new SshConnector({
        ...{ resourceName: name, clock, ssh, sudo: false, clusterUid, resourceUid: uid, bundle, runtime: ownRuntime },
      });
    },
    async probe(timeoutMs, signal): Promise<ProbeVerdict> {
      if (!(await machine.isRunning())) return "gone";
      return (await hangsUp(address, lookPort, timeoutMs, signal)) ? "answered" : "silent";
    },
    takeBack: (signal) => maker.delete(name, { pool, ports: { secret: async () => undefined }, signal }),
  });
}
