import { useState } from "react";
import { kinds } from "../../api/index.ts";
import { navigate, pathOf } from "../app/router.tsx";
import { useMay } from "../live/use-may.ts";
import { setupTexts as texts } from "../texts/setup.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { applyExample } from "./actions.ts";
import { type ExampleName, examples } from "./examples/index.ts";
import { useMachines } from "./machines-step.tsx";
import { outcomeOf, tallyOf } from "./outcome.ts";
import { SameByCommand } from "./same-by-command.tsx";
import { Step } from "./step.tsx";
import { useDoing } from "./use-doing.ts";

const names = Object.keys(examples) as readonly ExampleName[];
const mostMembers = 3;
const namespace = "default";

/** Something to run on the new machines. */
export function ExampleStep({ pool }: { readonly pool: string }) {
  const { good } = tallyOf(useMachines(pool).map(outcomeOf));
  const mayApply = useMay("patch", kinds.Application, namespace);
  const [chosen, choose] = useState<ExampleName>("ticker");
  const example = examples[chosen];
  const yaml = example.yaml({ pool, members: Math.max(1, Math.min(mostMembers, good)) });
  const { isBusy, problem, perform } = useDoing(() => navigate(pathOf("applications", namespace, example.name)));
  const action = applyExample(example, yaml);
  return (
    <>
      <h2 id="setup-run">
        <Step number={3} isDone={false} /> {texts.steps.run}
      </h2>
      <p className="quiet">{good > 0 ? texts.examplesIntro : texts.notYet}</p>
      <div className="setup-choices" role="radiogroup" aria-labelledby="setup-run">
        {names.map((name) => (
          <label key={name} className="setup-choice">
            <input type="radio" name="example" checked={chosen === name} onChange={() => choose(name)} />
            <strong>{texts.examples[name].title}</strong>
            <span className="quiet">{texts.examples[name].text}</span>
          </label>
        ))}
      </div>
      <details>
        <summary>{texts.manifest}</summary>
        <pre className="setup-yaml">{yaml}</pre>
      </details>
      {problem !== undefined && <ErrorNote error={problem} />}
      <div className="setup-actions">
        {mayApply && (
          <Button look="primary" disabled={isBusy || good === 0} onClick={() => perform(action)}>
            {texts.start}
          </Button>
        )}
        <SameByCommand argv={action.command} />
      </div>
    </>
  );
}
