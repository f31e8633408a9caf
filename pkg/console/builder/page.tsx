import { useState } from "react";
import { type Application, kinds } from "../../api/index.ts";
import type { PageProps } from "../app/page-props.ts";
import { useNamespace } from "../live/namespace.ts";
import { useKindState, useObject } from "../live/use-world.ts";
import { builderTexts as texts } from "../texts/builder.ts";
import { ErrorNote } from "../ui/error-note.tsx";
import { BuilderView } from "./builder-view.tsx";
import { readDraft } from "./draft.ts";
import { emptyExample } from "./examples.ts";
import { textOf } from "./start-menu.tsx";

/** /build: something new; /build/NAMESPACE/NAME: an application as it is, or what one was making of it. */
export default function BuilderPage({ namespace, name }: PageProps) {
  return namespace === undefined || name === undefined ? (
    <NewApplication />
  ) : (
    <Existing namespace={namespace} name={name} />
  );
}

function NewApplication() {
  const [draft] = useState(() => readDraft("new"));
  const namespace = useNamespace() ?? "default";
  return <BuilderView target="new" original={emptyExample.text} draft={draft} namespace={namespace} />;
}

function Existing({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  const found = useObject<Application>(kinds.Application, { namespace, name });
  const { isSynced, problem } = useKindState(kinds.Application);
  // What it was when the page was opened: what becomes of it meanwhile is shown by the plan.
  const [first, setFirst] = useState<Application>();
  const [draft] = useState(() => readDraft(`${namespace}/${name}`));
  if (first === undefined && found !== undefined) setFirst(found);
  if (problem !== undefined && first === undefined) return <ErrorNote error={problem} />;
  if (first === undefined)
    return isSynced ? <p className="empty">{texts.noSuchApplication(namespace, name)}</p> : <div className="loading" />;
  return (
    <BuilderView
      key={first.metadata.uid}
      target={`${namespace}/${name}`}
      original={textOf(first)}
      draft={draft}
      namespace={namespace}
    />
  );
}
