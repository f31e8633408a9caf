import { useCallback, useState } from "react";
import { type Application, type ApplicationRevision, kinds } from "../../api/index.ts";
import { earlierRevision } from "../../rollout/index.ts";
import { useSelected } from "../live/use-world.ts";
import type { Objects } from "../live/world.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import { Age } from "../ui/age.tsx";
import { ActionForm } from "./form.tsx";
import { undoRollout } from "./rollout.ts";

/** Which of its revisions an application goes back to. */
export function UndoForm({ application }: { readonly application: Application }) {
  const { name, namespace } = application.metadata;
  const revisions = useSelected(
    kinds.ApplicationRevision,
    useCallback(
      (objects: Objects<ApplicationRevision>) =>
        [...objects.values()]
          .filter(({ metadata, spec }) => metadata.namespace === namespace && spec.applicationName === name)
          .sort((a, b) => b.spec.revision - a.spec.revision),
      [namespace, name],
    ),
  );
  const [chosen, choose] = useState<number>();
  const revision = chosen ?? earlierRevision(application, revisions);
  return (
    <ActionForm action={revision === undefined ? undefined : undoRollout(application, revision)}>
      {revisions.length < 2 && <p className="quiet">{texts.noRevision}</p>}
      <fieldset className="choices">
        <legend>{texts.revision}</legend>
        {revisions.map(({ metadata, spec }) => (
          <label key={metadata.name}>
            <input
              type="radio"
              name="revision"
              checked={spec.revision === revision}
              onChange={() => choose(spec.revision)}
            />
            {spec.revision}
            <span className="quiet">
              <Age since={metadata.creationTimestamp} isAgo /> {spec.hash}
            </span>
          </label>
        ))}
      </fieldset>
    </ActionForm>
  );
}
