import type { FormEvent, ReactNode } from "react";
import { actionTexts as texts } from "../texts/actions.ts";
import { uiTexts } from "../texts/ui.ts";
import { Button } from "../ui/button.tsx";
import { closeDialog } from "../ui/dialog.tsx";
import type { Action } from "./action.ts";
import { confirm } from "./confirm.tsx";

/** Fields that make an action; without one there is nothing to go on with. */
export function ActionForm({
  action,
  children,
}: {
  readonly action: Action | undefined;
  readonly children: ReactNode;
}) {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (action !== undefined) confirm(action);
  };
  return (
    <form className="confirm" onSubmit={submit}>
      {children}
      <footer>
        <Button onClick={closeDialog}>{uiTexts.cancel}</Button>
        <Button type="submit" look="primary" disabled={action === undefined}>
          {texts.continue}
        </Button>
      </footer>
    </form>
  );
}
