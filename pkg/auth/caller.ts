import type { KindInfo, ObjectKey } from "../api/index.ts";
import type { Identity } from "./identity.ts";

/** Who a request comes from, and for how long its credential is good. */
export interface Caller {
  readonly identity: Identity;
  /** The stored object that the credential stands on: when that goes, what was opened with the credential ends. */
  readonly root?: CredentialRoot;
  /** Milliseconds since 1970; what was opened with the credential ends then. Absent: it does not end by itself. */
  readonly expiresAt?: number;
  /** Who is to take the credential; absent: this server. */
  readonly audiences?: readonly string[];
}

export interface CredentialRoot {
  readonly kind: KindInfo;
  readonly key: ObjectKey;
  /** An object of the same name that was made later is another one. */
  readonly uid: string;
}
