import { useState } from "react";
import { kinds } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import { type IssuedToken, readExpiry, type TokenRequest } from "../../operations/index.ts";
import { createToken } from "../actions/create-token.ts";
import { ActionForm } from "../actions/form.tsx";
import { useNamespace } from "../live/namespace.ts";
import { useObjects } from "../live/use-world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { openDialog } from "../ui/dialog.tsx";
import { IssuedNote } from "./issued-note.tsx";

/** Whom a token stands for, and what its holder may do. */
export function TokenForm() {
  const chosen = useNamespace();
  const [name, setName] = useState("");
  const [user, setUser] = useState("");
  const [role, setRole] = useState("");
  const [isEverywhere, setEverywhere] = useState(chosen === undefined);
  const [expires, setExpires] = useState("90d");
  const roles = useObjects(kinds.ClusterRole);
  const expiry = readExpiry(expires, systemClock.now());
  const request: TokenRequest | undefined =
    name === "" || expiry === undefined
      ? undefined
      : {
          name,
          spec: { user: user === "" ? name : user, expires: expiry },
          role: role === "" ? undefined : role,
          namespace: isEverywhere || role === "cluster-admin" ? undefined : (chosen ?? "default"),
        };
  return (
    <ActionForm action={request && createToken(request, (issued) => showIssued(issued, request.namespace))}>
      <label className="field">
        {texts.tokenName}
        <input className="input" value={name} onChange={(event) => setName(event.target.value)} spellCheck={false} />
      </label>
      <label className="field">
        {texts.tokenUser}
        <input
          className="input"
          value={user}
          placeholder={name}
          onChange={(event) => setUser(event.target.value)}
          spellCheck={false}
        />
      </label>
      <label className="field">
        {texts.tokenRole}
        <select className="input" value={role} onChange={(event) => setRole(event.target.value)}>
          <option value="">{texts.noRole}</option>
          {roles.map(({ metadata }) => (
            <option key={metadata.uid}>{metadata.name}</option>
          ))}
        </select>
      </label>
      <label className="check">
        <input type="checkbox" checked={isEverywhere} onChange={(event) => setEverywhere(event.target.checked)} />
        {texts.tokenEverywhere}
      </label>
      <label className="field">
        {texts.tokenExpires}
        <input
          className="input"
          value={expires}
          placeholder={texts.expiryExample}
          aria-invalid={expiry === undefined}
          onChange={(event) => setExpires(event.target.value)}
        />
      </label>
      {expiry === undefined && <p className="quiet">{texts.badExpiry}</p>}
    </ActionForm>
  );
}

/** After the dialog in which it was confirmed has closed itself. */
function showIssued(issued: IssuedToken, namespace: string | undefined): void {
  setTimeout(() => openDialog(texts.tokens, <IssuedNote issued={issued} namespace={namespace} />));
}
