import { type AgentPki, certifyKey } from "../auth/index.ts";
import type { Clock } from "../clock/index.ts";
import type { TreeAuthority } from "../fabric/index.ts";

const certificateDays = 30;
const dayMs = 86_400_000;

/** Certificates by which agents know each other and the server. */
export function makeTreeAuthority({ authority, server }: AgentPki, clock: Clock): TreeAuthority {
  return {
    authority: authority.certificate,
    server,
    certify: (name, publicKey) => certifyKey(authority, { name, publicKey, days: certificateDays, now: clock.now() }),
    certificateMs: certificateDays * dayMs,
  };
}
