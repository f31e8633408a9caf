import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { ConnectionState } from "../live/connection.ts";
import { useSession } from "../live/use-world.ts";
import { connectionTexts as texts } from "../texts/connection.ts";
import { Button } from "../ui/button.tsx";
import { Shape } from "../ui/state.tsx";

/** Says that the server is away: since when, and when it is tried next. Nothing while it is there. */
export function ConnectionBanner() {
  const { connection } = useSession();
  const subscribe = useCallback((wake: () => void) => connection.subscribe(wake), [connection]);
  const state = useSyncExternalStore(subscribe, () => connection.state);
  if (state.status === "up") return null;
  return (
    <div className="connection-banner" role="alert">
      <Shape tone="bad" />
      <p title={state.reason}>{texts.away(new Date(state.since).toLocaleTimeString())}</p>
      <NextTry state={state} />
      <Button disabled={state.nextTryAt === undefined} onClick={() => connection.tryNow()}>
        {texts.tryNow}
      </Button>
    </div>
  );
}

/** Not for a screen reader, which would read out each second. */
function NextTry({ state }: { readonly state: Extract<ConnectionState, { readonly status: "away" }> }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const { nextTryAt } = state;
  return (
    <span className="quiet" aria-hidden="true">
      {nextTryAt === undefined ? texts.trying : texts.next(Math.max(0, Math.ceil((nextTryAt - now) / 1000)))}
    </span>
  );
}
