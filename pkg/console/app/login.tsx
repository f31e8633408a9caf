import { type FormEvent, useState } from "react";
import { isReason, StatusError } from "../../status/index.ts";
import { readPasted } from "../live/pasted-token.ts";
import { transportWith } from "../live/session.ts";
import { whoAmI } from "../live/who-am-i.ts";
import { loginTexts as texts } from "../texts/login.ts";
import { Button } from "../ui/button.tsx";
import { CommandLine } from "../ui/command-line.tsx";
import { Icon } from "../ui/icon.tsx";
import "./login.css";

const tokenCommand = ["create", "token", texts.commandName, "--role", "view", "--cluster"];

interface LoginProps {
  /** Why who was in is not any more. */
  readonly reason: string | undefined;
  /** A token that the server knows. */
  readonly onToken: (token: string) => void;
}

/** Asks for a bearer token; the tab keeps it until it is closed. */
export function Login({ reason, onToken }: LoginProps) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState(reason);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      onToken(await tokenOf(text));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <main className="login">
      <form className="card" onSubmit={(event) => void submit(event)}>
        <header>
          <Icon name="brand" />
          <h1>{texts.title}</h1>
          <p className="quiet">{location.host}</p>
        </header>
        {problem !== undefined && (
          <div className="note note-bad" role="alert">
            <Icon name="warning" />
            <p>{problem}</p>
          </div>
        )}
        <label className="field">
          {texts.label}
          <textarea
            className="input"
            rows={4}
            value={text}
            placeholder={texts.placeholder}
            onChange={(event) => setText(event.target.value)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </label>
        <Button type="submit" look="primary" disabled={isBusy}>
          {isBusy ? texts.entering : texts.enter}
        </Button>
        <p className="quiet">{texts.kept}</p>
        <section>
          <h2>{texts.what}</h2>
          <p>{texts.whatText}</p>
          <CommandLine argv={tokenCommand} />
          <p>{texts.elsewhere}</p>
          <CommandLine argv={["ui"]} />
        </section>
      </form>
    </main>
  );
}

/** Of what was pasted, once the server has said that it knows it. Rejects with what to tell. */
async function tokenOf(text: string): Promise<string> {
  const pasted = await readPasted(text, async (yaml) => (await import("yaml")).parse(yaml));
  if ("problem" in pasted) throw new StatusError("BadRequest", texts.problems[pasted.problem]);
  const transport = transportWith(pasted.token);
  try {
    await whoAmI(transport);
  } catch (error) {
    throw isReason(error, "Unauthorized") ? new StatusError("Unauthorized", texts.refused) : error;
  } finally {
    transport.close();
  }
  return pasted.token;
}

/** `plush ui` stands between, and does not know this browser, or what it knows of the user is not good any more. */
export function Refused({ reason }: { readonly reason: string | undefined }) {
  return (
    <main className="login">
      <div className="card">
        <header>
          <Icon name="brand" />
          <h1>{texts.proxyRefused}</h1>
        </header>
        <p>{reason}</p>
        <Button look="primary" onClick={() => location.reload()}>
          {texts.reload}
        </Button>
      </div>
    </main>
  );
}
