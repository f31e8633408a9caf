import type { Condition } from "../../api/index.ts";
import { Age } from "./age.tsx";
import { Shape } from "./state.tsx";
import type { Tone } from "./tone.ts";

/** Those that are good when they are false. */
const negative = /^(Stalled|Reconciling|.*Pressure|Quarantined|Degraded|Orphans)$/;

function toneOfCondition({ type, status }: Condition): Tone {
  if (status === "Unknown") return "busy";
  const isGood = (status === "True") !== negative.test(type);
  if (isGood) return "good";
  return type === "Reconciling" ? "busy" : type === "Ready" || type === "Stalled" ? "bad" : "warn";
}

/** What holds of an object and why, what is wrong first. */
export function Conditions({ conditions }: { readonly conditions: readonly Condition[] }) {
  const isWrong = (condition: Condition): number => (toneOfCondition(condition) === "good" ? 1 : 0);
  return (
    <ul className="conditions">
      {[...conditions]
        .sort((a, b) => isWrong(a) - isWrong(b) || (a.type < b.type ? -1 : 1))
        .map((condition) => (
          <li key={condition.type}>
            <Shape tone={toneOfCondition(condition)} />
            <span>
              <strong>{condition.type}</strong> {condition.status === "True" ? "" : condition.status} ·{" "}
              {condition.reason}
            </span>
            <span className="quiet">
              <Age since={condition.lastTransitionTime} />
            </span>
            {condition.message !== "" && <p className="quiet">{condition.message}</p>}
          </li>
        ))}
    </ul>
  );
}
