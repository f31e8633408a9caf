import { useMemo } from "react";
import { setQuery, useQuery } from "../../app/router.tsx";
import { applicationTexts } from "../../texts/application.ts";
import { phasesOf } from "../groupings.ts";
import { useOwn, useOwnObjects } from "../own-objects.ts";
import { PhaseDetail } from "./phase-detail.tsx";
import { PhaseGraph } from "./phase-graph.tsx";
import { TimeLineChart } from "./time-line-chart.tsx";

const texts = applicationTexts.phases;

/** Phases in their order and over time. */
export default function PhasesTab() {
  const phases = usePhasesInOrder();
  const chosen = useQuery("phase");
  const phase = phases.find(({ spec }) => spec.phase === chosen);
  if (phases.length === 0) return <p className="empty">{texts.none}</p>;
  const choose = (name: string | undefined): void => setQuery({ phase: name });
  return (
    <div className="application-scroll">
      <section className="card application-section">
        <h2>{texts.graph}</h2>
        <PhaseGraph phases={phases} chosen={chosen} onChoose={(name) => choose(name === chosen ? undefined : name)} />
        {phase !== undefined && <PhaseDetail phase={phase} onClose={() => choose(undefined)} />}
      </section>
      <section className="card application-section">
        <h2>{texts.timeLine}</h2>
        <TimeLineChart phases={phases} />
      </section>
    </div>
  );
}

/** As the application lists them: a graph that is drawn anew stays where it was. */
function usePhasesInOrder() {
  const phases = useOwnObjects(phasesOf);
  const { spec } = useOwn().application;
  return useMemo(() => {
    const places = new Map(spec.phases.map(({ name }, index) => [name as string, index]));
    const place = (name: string): number => places.get(name) ?? places.size;
    return [...phases].sort(
      (a, b) => place(a.spec.phase) - place(b.spec.phase) || (a.spec.phase < b.spec.phase ? -1 : 1),
    );
  }, [phases, spec.phases]);
}
