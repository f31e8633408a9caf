import { kinds } from "../../api/index.ts";
import { useNamespace } from "../live/namespace.ts";
import { useObjects } from "../live/use-world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { quotaRows } from "./quota-rows.ts";

/** What namespaces may use, and use. */
export function Quotas() {
  const namespace = useNamespace();
  const quotas = useObjects(kinds.ResourceQuota);
  const shown = quotas.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
  return (
    <section>
      <h2>{texts.quotas}</h2>
      {shown.length === 0 && <p className="quiet">{texts.noQuotas}</p>}
      <ul className="cards">
        {shown.map((quota) => (
          <li key={quota.metadata.uid} className="card quota">
            <h3>
              {quota.metadata.namespace} / {quota.metadata.name}
            </h3>
            <ul>
              {quotaRows(quota).map(({ name, used, hard, share }) => (
                <li key={name}>
                  <span>{name}</span>
                  <meter min={0} max={1} low={0.8} high={0.95} optimum={0} value={share} aria-label={name} />
                  <span>
                    {used} / {hard}
                  </span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}
