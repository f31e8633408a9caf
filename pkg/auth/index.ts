/** Who may do what: certificates and keys, who makes a request, and whether it is allowed. */
export { type Authenticator, type Credentials, makeAuthenticator, type TokenReader } from "./authenticate.ts";
export {
  type Authorizer,
  authorize,
  type Decision,
  mastersAuthorizer,
  type PathAttributes,
  type RequestAttributes,
  type ResourceAttributes,
} from "./authorize.ts";
export type { Caller, CredentialRoot } from "./caller.ts";
export { type Credential, type IssueOptions, issueCertificate } from "./certificates.ts";
export { anonymous, controllerIdentity, type Identity, isInternal, mastersGroup } from "./identity.ts";
export { impersonate } from "./impersonate.ts";
export { ensurePki, makeKubeconfig, type Pki, type PkiOptions, writeSecretFile } from "./pki.ts";
export { serviceAccountUser } from "./service-account.ts";
export { makeTokenReader, type TokenReaderOptions } from "./token-reader.ts";
export { hashOfToken, makeTokenText } from "./token-text.ts";
