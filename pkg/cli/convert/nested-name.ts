/** True for what components, phases and processes may be called: a DNS label of at most 40 characters. */
export function isNestedName(text: string): boolean {
  return text.length <= 40 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text);
}
