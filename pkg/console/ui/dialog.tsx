import { type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";
import { uiTexts as texts } from "../texts/ui.ts";
import { Icon } from "./icon.tsx";

interface OpenDialog {
  readonly title: string;
  readonly content: ReactNode;
  readonly look: DialogLook;
}

/** "palette": without a head, high on the page; "wide": as wide as the page lets it be. */
type DialogLook = "plain" | "palette" | "wide";

let open: OpenDialog | undefined;
const listeners = new Set<() => void>();
function show(next: OpenDialog | undefined): void {
  open = next;
  for (const wake of listeners) wake();
}

/** Shows a dialog over the page; one at a time. */
export function openDialog(title: string, content: ReactNode, options: { readonly look?: DialogLook } = {}): void {
  show({ title, content, look: options.look ?? "plain" });
}

export function isDialogOpen(): boolean {
  return open !== undefined;
}

export function closeDialog(): void {
  show(undefined);
}

/** Stands once in the shell. */
export function Dialogs() {
  const current = useSyncExternalStore(
    (wake) => {
      listeners.add(wake);
      return () => listeners.delete(wake);
    },
    () => open,
  );
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (current !== undefined) element.current?.showModal();
  }, [current]);
  if (current === undefined) return null;
  return (
    <dialog ref={element} className={`dialog dialog-${current.look}`} aria-label={current.title} onClose={closeDialog}>
      {current.look !== "palette" && (
        <header>
          <h2>{current.title}</h2>
          <button type="button" className="icon-button" aria-label={texts.close} onClick={closeDialog}>
            <Icon name="close" />
          </button>
        </header>
      )}
      {current.content}
    </dialog>
  );
}
