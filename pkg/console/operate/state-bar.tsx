import { Link } from "../app/router.tsx";
import { State } from "../ui/state.tsx";
import { toneOf } from "../ui/tone.ts";

/** How many are in which state, as a bar and in words that lead to them. */
export function StateBar({
  counts,
  to,
}: {
  readonly counts: ReadonlyMap<string, number>;
  readonly to: (state: string) => string;
}) {
  const states = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <div className="state-bar">
      <div className="state-bar-line" aria-hidden="true">
        {states.map(([state, count]) => (
          <span key={state} className={`tone-${toneOf(state)}`} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul>
        {states.map(([state, count]) => (
          <li key={state}>
            <Link to={to(state)}>
              <State state={state} /> {count}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
