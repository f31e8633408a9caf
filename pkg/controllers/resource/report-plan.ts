import type { Resource, ResourceSpec, ResourceStatus } from "../../api/index.ts";
import type { ClaimReport, HostReport } from "../../protocol/index.ts";

type Attributes = Readonly<Record<string, number | string>>;

/** A measurement counts as changed when it differs by so much of the larger value, and by more than noise. */
const noticeable = {
  bytes: { share: 0.2, noise: 64 * 2 ** 20 },
  traffic: { share: 0.5, noise: 2 ** 20 },
  other: { share: 0.4, noise: 1 },
};

/**
 * Attributes to keep in the status. A measurement that hardly moved stays as it was written: else each machine would be
 * written every few seconds, and all who watch would be woken for nothing.
 */
export function settleAttributes(before: Attributes | undefined, now: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(now).map(([name, value]) => {
      const old = before?.[name];
      const isSteady = typeof old === "number" && typeof value === "number" && isNoise(name, old, value);
      return [name, isSteady ? old : value];
    }),
  );
}

function isNoise(name: string, old: number, value: number): boolean {
  const difference = Math.abs(value - old);
  if (difference === 0 || name.endsWith(".total") || name === "cpu.cores") return difference === 0;
  const { share, noise } = noticeable[amountOf(name)];
  return difference < noise || difference < Math.max(Math.abs(old), Math.abs(value)) * share;
}

function amountOf(name: string): keyof typeof noticeable {
  if (/^(memory|disk)\./.test(name)) return "bytes";
  return name.startsWith("net.") ? "traffic" : "other";
}

/** What may be requested of a machine: what its owner says, else what it has. */
export function allocatableOf(spec: ResourceSpec, attributes: Attributes): NonNullable<ResourceStatus["allocatable"]> {
  const cpu = spec.capacity?.cpu ?? attributes["cpu.cores"];
  const memory = spec.capacity?.memory ?? attributes["memory.total"];
  return { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) };
}

export function agentOf({ agent, root }: HostReport): NonNullable<ResourceStatus["agent"]> {
  return { version: agent.version, pid: agent.pid, startedAt: agent.startedAt, nodeVersion: agent.nodeVersion, root };
}

type Claims = ReadonlyMap<string, ClaimReport>;

/**
 * What is still owed after these reports: an entry is paid by the agent's receipt for its epoch, or a later one; or by the
 * claim being there at a later one, which begins once nothing is left of the earlier: bound by a server whose data was
 * replaced by an older copy since.
 */
export function unpaidResidue({ status }: Resource, claims: Claims): NonNullable<ResourceStatus["residue"]> {
  return (status?.residue ?? []).filter(({ claimUid, epoch }) => {
    const report = claims.get(claimUid);
    return Math.max(report?.receipt?.epoch ?? 0, (report?.epoch ?? 0) - 1) < epoch;
  });
}

/**
 * Claims whose receipt nobody waits for any more: neither is their place held nor a debt written down. Judged by what
 * the store holds, so that a receipt is forgotten only after what it paid for is.
 */
export function settledReceipts({ status }: Resource, claims: Claims): readonly string[] {
  const owed = [...(status?.allocations ?? []), ...(status?.residue ?? [])];
  return [...claims.values()].flatMap(({ uid, receipt }) => {
    if (receipt === undefined) return [];
    return owed.some(({ claimUid, epoch }) => claimUid === uid && epoch <= receipt.epoch) ? [] : [uid];
  });
}

/** Claims in the agent's ledger of which the server knows nothing, and since when. */
export function orphansOf(
  { status }: Resource,
  claims: Claims,
  nowText: string,
): NonNullable<ResourceStatus["orphans"]> {
  const known = new Set([...(status?.allocations ?? []), ...(status?.residue ?? [])].map(({ claimUid }) => claimUid));
  const before = new Map((status?.orphans ?? []).map((orphan) => [orphan.claimUid, orphan]));
  return [...claims.values()]
    .filter(({ uid, receipt }) => !known.has(uid) && receipt === undefined)
    .sort((left, right) => (left.uid < right.uid ? -1 : 1))
    .map(({ uid, name, namespace }) => before.get(uid) ?? { claimUid: uid, name, namespace, since: nowText });
}
