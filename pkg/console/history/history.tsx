import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { readBody, send } from "../../client/portable.ts";
import { type HistoryAnswer, historyRoute } from "../../protocol/index.ts";
import { setQuery } from "../app/router.tsx";
import type { Session } from "../live/session.ts";
import { useSession, WorldProvider } from "../live/use-world.ts";
import type { World } from "../live/world.ts";
import { notify } from "../ui/notices.tsx";
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

/** How far back the slider reaches: the lengths to choose from. */
export const ranges = { "15m": 900_000, "1h": 3_600_000, "6h": 21_600_000, "24h": 86_400_000 } as const;
const shownAgo = Object.values(ranges);
const longest = ranges["24h"];

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
  const openFirst = useRef(history.open);
  useEffect(() => {
    // A link to a moment.
    const at = Date.parse(new URLSearchParams(location.search).get("at") ?? "");
    if (Number.isNaN(at)) return;
    const length = shownAgo.find((ms) => ms >= Date.now() - at) ?? longest;
    openFirst.current(length, at).catch((error: Error) => notify(error.message, "bad"));
  }, []);
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
