import { setupTexts as texts } from "../texts/setup.ts";
import { CommandLine } from "../ui/command-line.tsx";

export function SameByCommand({ argv }: { readonly argv: readonly string[] }) {
  return (
    <details className="setup-command">
      <summary>{texts.byCommand}</summary>
      <CommandLine argv={argv} />
    </details>
  );
}
