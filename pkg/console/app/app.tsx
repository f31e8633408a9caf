import { useCallback, useEffect, useMemo, useState } from "react";
import { systemClock } from "../../clock/index.ts";
import { HistoryProvider } from "../history/history.tsx";
import { LiveWorld } from "../live/live-world.ts";
import { isProxied, needsToken, openSession, rememberToken } from "../live/session.ts";
import { SessionProvider } from "../live/use-world.ts";
import { loginTexts } from "../texts/login.ts";
import { Login, Refused } from "./login.tsx";
import { homePath } from "./pages.ts";
import { navigate, usePath } from "./router.tsx";
import { Shell } from "./shell.tsx";

/** Whether somebody is signed in; `reason`: why who was is not any more. */
type Door = { readonly is: "open" } | { readonly is: "shut"; readonly reason?: string };

export function App() {
  const [door, setDoor] = useState<Door>(() => (needsToken() ? { is: "shut" } : { is: "open" }));
  const enter = (token: string): void => {
    rememberToken(token);
    setDoor({ is: "open" });
  };
  const leave = useCallback((reason?: string): void => {
    rememberToken(undefined);
    setDoor(reason === undefined ? { is: "shut" } : { is: "shut", reason });
  }, []);
  if (door.is === "open") return <Inside onLeave={leave} />;
  return isProxied() ? <Refused reason={door.reason} /> : <Login reason={door.reason} onToken={enter} />;
}

function Inside({ onLeave }: { readonly onLeave: (reason?: string) => void }) {
  const session = useMemo(() => openSession((isStranger) => onLeave(reasonOf(isStranger))), [onLeave]);
  const world = useMemo(
    () => new LiveWorld({ client: session.api, clock: systemClock, beforeFrame: requestAnimationFrame.bind(window) }),
    [session],
  );
  useEffect(
    () => () => {
      world.close();
      session.close();
    },
    [world, session],
  );
  const path = usePath();
  useEffect(() => {
    if (path === "/") navigate(homePath, { replace: true });
  }, [path]);
  return (
    <SessionProvider value={session}>
      <HistoryProvider live={world}>
        <Shell path={path} onLeave={session.mode === "token" ? () => onLeave() : undefined} />
      </HistoryProvider>
    </SessionProvider>
  );
}

function reasonOf(isStranger: boolean): string | undefined {
  if (isProxied()) return isStranger ? loginTexts.proxyStranger : loginTexts.proxyExpired;
  return loginTexts.expired;
}
