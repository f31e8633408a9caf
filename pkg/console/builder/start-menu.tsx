import { useRef } from "react";
import { type Application, kinds } from "../../api/index.ts";
import { useObjects } from "../live/use-world.ts";
import { builderTexts as texts } from "../texts/builder.ts";
import { Button } from "../ui/button.tsx";
import { closeDialog, openDialog } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { notify } from "../ui/notices.tsx";
import { addObject } from "./document.ts";
import { emptyExample, examples } from "./examples.ts";
import { manifestOf } from "./starter.ts";
import { sizeRefusal } from "./text-size.ts";

/** Begins with what was chosen: false where that cannot be. */
type OnStart = (text: string) => boolean;

export function openStart(onStart: OnStart): void {
  openDialog(texts.startTitle, <StartMenu onStart={onStart} />);
}

function StartMenu({ onStart }: { readonly onStart: OnStart }) {
  const start = (text: string): void => {
    if (onStart(text)) closeDialog();
  };
  return (
    <div className="builder-start">
      <p className="quiet">{texts.startHint}</p>
      <h3>{texts.examples}</h3>
      <ul>
        {[emptyExample, ...examples].map(({ name, hint, text }) => (
          <li key={name}>
            <button type="button" className="builder-start-entry" onClick={() => start(text)}>
              <strong>{name}</strong> <span className="quiet">{hint}</span>
            </button>
          </li>
        ))}
      </ul>
      <h3>{texts.running}</h3>
      <Running onStart={start} />
      <h3>{texts.file}</h3>
      <FileButton onText={start} />
    </div>
  );
}

function Running({ onStart }: { readonly onStart: (text: string) => void }) {
  const applications = useObjects<Application>(kinds.Application);
  if (applications.length === 0) return <p className="quiet">{texts.noneRunning}</p>;
  return (
    <ul>
      {applications.map((application) => {
        const { namespace = "", name = "", uid = "" } = application.metadata;
        return (
          <li key={uid}>
            <button type="button" className="builder-start-entry" onClick={() => onStart(textOf(application))}>
              <strong>{name}</strong> <span className="quiet">{namespace}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

export function textOf(application: Application): string {
  return addObject("", manifestOf(application));
}

function FileButton({ onText }: { readonly onText: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept=".yaml,.yml,.json"
        aria-label={texts.openFile}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) void readFile(file).then((text) => text !== undefined && onText(text));
          event.target.value = "";
        }}
      />
      <Button onClick={() => input.current?.click()}>
        <Icon name="file" /> {texts.openFile}
      </Button>
    </>
  );
}

/** The text of a file; undefined, and told, where it is too large to be a manifest. */
export async function readFile(file: File): Promise<string | undefined> {
  const refusal = sizeRefusal(file.size);
  if (refusal === undefined) return file.text();
  notify(refusal, "bad");
  return undefined;
}
