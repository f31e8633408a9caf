import type { Resource, ResourcePool } from "../../api/index.ts";
import type { Clock } from "../../clock/index.ts";
import {
  type AgentBundle,
  type MachineMaker,
  type MachineSpec,
  ownRuntime,
  type Provider,
  type Reach,
  SshConnector,
} from "../../fabric/index.ts";
import type { Logger } from "../../log/index.ts";
import { type KeyPair, probeTcp } from "../../remote/index.ts";
import { StatusError } from "../../status/index.ts";
import { MadeConnector } from "../made/index.ts";
import { ensureHost, makeEmulatedMaker } from "./emulated-maker.ts";
import { startFaultClock } from "./fault-clock.ts";
import { hostOf, machineOf } from "./world-plan.ts";
import { Worlds } from "./worlds.ts";

export interface EmulatedProviderOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly clusterUid: string;
  readonly dataDir: string;
  readonly bundle: AgentBundle;
  /** The delay line's program; undefined: it was not built. */
  readonly delayLine: string | undefined;
  readonly keyPair: () => Promise<KeyPair>;
}

export interface EmulatedProvider extends Provider {
  readonly maker: MachineMaker;
  /** Begins with schedules of faults; resolves the function that ends them. Machines stay. */
  start(pools: () => readonly ResourcePool[]): () => Promise<void>;
}

const connectTimeoutMs = 10_000;

export function makeEmulatedProvider(options: EmulatedProviderOptions): EmulatedProvider {
  const { clock, log, delayLine = "" } = options;
  const worlds = new Worlds({ ...options, program: delayLine });
  const maker = makeEmulatedMaker(worlds, clock);
  const isPossible = whyNot(options) === undefined;
  return {
    name: "emulated",
    machines(pool: ResourcePool): readonly MachineSpec[] {
      const reason = whyNot(options);
      if (reason !== undefined) throw new StatusError("Invalid", reason);
      return Array.from({ length: pool.spec.provider.emulated?.hosts ?? 0 }, (_, at) => ({
        name: `${pool.metadata.name}-${at + 1}`,
        ...machineOf(pool, at + 1, (index) => worlds.address(pool, index)),
      }));
    },
    maker,
    async reach(resource: Resource, pool: ResourcePool | undefined): Promise<Reach> {
      if (pool === undefined) throw new StatusError("NotFound", `${resource.metadata.name}: its pool is gone`);
      return { connector: connectorTo(resource, pool, { ...options, worlds, maker }), fingerprint: "emulated" };
    },
    start: (pools) => (isPossible ? startFaultClock({ clock, log, worlds, pools }) : async () => {}),
  };
}

/** Why this computer cannot have such machines; undefined where it can. */
function whyNot({ delayLine }: EmulatedProviderOptions): string | undefined {
  if (process.platform !== "linux") return "emulated machines need Linux";
  if (process.getuid?.() !== 0) return "emulated machines need a server that runs as root";
  if (delayLine === undefined)
    return "emulated machines need the delay line, which was not built: make build, with a C compiler";
  return undefined;
}

function connectorTo(
  resource: Resource,
  pool: ResourcePool,
  options: EmulatedProviderOptions & { readonly worlds: Worlds; readonly maker: MachineMaker },
): MadeConnector {
  const { clock, clusterUid, bundle, keyPair, worlds, maker } = options;
  const { name = "", uid = "" } = resource.metadata;
  const { address, port } = resource.spec;
  return new MadeConnector({
    resourceName: name,
    lookTarget: { address, port },
    probe: (timeoutMs, signal) => probeTcp(address, port, timeoutMs, signal),
    async isThere() {
      return (await (await worlds.find(pool))?.load(hostOf(pool, name).index)) !== undefined;
    },
    async ensure() {
      const host = await ensureHost(worlds, clock, pool, name);
      const hostKeys = { kind: "pinned" as const, fingerprints: [await host.hostKeyFingerprint()] };
      const { privateKey } = await keyPair();
      const ssh = { host: address, port, user: "root", privateKey, hostKeys, jump: [], connectTimeoutMs };
      return new SshConnector({
        ...{ resourceName: name, clock, ssh, sudo: false, clusterUid, resourceUid: uid, bundle, runtime: ownRuntime },
      });
    },
    takeBack: (signal) => maker.delete(name, { pool, ports: { secret: async () => undefined }, signal }),
  });
}
