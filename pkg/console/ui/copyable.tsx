import { useState } from "react";
import { uiTexts as texts } from "../texts/ui.ts";
import { Icon } from "./icon.tsx";

const shownMs = 1500;

/** A text to be taken along. */
export function Copyable({ text }: { readonly text: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), shownMs);
  };
  const name = isCopied ? texts.copied : texts.copy;
  return (
    <div className="command-line">
      <code>{text}</code>
      <button type="button" className="icon-button" aria-label={name} title={name} onClick={() => void copy()}>
        <Icon name={isCopied ? "check" : "copy"} />
      </button>
    </div>
  );
}
