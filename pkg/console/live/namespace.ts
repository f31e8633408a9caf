import { useQuery } from "../app/router.tsx";

const rememberedKey = "plush-namespace";

/** The namespace that pages show; undefined: all. The address says it, else what was chosen last. */
export function useNamespace(): string | undefined {
  const asked = useQuery("namespace");
  const chosen = asked ?? localStorage.getItem(rememberedKey) ?? "";
  return chosen === "" ? undefined : chosen;
}

export function rememberNamespace(namespace: string | undefined): void {
  if (namespace === undefined) localStorage.removeItem(rememberedKey);
  else localStorage.setItem(rememberedKey, namespace);
}
