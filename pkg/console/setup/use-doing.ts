import { useState } from "react";
import type { Action } from "../actions/action.ts";
import { useSession } from "../live/use-world.ts";

/** Does an action at once: whether it is being done, and what went wrong. `done` is called when it has been. */
export function useDoing(done: () => void): {
  readonly isBusy: boolean;
  readonly problem: unknown;
  readonly perform: (action: Action) => void;
} {
  const session = useSession();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const perform = (action: Action): void => {
    setBusy(true);
    setProblem(undefined);
    action
      .perform(session)
      .then(done, setProblem)
      .finally(() => setBusy(false));
  };
  return { isBusy, problem, perform };
}
