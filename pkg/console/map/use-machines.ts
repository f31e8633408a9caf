import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useWorld } from "../live/use-world.ts";
import { type Colouring, type Palette, paletteOf } from "./colouring.ts";
import { MachineStore } from "./machine-store.ts";

/** The machines of this part's world, followed while the component stands. */
export function useMachineStore(): MachineStore {
  const world = useWorld();
  const store = useMemo(() => new MachineStore(world), [world]);
  useEffect(() => store.open(), [store]);
  return store;
}

/** Draws the component anew a few times a second while machines change; the number is another one each time. */
export function useMachineVersion(store: MachineStore): number {
  return useSyncExternalStore(store.subscribe, store.version);
}

/** Another one only where something gets another colour by it. */
export function usePalette(store: MachineStore, colouring: Colouring, selected: string | undefined): Palette {
  useMachineVersion(store);
  const reference = colouring === "roundTrip" && selected !== undefined ? store.machines.get(selected) : undefined;
  const { applications } = store;
  // biome-ignore lint/correctness/useExhaustiveDependencies: of the reference only its place in the network counts
  return useMemo(
    () => paletteOf(colouring, { applications, reference }),
    [colouring, applications, applications.count, reference?.coordinates],
  );
}
