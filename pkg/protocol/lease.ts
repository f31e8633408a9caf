/**
 * How a lease travels. The agent asks at T, by its machine's uptime, which goes on while the machine sleeps; the server
 * answers with a signed grant that holds until T + leaseMs. So the machine alone measures how long it holds, and neither
 * a slow answer nor any wall clock can make it longer.
 */
export interface LeaseRequest {
  readonly type: "lease";
  readonly seq: number;
  /** T: uptime of the machine, milliseconds. */
  readonly at: number;
  /** Boot identity of the machine. */
  readonly boot: string;
  readonly wishes: readonly LeaseWish[];
}

export interface LeaseWish {
  readonly uid: string;
  readonly epoch: number;
  /** The agent holds a grant for it that has not run out at T. */
  readonly holds: boolean;
}

/** What the server signs. It says what it is, so that no other signed text can be taken for one. */
export interface LeaseGrant {
  readonly kind: "LeaseGrant";
  readonly clusterUid: string;
  readonly resourceUid: string;
  readonly term: number;
  /** The boot and the T of the request. */
  readonly boot: string;
  readonly at: number;
  readonly leases: readonly GrantedLease[];
}

/** Of one claim at one epoch: holds until `at` + leaseMs. */
export interface GrantedLease {
  readonly uid: string;
  readonly epoch: number;
  readonly leaseMs: number;
}

/** The grant as it travels: the exact bytes that were signed, and Ed25519's signature over them, base64. */
export interface SignedGrant {
  readonly payload: string;
  readonly signature: string;
}
