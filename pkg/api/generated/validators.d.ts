// Generated from schemas/ by cmd/schemagen. Do not edit; run `make generate`.
import type { Validator } from "../validator.ts";

export declare const validateApplication: Validator;
export declare const validateApplicationRevision: Validator;
export declare const validateBarrier: Validator;
export declare const validateClaim: Validator;
export declare const validateClusterRole: Validator;
export declare const validateClusterRoleBinding: Validator;
export declare const validateComponent: Validator;
export declare const validateConfigMap: Validator;
export declare const validateEvent: Validator;
export declare const validateLease: Validator;
export declare const validateNamespace: Validator;
export declare const validateNode: Validator;
export declare const validateNodeMetrics: Validator;
export declare const validatePhase: Validator;
export declare const validatePod: Validator;
export declare const validatePodMetrics: Validator;
export declare const validateProcess: Validator;
export declare const validateResource: Validator;
export declare const validateResourcePool: Validator;
export declare const validateRole: Validator;
export declare const validateRoleBinding: Validator;
export declare const validateSecret: Validator;
export declare const validateService: Validator;
export declare const validateServiceAccount: Validator;
export declare const validateSoftware: Validator;
export declare const validateToken: Validator;
