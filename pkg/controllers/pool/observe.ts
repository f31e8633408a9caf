import { kinds, type ResourcePool } from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import { type ControllerPorts, poolBrake } from "../../controller/index.ts";
import type { Fabric, MachineMaker, MachineSpec, Provider } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";
import { isWaiting, type WaitingClaim } from "./demand-plan.ts";
import type { MakerBook, MakerBookOptions } from "./maker-book.ts";
import type { MakingObservation } from "./making-plan.ts";
import type { PoolObservation } from "./plan.ts";
import type { PoolFault } from "./status-plan.ts";

export interface PoolPorts extends ControllerPorts {
  readonly fabric: Pick<Fabric, "observe" | "subscribe">;
  /** The providers that this server offers. */
  readonly providers: readonly Provider[];
  /** The server was put back from a backup. */
  readonly restored?: boolean;
  /** Told of each request to a provider when it is over. */
  readonly measure?: MakerBookOptions["measure"];
}

export function observe(pool: ResourcePool, ports: PoolPorts, book: MakerBook): PoolObservation {
  const nowAt = ports.clock.now();
  const resources = ports.cache(kinds.Resource).list();
  const missing = missingSecret(pool, ports);
  return {
    pool,
    wanted: wantedMachines(pool, ports.providers),
    resources,
    ...poolBrake({
      pool,
      resources: ports.cache(kinds.Resource).ownedBy(pool.metadata.uid ?? ""),
      observe: (uid) => ports.fabric.observe(uid),
      nowAt,
    }),
    ...(missing !== undefined && { missing }),
    ...(makerOf(pool, ports) !== undefined && { making: makingOf(pool, ports, book) }),
    nowText: formatTimestamp(nowAt),
  };
}

/** What makes the pool's machines; undefined where they are there. */
export function makerOf(pool: ResourcePool, { providers }: Pick<PoolPorts, "providers">): MachineMaker | undefined {
  return providers.find(({ name }) => pool.spec.provider[name] !== undefined)?.maker;
}

function makingOf(pool: ResourcePool, ports: PoolPorts, book: MakerBook): MakingObservation {
  return {
    maker: book.view(pool),
    pools: ports.cache(kinds.ResourcePool).list(),
    waiting: pool.spec.size === undefined ? [] : waitingClaims(ports),
    restored: ports.restored ?? false,
    nowAt: ports.clock.now(),
  };
}

function waitingClaims({ cache }: PoolPorts): readonly WaitingClaim[] {
  return cache(kinds.Claim)
    .list()
    .filter(isWaiting)
    .map((claim) => {
      const { componentName: name } = claim.spec;
      const namespace = claim.metadata.namespace ?? "";
      return { claim, component: name === undefined ? undefined : cache(kinds.Component).get({ namespace, name }) };
    });
}

function wantedMachines(pool: ResourcePool, providers: readonly Provider[]): readonly MachineSpec[] | PoolFault {
  const [name] = Object.keys(pool.spec.provider);
  // Its machines are another pool's, and have their Resources there.
  if (pool.spec.provider.borrow !== undefined) return [];
  const provider = providers.find((one) => one.name === name);
  if (provider === undefined) {
    return { reason: "ProviderForbidden", message: `this server does not offer machines of provider ${name}` };
  }
  try {
    return provider.machines(pool);
  } catch (error) {
    return { reason: "ProviderForbidden", message: StatusError.from(error).message };
  }
}

function missingSecret(pool: ResourcePool, ports: PoolPorts): string | undefined {
  const ref = pool.spec.ssh.identity?.secretRef;
  if (ref === undefined || ports.cache(kinds.Secret).get(ref) !== undefined) return undefined;
  return `Secret ${ref.namespace}/${ref.name} is not there: it must hold the key to log in with (ssh-privatekey)`;
}
