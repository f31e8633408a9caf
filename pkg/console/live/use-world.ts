import { createContext, useCallback, useContext, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { KindInfo, KubeObject, ObjectKey } from "../../api/index.ts";
import { keyText } from "../../api/index.ts";
import { type Grouping, groupsIn } from "./groups.ts";
import type { Session } from "./session.ts";
import type { KindView, Objects, World } from "./world.ts";

const WorldContext = createContext<World | undefined>(undefined);
export const WorldProvider = WorldContext.Provider;

const SessionContext = createContext<Session | undefined>(undefined);
export const SessionProvider = SessionContext.Provider;

/** The world that this part of the page shows. */
export function useWorld(): World {
  const world = useContext(WorldContext);
  if (world === undefined) throw new Error("no world is provided here");
  return world;
}

/** For actions and for what is asked once. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("no session is provided here");
  return session;
}

/**
 * What `select` makes of a kind's objects; drawn anew only where the result differs (by `isSame`, default: arrays and maps by
 * their elements). `select` is called again when objects changed or when it is another function: keep it with useCallback.
 */
export function useSelected<T extends KubeObject, R>(
  kind: KindInfo<T>,
  select: (objects: Objects<T>) => R,
  isSame: (a: R, b: R) => boolean = isShallowlySame,
): R {
  const world = useWorld();
  const last = useRef<{ version: number; world: World; select: unknown; result: R } | undefined>(undefined);
  const subscribe = useCallback((wake: () => void) => world.subscribe(kind, wake), [world, kind]);
  const read = (): R => {
    const { objects, version } = world.view(kind);
    const known = last.current;
    if (known?.version === version && known.world === world && known.select === select) return known.result;
    const next = select(objects);
    const result = known !== undefined && isSame(known.result, next) ? known.result : next;
    last.current = { version, world, select, result };
    return result;
  };
  return useSyncExternalStore(subscribe, read);
}

/** All objects of a kind, as an array in the order of their names; a new array whenever one of them changed. */
export function useObjects<T extends KubeObject>(kind: KindInfo<T>): readonly T[] {
  return useSelected<T, readonly T[]>(kind, inOrder);
}

/** One object; undefined while it is not there. */
export function useObject<T extends KubeObject>(kind: KindInfo<T>, key: ObjectKey): T | undefined {
  const text = keyText(key);
  return useSelected(
    kind,
    useCallback((objects: Objects<T>) => objects.get(text), [text]),
    Object.is,
  );
}

/** The objects of one group, in no order that is promised; a new array whenever one of them changed. */
export function useGroup<T extends KubeObject>(grouping: Grouping<T>, group: string): readonly T[] {
  const groups = groupsIn(useWorld(), grouping);
  const subscribe = useCallback((wake: () => void) => groups.subscribe(group, wake), [groups, group]);
  return useSyncExternalStore(subscribe, () => groups.members(group));
}

/** Whether all objects of a kind have been heard of, and what is wrong where they cannot be. */
export function useKindState(kind: KindInfo): Pick<KindView<KubeObject>, "isSynced" | "problem"> {
  const world = useWorld();
  const subscribe = useCallback((wake: () => void) => world.subscribe(kind, wake), [world, kind]);
  const isSynced = useSyncExternalStore(subscribe, () => world.view(kind).isSynced);
  const problem = useSyncExternalStore(subscribe, () => world.view(kind).problem);
  return { isSynced, problem };
}

/** Milliseconds since the epoch, anew each `periodMs`: for ages. */
export function useNow(periodMs = 1000): number {
  const world = useWorld();
  const [now, setNow] = useState(() => world.now());
  useEffect(() => {
    setNow(world.now());
    const timer = setInterval(() => setNow(world.now()), periodMs);
    return () => clearInterval(timer);
  }, [world, periodMs]);
  return now;
}

function inOrder<T extends KubeObject>(objects: Objects<T>): readonly T[] {
  return [...objects.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

function isShallowlySame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => Object.is(item, b[index]));
  if (a instanceof Map && b instanceof Map)
    return a.size === b.size && [...a].every(([key, value]) => Object.is(value, b.get(key)) && b.has(key));
  return false;
}
