import { certifyKey } from "../auth/index.ts";
import type { Clock } from "../clock/index.ts";
import type { TreeAuthority } from "../fabric/index.ts";
import type { Certificates } from "./certificates.ts";

const certificateDays = 30;
const dayMs = 86_400_000;

/** Certificates by which agents know each other and the server. */
export function makeTreeAuthority(certificates: Pick<Certificates, "agentPki">, clock: Clock): TreeAuthority {
  const { authority } = certificates.agentPki;
  return {
    authority: authority.certificate,
    get server() {
      return certificates.agentPki.server;
    },
    certify: (name, publicKey) => certifyKey(authority, { name, publicKey, days: certificateDays, now: clock.now() }),
    certificateMs: certificateDays * dayMs,
  };
}
