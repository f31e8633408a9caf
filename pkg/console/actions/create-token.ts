import { type IssuedToken, issueToken, type TokenRequest } from "../../operations/index.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Action } from "./action.ts";

/** Makes a credential; `onIssued` is told its secret, which nobody is told again. */
export function createToken(request: TokenRequest, onIssued: (issued: IssuedToken) => void): Action {
  const { name, spec, role, namespace } = request;
  const { user, groups = [], serviceAccount, expires } = spec;
  const subject = serviceAccount === undefined ? (user ?? name) : `${serviceAccount.namespace}:${serviceAccount.name}`;
  const where = namespace === undefined ? texts.everywhere : texts.inNamespace(namespace);
  return {
    title: texts.createToken(name),
    command: [
      ...["create", "token", name],
      ...(serviceAccount === undefined ? [] : ["--serviceaccount", subject]),
      ...(user === undefined || user === name ? [] : ["--user", user]),
      ...groups.flatMap((group) => ["--group", group]),
      ...(role === undefined ? [] : ["--role", role]),
      ...(namespace === undefined ? ["--cluster"] : ["-n", namespace]),
      ...(expires === undefined ? [] : ["--expires", expires]),
    ],
    async preview({ api }) {
      await issueToken(api, request, { dryRun: true });
      const rights = role === undefined ? texts.anyRights : texts.roleIn(role, where);
      return [
        { tone: "warn", text: texts.tokenFor(subject, rights) },
        { tone: "idle", text: texts.expiresAt(expires ?? texts.defaultExpiry) },
      ];
    },
    async perform({ api }) {
      const issued = await issueToken(api, request);
      if (issued !== undefined) onIssued(issued);
    },
  };
}
