import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { readBody, send } from "../../client/portable.ts";
import { type HistoryAnswer, historyRoute } from "../../protocol/index.ts";
import { setQuery } from "../app/router.tsx";
import type { Session } from "../live/session.ts";
import { useSession, WorldProvider } from "../live/use-world.ts";
import type { World } from "../live/world.ts";
import { PastWorld } from "./past-world.ts";
import { timeLineOf } from "./time-line.ts";

interface History {
  /** Undefined: the present is shown. */
  readonly past: PastWorld | undefined;
  /** Shows a moment within the last `lengthMs` before now; by default the present one. */
  open(lengthMs: number, at?: number): Promise<void>;
  /** Back to the present. */
  close(): void;
}

const HistoryContext = createContext<History | undefined>(undefined);

export function useHistory(): History {
  const history = useContext(HistoryContext);
  if (history === undefined) throw new Error("no history is provided here");
  return history;
}

/** Lets everything below show the present, or a moment of the past. */
export function HistoryProvider({ live, children }: { readonly live: World; readonly children: ReactNode }) {
  const session = useSession();
  const [past, setPast] = useState<PastWorld>();
  const history = useMemo(
    (): History => ({
      past,
      async open(lengthMs, at) {
        const next = await readPast(session, lengthMs);
        next.seek(at ?? next.to);
        past?.close();
        setPast(next);
      },
      close() {
        past?.close();
        setPast(undefined);
        setQuery({ at: undefined });
      },
    }),
    [past, session],
  );
  return (
    <HistoryContext.Provider value={history}>
      <WorldProvider value={past ?? live}>{children}</WorldProvider>
    </HistoryContext.Provider>
  );
}

async function readPast(session: Session, lengthMs: number): Promise<PastWorld> {
  const request = { method: "GET", path: historyRoute, headers: { accept: "application/json" } };
  const { body } = await send(session.transport, request);
  const line = timeLineOf(JSON.parse(await readBody(body)) as HistoryAnswer);
  const to = line.at(-1)?.at ?? Date.now();
  return new PastWorld({ client: session.api, line, from: to - lengthMs, to });
}
