import { expandHosts, type Resource, type ResourcePool } from "../../api/index.ts";
import { type Clock, durationMs } from "../../clock/index.ts";
import {
  type AgentBundle,
  type Connector,
  type MachineSpec,
  ownRuntime,
  type Provider,
  type ProviderPorts,
  type Reach,
  type RuntimeSource,
  SshConnector,
} from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";
import { fingerprintOf, hostKeyPolicy, jumpsOf, loginOf, settingsOf } from "./ssh-settings.ts";

export interface StaticProviderOptions {
  readonly clock: Clock;
  readonly clusterUid: string;
  readonly bundle: AgentBundle;
  /** The operator's SSH agent, for pools without an identity; only for servers that listen on loopback. */
  readonly agentSocket?: string;
  /** Node.js for machines without; by default the program that runs this server. */
  readonly runtime?: RuntimeSource;
  /** Another way to the machines than SSH, for programs that pretend them; no flag and no object asks for it. */
  readonly connectorTo?: (resource: Resource) => Connector;
}

export function makeStaticProvider(options: StaticProviderOptions): Provider {
  return {
    name: "static",
    machines: machinesOf,
    reach: (resource, pool, ports) => reach(resource, pool, { ...options, ports }),
  };
}

function machinesOf(pool: ResourcePool): readonly MachineSpec[] {
  const { provider, ssh } = pool.spec;
  const { machines, faults } = expandHosts(provider.static?.hosts ?? [], ssh.port, "spec.provider.static.hosts");
  if (faults.length === 0) return machines;
  const message = faults.map((fault) => fault.message).join("; ");
  throw new StatusError("Invalid", `pool ${pool.metadata.name}: ${message}`, { details: { causes: faults } });
}

async function reach(
  resource: Resource,
  pool: ResourcePool | undefined,
  options: StaticProviderOptions & { readonly ports: ProviderPorts },
): Promise<Reach> {
  if (options.connectorTo !== undefined) return { connector: options.connectorTo(resource), fingerprint: "given" };
  const { address, port } = resource.spec;
  const settings = settingsOf(resource, pool);
  const login = await loginOf(settings.identity, options.ports, options.agentSocket);
  const ssh = {
    ...login,
    host: address,
    port,
    user: settings.user,
    hostKeys: hostKeyPolicy(settings, address, port, resource.status?.hostKey),
    jump: jumpsOf(settings, login),
    connectTimeoutMs: durationMs(settings.connectTimeout),
  };
  const connector = new SshConnector({
    resourceName: resource.metadata.name ?? "",
    clock: options.clock,
    ssh,
    sudo: settings.sudo,
    clusterUid: options.clusterUid,
    resourceUid: resource.metadata.uid ?? "",
    bundle: options.bundle,
    runtime: options.runtime ?? ownRuntime,
  });
  return { connector, fingerprint: fingerprintOf([ssh, settings.sudo]) };
}
