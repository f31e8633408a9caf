import { useEffect, useSyncExternalStore } from "react";
import type { KindInfo, KubeObject } from "../../api/index.ts";

/** An object that a page is about. */
export interface InView {
  readonly kind: KindInfo;
  readonly object: KubeObject;
}

let current: InView | undefined;
const listeners = new Set<() => void>();
function show(next: InView | undefined): void {
  current = next;
  for (const wake of listeners) wake();
}

/** Says that this is what the page is about, for as long as it is shown. */
export function useAsInView(kind: KindInfo, object: KubeObject | undefined, isOn = true): void {
  useEffect(() => {
    if (!isOn || object === undefined) return;
    const mine = { kind, object };
    show(mine);
    return () => {
      if (current === mine) show(undefined);
    };
  }, [kind, object, isOn]);
}

const subscribe = (wake: () => void): (() => void) => {
  listeners.add(wake);
  return () => listeners.delete(wake);
};

export function useInView(): InView | undefined {
  return useSyncExternalStore(subscribe, () => current);
}
