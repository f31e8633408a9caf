import { useSyncExternalStore } from "react";
import { useQuery } from "../app/router.tsx";

const rememberedKey = "plush-namespace";
const listeners = new Set<() => void>();
const subscribe = (wake: () => void): (() => void) => {
  listeners.add(wake);
  return () => listeners.delete(wake);
};

/** The namespace that pages show; undefined: all. The address says it, else what was chosen last. */
export function useNamespace(): string | undefined {
  const asked = useQuery("namespace");
  const remembered = useSyncExternalStore(subscribe, () => localStorage.getItem(rememberedKey) ?? "");
  const chosen = asked ?? remembered;
  return chosen === "" ? undefined : chosen;
}

export function rememberNamespace(namespace: string | undefined): void {
  if (namespace === undefined) localStorage.removeItem(rememberedKey);
  else localStorage.setItem(rememberedKey, namespace);
  for (const wake of [...listeners]) wake();
}
