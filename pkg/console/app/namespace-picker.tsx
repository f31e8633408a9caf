import { useEffect } from "react";
import { kinds } from "../../api/index.ts";
import { rememberNamespace, useNamespace } from "../live/namespace.ts";
import { useObjects } from "../live/use-world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { setQuery, useQuery } from "./router.tsx";

/** Which namespace's objects pages show; the next page shows the same. */
export function NamespacePicker() {
  const namespace = useNamespace();
  const asked = useQuery("namespace");
  const names = useObjects(kinds.Namespace).map(({ metadata }) => metadata.name ?? "");
  // A link that says one holds on the next page too.
  useEffect(() => {
    if (asked !== undefined) rememberNamespace(asked === "" ? undefined : asked);
  }, [asked]);
  const choose = (next: string): void => {
    rememberNamespace(next === "" ? undefined : next);
    setQuery({ namespace: next === "" ? undefined : next });
  };
  return (
    <select
      className="input namespace-picker"
      aria-label={texts.namespace}
      value={namespace ?? ""}
      onChange={(event) => choose(event.target.value)}
    >
      <option value="">{texts.allNamespaces}</option>
      {[...new Set([...names, ...(namespace === undefined ? [] : [namespace])])].map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}
