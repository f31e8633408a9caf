import type { GrantedLease, LeaseGrant } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { isRecord, parseJson } from "../untrusted-json.ts";

/** Reads a grant whose signature was verified. Throws Invalid: also for another text that the server has signed. */
export function decodeGrant(payload: string): LeaseGrant {
  const value = parseJson(payload);
  const grant = value as LeaseGrant;
  if (!isRecord(value) || grant.kind !== "LeaseGrant" || !hasHead(grant) || !hasLeases(grant.leases))
    throw new StatusError("Invalid", "what is signed is no grant of leases");
  return grant;
}

function hasHead({ clusterUid, resourceUid, boot, term, at }: LeaseGrant): boolean {
  return [clusterUid, resourceUid, boot].every(isText) && [term, at].every(Number.isFinite);
}

function hasLeases(leases: unknown): boolean {
  return Array.isArray(leases) && leases.every((one) => isRecord(one) && isLease(one as unknown as GrantedLease));
}

function isLease({ uid, epoch, leaseMs }: GrantedLease): boolean {
  return isText(uid) && Number.isInteger(epoch) && Number.isFinite(leaseMs) && leaseMs > 0;
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
