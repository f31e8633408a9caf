/** Labels on every object that a controller makes; their values are the names inside the application. */
export const labels = {
  application: "plush.dev/application",
  component: "plush.dev/component",
  phase: "plush.dev/phase",
  process: "plush.dev/process",
  ordinal: "plush.dev/ordinal",
  resource: "plush.dev/resource",
  revision: "plush.dev/revision",
  pool: "plush.dev/pool",
} as const;

export const annotations = {
  /** "true" on the pool that is taken where a component names none. */
  defaultPool: "plush.dev/is-default-pool",
  /** On a Resource or pool: let go of what could not be removed from machines. */
  forfeitResidue: "plush.dev/forfeit-residue",
  /** On a Resource: comma-separated uids of orphan claims to remove. */
  removeOrphans: "plush.dev/remove-orphans",
  /** On a Resource: the fingerprint of a changed host key that is trusted from now on. */
  trustHostKey: "plush.dev/trust-host-key",
  /** On a Resource: when a person said last that it is to take work again; what it did before is forgotten. RFC 3339. */
  pardonedAt: "plush.dev/pardoned-at",
  /** On a pool: when it changes, replacing goes on although too many machines are gone. */
  resumedAt: "plush.dev/resumed-at",
  /** On a Resource: until then, RFC 3339, it may be away without being replaced, as while it is restarted. */
  holdUntil: "plush.dev/hold-until",
  /** On a Claim: the epoch that is asked to leave its machine in good order, while that takes no new work. */
  evict: "plush.dev/evict",
  /** On a Claim: "EPOCH/MACHINE", where that machine is better for it: it goes there in good order, if it still can. */
  moveTo: "plush.dev/move-to",
  /** On a Resource: public key (SPKI, base64) by which a host that dials in is known. Without it, it is not let in. */
  joinKey: "plush.dev/join-key",
  /** On a Process: when it changes, the process is started anew. */
  restartedAt: "plush.dev/restarted-at",
  /** On a GitSync: when it changes, the repository is asked at once. */
  syncRequestedAt: "plush.dev/sync-requested-at",
  /** On an object that a GitSync applied: which one, NAMESPACE/NAME. */
  gitSync: "plush.dev/gitsync",
  /** "disabled" on an object that a GitSync applied: it is not pruned. */
  prune: "plush.dev/prune",
  /** "disabled" in a manifest of a GitSync: its ${…} stay as they are. */
  substitute: "plush.dev/substitute",
} as const;

/** The finalizer of everything that leaves something on machines. */
export const cleanupFinalizer = "plush.dev/cleanup";
/** On a Resource whose machine was made for it: it goes once the machine is given back. */
export const machineFinalizer = "plush.dev/machine";

/** The finalizer of a GitSync that has applied something. */
export const syncFinalizer = "plush.dev/gitsync";

/** Longest name of an object that also has to be a label value. */
const nameLength = 63;

/**
 * The name of a generated object: its parts joined by "-". A name that would be too long is cut and ends with eight
 * hexadecimal digits of the whole name's hash; with `taken` a name gets the hash although it is short enough.
 */
export function childName(...parts: readonly (string | number)[]): string {
  const whole = parts.join("-");
  return whole.length <= nameLength ? whole : hashedName(whole);
}

/** The other name for the same parts, for where childName's is taken by somebody else's object. */
export function alternativeChildName(...parts: readonly (string | number)[]): string {
  return hashedName(parts.join("-"));
}

function hashedName(whole: string): string {
  const kept = whole.slice(0, nameLength - 9).replace(/[-.]+$/, "");
  return `${kept}-${shortHash(whole)}`;
}

/** Eight hexadecimal digits of a text's FNV-1a hash (two rounds of 32 bits are not needed: names are few). */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** A name that may be part of a DNS name, as namespaces have to be: at most 63 characters. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && label.test(text);
}

/** What the names of most objects have to be: at most 253 characters. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && subdomain.test(text);
}

const qualifiedName = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** The key of a label or annotation: NAME or PREFIX/NAME. */
export function isLabelKey(text: string): boolean {
  const slash = text.indexOf("/");
  const name = text.slice(slash + 1);
  if (slash >= 0 && !isDnsSubdomain(text.slice(0, slash))) return false;
  return name.length <= 63 && qualifiedName.test(name);
}

export function isLabelValue(text: string): boolean {
  return text === "" || (text.length <= 63 && qualifiedName.test(text));
}
