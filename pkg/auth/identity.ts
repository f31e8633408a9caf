/** Who makes a request. */
export interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Members may do everything; the certificate that the first start makes carries it. */
export const mastersGroup = "system:masters";
export const authenticatedGroup = "system:authenticated";

export const anonymous: Identity = { user: "system:anonymous", groups: ["system:unauthenticated"] };

/** The controllers of this process. */
export const controllerIdentity: Identity = {
  user: "system:plush:controller",
  groups: [mastersGroup, authenticatedGroup, "system:plush"],
};

/** True for identities that live in the server's own process. */
export function isInternal(identity: Identity): boolean {
  return identity.groups.includes("system:plush");
}
