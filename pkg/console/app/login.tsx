import { type FormEvent, useState } from "react";
import { loginTexts as texts } from "../texts/login.ts";
import { Button } from "../ui/button.tsx";

/** Asks for a bearer token; the tab keeps it until it is closed. */
export function Login({ onToken }: { readonly onToken: (token: string) => void }) {
  const [token, setToken] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (token.trim() !== "") onToken(token.trim());
  };
  return (
    <main className="login">
      <form className="card" onSubmit={submit}>
        <h1>{texts.title}</h1>
        <label>
          {texts.token}
          <textarea
            rows={4}
            value={token}
            onChange={(event) => setToken(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        </label>
        <Button type="submit" look="primary">
          {texts.enter}
        </Button>
      </form>
    </main>
  );
}
