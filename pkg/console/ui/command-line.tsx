import { useState } from "react";
import { uiTexts as texts } from "../texts/ui.ts";
import { Icon } from "./icon.tsx";
import { shellLine } from "./shell-line.ts";

/** A command as one would type it, to be copied. `argv` without "plush". */
export function CommandLine({ argv }: { readonly argv: readonly string[] }) {
  const [isCopied, setCopied] = useState(false);
  const line = shellLine(["plush", ...argv]);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(line);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div className="command-line">
      <code>{line}</code>
      <button
        type="button"
        className="icon-button"
        aria-label={texts.copy}
        title={texts.copy}
        onClick={() => void copy()}
      >
        <Icon name={isCopied ? "check" : "copy"} />
      </button>
    </div>
  );
}
