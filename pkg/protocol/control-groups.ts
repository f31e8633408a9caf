/**
 * How the names of an agent's control groups begin: it makes them, and where it does not answer whoever removes it from outside
 * finds them by it. What follows tells hosts that share a kernel apart.
 */
export function groupPrefix(resourceUid: string): string {
  return `plush-${resourceUid}-`;
}
