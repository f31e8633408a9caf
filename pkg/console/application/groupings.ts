import {
  type ApplicationRevision,
  type Claim,
  type Component,
  type Event,
  kinds,
  labels,
  type Phase,
  type Process,
} from "../../api/index.ts";
import type { Grouping } from "../live/groups.ts";

const idOf = (namespace: string | undefined, name: string | undefined): string | undefined =>
  name === undefined ? undefined : `${namespace ?? ""}/${name}`;

/** What belongs to an application, by "namespace/name" of it. */
export const componentsOf: Grouping<Component> = {
  kind: kinds.Component,
  groupOf: ({ metadata, spec }) => idOf(metadata.namespace, spec.applicationName),
};
export const claimsOf: Grouping<Claim> = {
  kind: kinds.Claim,
  groupOf: ({ metadata }) => idOf(metadata.namespace, metadata.labels?.[labels.application]),
};
export const phasesOf: Grouping<Phase> = {
  kind: kinds.Phase,
  groupOf: ({ metadata, spec }) => idOf(metadata.namespace, spec.applicationName),
};
export const processesOf: Grouping<Process> = {
  kind: kinds.Process,
  groupOf: ({ metadata, spec }) => idOf(metadata.namespace, spec.applicationName),
};
export const revisionsOf: Grouping<ApplicationRevision> = {
  kind: kinds.ApplicationRevision,
  groupOf: ({ metadata, spec }) => idOf(metadata.namespace, spec.applicationName),
};
/** Of its claims: the others are on the page of all Events. */
export const claimEventsOf: Grouping<Event> = {
  kind: kinds.Event,
  groupOf: ({ metadata, involvedObject }) =>
    involvedObject.kind === "Claim" ? idOf(metadata.namespace, metadata.labels?.[labels.application]) : undefined,
};

/** The processes of one member, and what happened to it, by the claim's uid. */
export const processesOfClaim: Grouping<Process> = {
  kind: kinds.Process,
  groupOf: ({ spec }) => spec.claimUid,
};
export const eventsOfObject: Grouping<Event> = {
  kind: kinds.Event,
  groupOf: ({ involvedObject }) => involvedObject.uid,
};
