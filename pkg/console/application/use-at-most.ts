import { useEffect, useRef, useState } from "react";

/** What `read` returns, read anew when `wake` says so and then at most each `periodMs`: for what is dear to work out. */
export function useAtMost<T>(
  periodMs: number,
  subscribe: (wake: () => void) => () => void,
  read: () => T,
  isSame: (a: T, b: T) => boolean,
): T {
  const [value, setValue] = useState(read);
  const latest = useRef({ read, isSame });
  latest.current = { read, isSame };
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      timer = undefined;
      setValue((before) => {
        const next = latest.current.read();
        return latest.current.isSame(before, next) ? before : next;
      });
    };
    const leave = subscribe(() => {
      timer ??= setTimeout(look, periodMs);
    });
    look();
    return () => {
      clearTimeout(timer);
      leave();
    };
  }, [periodMs, subscribe]);
  return value;
}
