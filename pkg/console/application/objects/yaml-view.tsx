import { useMemo, useState } from "react";
import type { KubeObject } from "../../../api/index.ts";
import { applicationTexts } from "../../texts/application.ts";
import { uiTexts } from "../../texts/ui.ts";
import { highlightYaml, type YamlToken } from "../../ui/highlight-yaml.ts";
import { Icon } from "../../ui/icon.tsx";
import { Cell, Windowed } from "../../ui/windowed.tsx";
import { yamlText } from "../yaml-text.ts";

const texts = applicationTexts.objects;
const rowHeight = 19;

/** An object as YAML, to be read and copied. */
export function YamlView({ object }: { readonly object: KubeObject }) {
  const [hasManaged, setManaged] = useState(false);
  const value = useMemo(() => {
    const { managedFields, ...metadata } = object.metadata;
    return { ...object, metadata: hasManaged ? object.metadata : metadata };
  }, [object, hasManaged]);
  const text = useMemo(() => yamlText(value), [value]);
  const lines = useMemo(() => highlightYaml(text), [text]);
  return (
    <section className="card application-section application-yaml">
      <header className="application-section-head">
        <h2>{texts.yaml}</h2>
        <span className="quiet">{`${object.kind.toLowerCase()}/${object.metadata.name}`}</span>
        <span className="spacer" />
        <label className="application-check">
          <input type="checkbox" checked={hasManaged} onChange={({ target }) => setManaged(target.checked)} />
          {texts.managed}
        </label>
        <button
          type="button"
          className="icon-button"
          aria-label={uiTexts.copy}
          title={uiTexts.copy}
          onClick={() => void navigator.clipboard.writeText(text)}
        >
          <Icon name="copy" />
        </button>
      </header>
      <Windowed
        className="application-code"
        label={texts.yaml}
        count={lines.length}
        rowHeight={rowHeight}
        row={(index) => <Line tokens={lines[index] ?? []} />}
      />
    </section>
  );
}

function Line({ tokens }: { readonly tokens: readonly YamlToken[] }) {
  return (
    <Cell className="application-code-line">
      {tokens.map(({ kind, text }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of a line have no other name
        <span key={place} className={`yaml-${kind}`}>
          {text}
        </span>
      ))}
    </Cell>
  );
}
