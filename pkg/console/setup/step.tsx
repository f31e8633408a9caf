/** The number of a step; whether it is behind is told by the page's words too. */
export function Step({ number, isDone }: { readonly number: number; readonly isDone: boolean }) {
  return <span className={isDone ? "setup-step is-done" : "setup-step"}>{number}</span>;
}
