import { useEffect, useMemo, useState } from "react";
import { systemClock } from "../../clock/index.ts";
import { HistoryProvider } from "../history/history.tsx";
import { LiveWorld } from "../live/live-world.ts";
import { needsToken, openSession, rememberToken } from "../live/session.ts";
import { SessionProvider } from "../live/use-world.ts";
import { Login } from "./login.tsx";
import { homePath } from "./pages.ts";
import { navigate, usePath } from "./router.tsx";
import { Shell } from "./shell.tsx";

export function App() {
  const [isKnown, setKnown] = useState(() => !needsToken());
  const enter = (token: string): void => {
    rememberToken(token);
    setKnown(true);
  };
  const leave = (): void => {
    rememberToken(undefined);
    setKnown(false);
  };
  return isKnown ? <Inside onLeave={leave} /> : <Login onToken={enter} />;
}

function Inside({ onLeave }: { readonly onLeave: () => void }) {
  const session = useMemo(openSession, []);
  const world = useMemo(
    () => new LiveWorld({ client: session.api, clock: systemClock, beforeFrame: requestAnimationFrame.bind(window) }),
    [session],
  );
  const path = usePath();
  useEffect(() => {
    if (path === "/") navigate(homePath, { replace: true });
  }, [path]);
  return (
    <SessionProvider value={session}>
      <HistoryProvider live={world}>
        <Shell path={path} onLeave={session.mode === "token" ? onLeave : undefined} />
      </HistoryProvider>
    </SessionProvider>
  );
}
