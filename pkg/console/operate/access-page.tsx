import { useEffect, useState } from "react";
import { keyOf, kinds, type RoleBinding } from "../../api/index.ts";
import { computedCell, type ShownObject } from "../../cells/index.ts";
import { dig, list, text } from "../../merge/index.ts";
import { ActionMenu } from "../actions/action-menu.tsx";
import { objectPage } from "../actions/links.ts";
import { Link } from "../app/router.tsx";
import { useNamespace } from "../live/namespace.ts";
import { useMay } from "../live/use-may.ts";
import { useKindState, useObjects, useSession, useWorld } from "../live/use-world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Age } from "../ui/age.tsx";
import { Button } from "../ui/button.tsx";
import { openDialog } from "../ui/dialog.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Facts } from "../ui/facts.tsx";
import { askReview } from "./ask-review.ts";
import { ruleRows } from "./rule-rows.ts";
import { SimpleTable } from "./simple-table.tsx";
import { TokenForm } from "./token-form.tsx";

/** Who one is, what one may do, and what others were given. */
export default function Page() {
  const namespace = useNamespace() ?? "default";
  return (
    <div className="operate-page">
      <header className="operate-bar">
        <h1>{texts.accessTitle}</h1>
      </header>
      <WhoAmI />
      <Tokens />
      <ServiceAccounts />
      <Bindings />
      <Rules namespace={namespace} />
    </div>
  );
}

/** What the server answers, or why it does not. */
function useReview(kind: "SelfSubjectReview" | "SelfSubjectRulesReview", namespace?: string) {
  const session = useSession();
  const [answer, setAnswer] = useState<unknown>();
  const [problem, setProblem] = useState<unknown>();
  useEffect(() => {
    const asking = new AbortController();
    const content = namespace === undefined ? {} : { spec: { namespace } };
    askReview(session, kind, content, asking.signal).then(setAnswer, (error: unknown) => {
      if (!asking.signal.aborted) setProblem(error);
    });
    return () => asking.abort();
  }, [session, kind, namespace]);
  return { answer, problem };
}

function WhoAmI() {
  const { answer, problem } = useReview("SelfSubjectReview");
  const user = dig(answer, "status", "userInfo");
  return (
    <section className="card">
      <h2>{texts.whoAmI}</h2>
      {problem !== undefined && <ErrorNote error={problem} />}
      <Facts
        rows={[
          [texts.user, text(dig(user, "username"))],
          [texts.groups, list(dig(user, "groups")).map(text).join(", ")],
        ]}
      />
    </section>
  );
}

function Tokens() {
  const tokens = useObjects(kinds.Token);
  const { problem } = useKindState(kinds.Token);
  const { isPast } = useWorld();
  const mayCreate = useMay("create", kinds.Token) && !isPast;
  return (
    <section>
      <header className="section-head">
        <h2>{texts.tokens}</h2>
        {mayCreate && <Button onClick={() => openDialog(texts.createToken, <TokenForm />)}>{texts.createToken}</Button>}
      </header>
      {problem !== undefined && <ErrorNote error={problem} />}
      <SimpleTable
        label={texts.tokens}
        titles={[texts.name, texts.subject, texts.expires, texts.lastUsed, texts.age, ""]}
        rows={tokens.map((token) => [
          <Link key="name" to={objectPage(kinds.Token, keyOf(token))}>
            {token.metadata.name}
          </Link>,
          token.status?.subject ?? token.spec.user,
          token.spec.expires ?? texts.never,
          token.status?.lastUsed === undefined ? texts.never : <Age key="used" since={token.status.lastUsed} isAgo />,
          <Age key="age" since={token.metadata.creationTimestamp} />,
          <ActionMenu key="actions" object={token} kind={kinds.Token} />,
        ])}
      />
    </section>
  );
}

function ServiceAccounts() {
  const namespace = useNamespace();
  const accounts = useObjects(kinds.ServiceAccount).filter(
    ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
  );
  return (
    <section>
      <h2>{texts.serviceAccounts}</h2>
      <SimpleTable
        label={texts.serviceAccounts}
        titles={[texts.namespace, texts.name, texts.age]}
        rows={accounts.map((account) => [
          account.metadata.namespace,
          <Link key="name" to={objectPage(kinds.ServiceAccount, keyOf(account))}>
            {account.metadata.name}
          </Link>,
          <Age key="age" since={account.metadata.creationTimestamp} />,
        ])}
      />
    </section>
  );
}

function Bindings() {
  const namespace = useNamespace();
  const own = useObjects(kinds.RoleBinding).filter(
    ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
  );
  const all = [...useObjects(kinds.ClusterRoleBinding), ...own];
  return (
    <section>
      <h2>{texts.bindings}</h2>
      <SimpleTable
        label={texts.bindings}
        titles={[texts.namespace, texts.name, texts.role, texts.subjects]}
        rows={all.map((binding) => {
          const kind = binding.metadata.namespace === undefined ? kinds.ClusterRoleBinding : kinds.RoleBinding;
          return [
            binding.metadata.namespace ?? texts.allNamespaces,
            <Link key="name" to={objectPage(kind, keyOf(binding))}>
              {binding.metadata.name}
            </Link>,
            `${binding.roleRef.kind}/${binding.roleRef.name}`,
            subjectsOf(binding),
          ];
        })}
      />
    </section>
  );
}

function subjectsOf(binding: Pick<RoleBinding, "subjects">): string {
  const cells = ["Users", "Groups", "ServiceAccounts"].map((column) => computedCell("RoleBinding", column));
  return cells
    .map((cell) => cell?.(binding as unknown as ShownObject, 0) ?? "")
    .filter((names) => names !== "")
    .join(", ");
}

function Rules({ namespace }: { readonly namespace: string }) {
  const { answer, problem } = useReview("SelfSubjectRulesReview", namespace);
  return (
    <section>
      <h2>{texts.mayDoIn(namespace)}</h2>
      {problem !== undefined && <ErrorNote error={problem} />}
      {dig(answer, "status", "incomplete") === true && <p className="quiet">{texts.incomplete}</p>}
      <SimpleTable
        label={texts.mayDoIn(namespace)}
        titles={[texts.resources, texts.names, texts.verbs]}
        rows={ruleRows(answer).map(({ what, names, verbs }) => [
          what === "*.*" ? texts.everything : what,
          names.join(", "),
          verbs.includes("*") ? texts.everything : verbs.join(", "),
        ])}
      />
    </section>
  );
}
