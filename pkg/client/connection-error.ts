import { StatusError } from "../status/index.ts";

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused: is it running?",
  ECONNRESET: "connection reset",
  EPIPE: "connection closed",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the host's name cannot be resolved now",
};

const untrusted: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not signed by the authority that the configuration names",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not signed by the authority that the configuration names",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not signed by the authority that the configuration names",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is not signed by the authority that the configuration names",
  CERT_SIGNATURE_FAILURE: "its certificate is not signed by the authority that the configuration names",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet: is this computer's clock right?",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

/** Translates what the network layer throws, once, at this border. A distrusted server is never retried. */
export function connectionError(server: string, error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  const code = codeOf(error);
  const distrust = untrusted[code];
  if (distrust !== undefined)
    return new StatusError("Forbidden", `${server} is not trusted: ${distrust}`, { cause: error });
  if (code === "ETIMEDOUT") return new StatusError("Timeout", `no answer from ${server}`, { cause: error });
  const why = unreachable[code] ?? (error instanceof Error ? error.message : String(error));
  return new StatusError("Unreachable", `cannot reach ${server}: ${why}`, { cause: error });
}

/** The code of the error, or of the first of several (a name with more than one address gives an AggregateError). */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}
