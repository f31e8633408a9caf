import type { ExtraAnswer, ExtraRoute } from "../apiserver/index.ts";
import type { ServiceAccountSigner } from "../auth/index.ts";

const keySetPath = "/openid/v1/jwks";

/**
 * What others need to check tokens of service accounts by themselves, as Kubernetes serves it: the keys, and, where the
 * operator has given the issuer an address, the document that names them (OpenID Connect Discovery 1.0).
 */
export function makeIssuerRoutes({
  issuer,
  signer,
}: {
  readonly issuer: string | undefined;
  readonly signer: ServiceAccountSigner;
}): readonly ExtraRoute[] {
  const keys: ExtraRoute = {
    method: "GET",
    path: keySetPath,
    handle: async () => json("application/jwk-set+json", await signer.keySet()),
  };
  if (issuer === undefined) return [keys];
  const document = {
    issuer,
    jwks_uri: `${issuer.replace(/\/$/, "")}${keySetPath}`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
  };
  const configuration: ExtraRoute = {
    method: "GET",
    path: "/.well-known/openid-configuration",
    handle: async () => json("application/json", document),
  };
  return [keys, configuration];
}

function json(contentType: string, value: object): ExtraAnswer {
  return { contentType, body: JSON.stringify(value), headers: { "cache-control": "public, max-age=3600" } };
}
