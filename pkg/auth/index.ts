/** Who may do what: certificates and keys, who makes a request, and whether it is allowed. */
export { type Authenticator, type Credentials, makeAuthenticator, type TokenReader } from "./authenticate.ts";
export {
  type Authorizer,
  authorize,
  type Decision,
  type HeldRules,
  type PathAttributes,
  type RequestAttributes,
  type ResourceAttributes,
  refusal,
} from "./authorize.ts";
export { forAudiences, makeBearerReader } from "./bearer-reader.ts";
export type { Caller, CredentialRoot } from "./caller.ts";
export { type Credential, certifyKey, type IssueOptions, issueCertificate, readCertificate } from "./certificates.ts";
export { anonymous, controllerIdentity, type Identity, isInternal, mastersGroup } from "./identity.ts";
export { impersonate } from "./impersonate.ts";
export type { FetchJson } from "./oidc/issuer-keys.ts";
export { makeOidcReader, type OidcReaderOptions } from "./oidc/oidc-reader.ts";
export {
  type AgentPki,
  ensureAgentPki,
  ensurePki,
  makeKubeconfig,
  type Pki,
  type PkiOptions,
  writeSecretFile,
} from "./pki.ts";
export { aggregatedRules } from "./rbac/aggregate-plan.ts";
export { type BuiltinWrite, planBuiltins } from "./rbac/builtin-plan.ts";
export { checkEscalation } from "./rbac/escalation.ts";
export { makeRbacAuthorizer } from "./rbac/rbac-authorizer.ts";
export { RoleIndex } from "./rbac/role-index.ts";
export { serviceAccountIdentity, serviceAccountUser } from "./service-account.ts";
export {
  makeServiceAccountReader,
  makeServiceAccountSigner,
  type ServiceAccountSigner,
} from "./service-account-tokens.ts";
export { ensureSigningKey, type SigningKey } from "./signing-key.ts";
export { checkTokenGrant } from "./token-grant.ts";
export { makeTokenReader, type TokenReaderOptions } from "./token-reader.ts";
export { hashOfToken, makeTokenText } from "./token-text.ts";
