/**
 * What counts as one component where members of one component keep apart: the Component object, or, for the claim of a
 * bare process, the claim alone.
 */
export function componentIdentity(componentName: string | undefined, claimName: string): string {
  return componentName ?? `claim ${claimName}`;
}
