import { Fragment, type ReactNode } from "react";
import { highlightYaml } from "./highlight-yaml.ts";

/** YAML to be read: keys, texts and comments in their colours. */
export function YamlView({ text, label }: { readonly text: string; readonly label: string }) {
  const lines: ReactNode[] = highlightYaml(text).map((tokens, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
    <Fragment key={index}>
      {tokens.map(({ kind, text: part }, place) =>
        kind === "plain" ? (
          part
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: nor have their parts
          <span key={place} className={`yaml-${kind}`}>
            {part}
          </span>
        ),
      )}
      {"\n"}
    </Fragment>
  ));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys too
    <section className="yaml-view" tabIndex={0} aria-label={label}>
      <pre>{lines}</pre>
    </section>
  );
}
