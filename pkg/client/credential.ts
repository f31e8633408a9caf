/** Who a client is to a server; PEM texts. */
export interface Credential {
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

/** Credentials that change with time. */
export interface CredentialSource {
  /** The one to use now: the same object for as long as it is good. */
  current(): Promise<Credential>;
  /** A server has refused this one: the next is made anew. */
  refused(credential: Credential): void;
}
