import type { AgentConfig, SignedDocument } from "../protocol/index.ts";
import { unseal } from "../seal/index.ts";
import { StatusError } from "../status/index.ts";

interface Order {
  readonly clusterUid: string;
  readonly resourceUid: string;
  readonly term: number;
  readonly generation: number;
}

/** Throws Forbidden (not signed by this agent's server, or for another machine), Conflict (older than `held`), or as `decode`. */
export function verifyOrder<T extends Order>(
  signed: SignedDocument,
  { serverKey, clusterUid, resourceUid }: AgentConfig,
  decode: (payload: string) => T,
  held: Order | undefined,
): T {
  const payload = unseal(signed, serverKey);
  if (payload === undefined) throw new StatusError("Forbidden", "the order is not signed by this agent's server");
  const order = decode(payload);
  if (order.clusterUid !== clusterUid || order.resourceUid !== resourceUid)
    throw new StatusError("Forbidden", "the order is meant for another machine");
  const isOlder = held !== undefined && (order.term - held.term || order.generation - held.generation) < 0;
  if (isOlder) throw new StatusError("Conflict", "the order is older than the one held");
  return order;
}
