import { StatusError } from "../../status/index.ts";
import { uiTexts as texts } from "../texts/ui.ts";
import { Icon } from "./icon.tsx";

/** What went wrong, with each field that a server has something to say about. */
export function ErrorNote({ error }: { readonly error: unknown }) {
  const causes = error instanceof StatusError ? (error.details.causes ?? []) : [];
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div className="note note-bad" role="alert">
      <Icon name="warning" />
      <div>
        <strong>{texts.failed}</strong>
        <p>{message}</p>
        {causes.length > 1 && (
          <ul>
            {causes.map(({ field, message: text }) => (
              <li key={`${field} ${text}`}>
                {field !== undefined && <code>{field}</code>} {text}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
