/**
 * Kubernetes' API machinery over the store: the verbs (read, write, apply, watch) without a transport, and HTTPS in
 * front of them. Knows kinds only by their registry, and no controller.
 */
export { type Api, type ApiOptions, openApi } from "./api.ts";
export { type BindingRequest, deferRemoval, dropAllocation, planBinding } from "./binding-plan.ts";
export { forbidden, invalid } from "./errors.ts";
export type { BlobPosition, BlobReceiver } from "./http/blob-routes.ts";
export type { ExtraAnswer, ExtraRequest, ExtraRoute } from "./http/extra-routes.ts";
export type { HealthCheck } from "./http/health-routes.ts";
export type { Query } from "./http/query.ts";
export { defaultLimits, type LimitOptions } from "./http/request-limits.ts";
export type { ActionRequest, ObjectAction, ObjectActions } from "./object-actions.ts";
export type { Ownership } from "./ownership.ts";
export { type PreemptionRequest, planPreemption } from "./preemption-plan.ts";
export { readQuestion } from "./question.ts";
export { openSealer, type Sealer } from "./sealer.ts";
export { type ApiServer, type ApiServerOptions, startApiServer } from "./server.ts";
export type { FindMachine, LogRequest, MachineStreams, StreamTarget } from "./streams/machine-streams.ts";
export type { ReadUsage } from "./views/read-usage.ts";
