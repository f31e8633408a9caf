import { useEffect } from "react";
import { paletteTexts as texts } from "../../texts/palette.ts";
import { closeDialog, isDialogOpen, openDialog } from "../../ui/dialog.tsx";
import { navigate } from "../router.tsx";
import { type KeyWish, wishOf } from "./key-map.ts";
import { Palette } from "./palette.tsx";

/** So long the second of two keys may take. */
const pairMs = 1200;

export function openPalette(): void {
  openDialog(texts.title, <Palette />, { look: "palette" });
}

/** Keys that hold wherever one is. */
export function useKeys(): void {
  useEffect(() => {
    let pairUntil = 0;
    const onKey = (event: KeyboardEvent): void => {
      const wish = wishOf({
        key: event.key,
        hasModifier: event.ctrlKey || event.metaKey,
        isTaken: event.altKey || isDialogOpen() || isTyping(event.target),
        isSecond: performance.now() < pairUntil,
      });
      pairUntil = wish === "begin" ? performance.now() + pairMs : 0;
      if (wish === undefined) return;
      event.preventDefault();
      follow(wish);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

function follow(wish: KeyWish): void {
  if (wish === "begin") return;
  if (typeof wish === "object") navigate(wish.to);
  else if (isDialogOpen()) closeDialog();
  else if (wish === "palette") openPalette();
  else openDialog(texts.keysTitle, <KeyHelp />);
}

function KeyHelp() {
  return (
    <dl className="facts keys">
      {texts.keys.map(([keys, meaning]) => (
        <div key={keys}>
          <dt>
            <kbd>{keys}</kbd>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable], .xterm") !== null;
}
