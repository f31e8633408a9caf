import { createContext, useContext } from "react";
import type { Application, KubeObject, ObjectKey } from "../../api/index.ts";
import type { Grouping } from "../live/groups.ts";
import { useGroup } from "../live/use-world.ts";
import type { ApplicationMemory } from "./memory.ts";

export interface OwnApplication {
  readonly key: Required<ObjectKey>;
  /** "namespace/name". */
  readonly id: string;
  /** The last that was known of it. */
  readonly application: Application;
  readonly isGone: boolean;
  readonly memory: ApplicationMemory;
}

const OwnContext = createContext<OwnApplication | undefined>(undefined);
export const OwnProvider = OwnContext.Provider;

/** The application that this page is about. */
export function useOwn(): OwnApplication {
  const own = useContext(OwnContext);
  if (own === undefined) throw new Error("no application is provided here");
  return own;
}

/** What of a kind belongs to the application, or belonged to it. */
export function useOwnObjects<T extends KubeObject>(grouping: Grouping<T>): readonly T[] {
  const { id, isGone, memory } = useOwn();
  const now = useGroup(grouping, id);
  return isGone && now.length === 0 ? (memory.kept(grouping) ?? now) : now;
}
