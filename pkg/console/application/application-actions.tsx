import { type Application, kinds } from "../../api/index.ts";
import { ActionMenu } from "../actions/action-menu.tsx";

/** What can be done with an application. */
export function ApplicationActions({ application }: { readonly application: Application }) {
  return <ActionMenu object={application} kind={kinds.Application} isHead />;
}
