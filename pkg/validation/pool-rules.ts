import {
  expandHosts,
  forbidden,
  invalidValue,
  memoryBytes,
  type PoolProvider,
  type ResourcePool,
  required,
} from "../api/index.ts";
import { durationMs } from "../clock/index.ts";
import type { StatusCause } from "../status/index.ts";
import { exactlyOne, percentRules, positiveDuration, unique } from "./checks.ts";
import { emulatedRules } from "./emulated-rules.ts";
import { labelRules } from "./resource-rules.ts";
import { notNegative, positiveQuantity } from "./run-rules.ts";

export function poolRules(pool: ResourcePool, old?: ResourcePool): StatusCause[] {
  const { spec, metadata } = pool;
  const { provider, ssh, access, detection, brake, monitors, packages, rebalance } = spec;
  return [
    ...exactlyOne("spec.provider", {
      static: undefined,
      local: undefined,
      exec: undefined,
      join: undefined,
      emulated: undefined,
      vm: undefined,
      borrow: undefined,
      ...provider,
    }),
    ...loanRules(spec, metadata.name),
    ...vmRules(provider),
    ...hostRules(spec),
    ...sizeRules(spec),
    ...emulatedRules(pool),
    ...(ssh.hostKeys === "Strict" && ssh.knownHosts === undefined
      ? [required("spec.ssh.knownHosts", "where hostKeys is Strict")]
      : []),
    ...positiveDuration("spec.ssh.connectTimeout", ssh.connectTimeout),
    ...unique("spec.access.namespaces", "", access.namespaces),
    ...unique("spec.access.runAs", "", access.runAs),
    ...positiveDuration("spec.detection.beat", detection.beat),
    ...positiveDuration("spec.detection.probe", detection.probe),
    ...positiveQuantity("spec.packages.bandwidth", packages?.bandwidth),
    ...notNegative("spec.packages.cache", packages?.cache),
    ...positiveDuration("spec.brake.window", brake.window),
    ...percentRules("spec.monitors.disk.minFree", monitors.disk.minFree),
    ...percentRules("spec.monitors.disk.minFreeInodes", monitors.disk.minFreeInodes),
    ...percentRules("spec.monitors.memory.minFree", monitors.memory.minFree),
    ...positiveDuration("spec.rebalance.period", rebalance?.period),
    ...percentRules("spec.rebalance.minGain", rebalance?.minGain),
    ...(old === undefined ? [] : sameProvider(provider, old.spec.provider)),
  ];
}

function loanRules({ provider, loan, lend }: ResourcePool["spec"], name: string | undefined): StatusCause[] {
  const { duration = "1h", renewBefore = "0s" } = loan ?? {};
  const isShort = durationMs(renewBefore) >= durationMs(duration);
  return [
    ...positiveDuration("spec.loan.duration", loan?.duration),
    ...(isShort ? [invalidValue("spec.loan.renewBefore", renewBefore, "must be less than spec.loan.duration")] : []),
    ...unique("spec.lend.pools", "", lend?.pools ?? []),
    ...(provider.borrow !== undefined && provider.borrow.pool === name
      ? [invalidValue("spec.provider.borrow.pool", name, "must be another pool")]
      : []),
    ...(provider.borrow !== undefined && lend !== undefined
      ? [forbidden("spec.lend", "a pool that borrows has nothing of its own to lend")]
      : []),
  ];
}

const leastMemory = 256 * 1024 ** 2;
/** The system alone takes half of it. */
const leastDisk = 2 * 1024 ** 3;

function vmRules({ vm }: PoolProvider): StatusCause[] {
  const field = "spec.provider.vm";
  if (vm === undefined) return [];
  return [
    ...(memoryBytes(vm.memory) < leastMemory
      ? [invalidValue(`${field}.memory`, vm.memory, "must be at least 256Mi")]
      : []),
    ...(memoryBytes(vm.disk) < leastDisk ? [invalidValue(`${field}.disk`, vm.disk, "must be at least 2Gi")] : []),
  ];
}

function hostRules({ provider, ssh }: ResourcePool["spec"]): StatusCause[] {
  const hosts = provider.static?.hosts ?? [];
  const field = "spec.provider.static.hosts";
  return [
    ...expandHosts(hosts, ssh.port, field).faults,
    ...hosts.flatMap((host, index) => [
      ...labelRules(`${field}[${index}].labels`, host.labels),
      ...notNegative(`${field}[${index}].capacity.cpu`, host.capacity?.cpu),
      ...notNegative(`${field}[${index}].capacity.memory`, host.capacity?.memory),
    ]),
  ];
}

/** How many machines are made is said for providers that make as many as are wanted, and for no others. */
function sizeRules({ provider, size, template }: ResourcePool["spec"]): StatusCause[] {
  const labels = labelRules("spec.template.labels", template?.labels ?? {});
  const { exec } = provider;
  const timeout = exec === undefined ? [] : positiveDuration("spec.provider.exec.timeout", exec.timeout);
  if (size === undefined) {
    return [
      ...labels,
      ...timeout,
      ...(exec === undefined ? [] : [required("spec.size", "where the provider is exec")]),
    ];
  }
  return [
    ...labels,
    ...timeout,
    ...(provider.static === undefined ? [] : [forbidden("spec.size", "hosts of a static pool are not made")]),
    ...(size.min <= size.max
      ? []
      : [invalidValue("spec.size.min", size.min, `may not be more than max (${size.max})`)]),
    ...positiveDuration("spec.size.idleTimeout", size.idleTimeout),
  ];
}

/** Machines of one provider are not those of another: that is another pool. */
function sameProvider(provider: PoolProvider, old: PoolProvider): StatusCause[] {
  const [name] = Object.keys(provider);
  const [oldName] = Object.keys(old);
  if (name === undefined || name === oldName) return [];
  return [forbidden(`spec.provider.${name}`, `a pool keeps its provider (${oldName}): make another pool`)];
}
