// Generated from schemas/ by cmd/schemagen. Do not edit; run `make generate`.
import type { KindInfo } from "../kind-info.ts";
import type { Application, ApplicationRevision, Barrier, Claim, ClusterRole, ClusterRoleBinding, Component, ConfigMap, Event, EventSink, GitSync, Hook, Lease, Namespace, Node, NodeMetrics, Phase, Pod, PodMetrics, Process, Resource, ResourcePool, ResourceQuery, ResourceQuota, Role, RoleBinding, Secret, Service, ServiceAccount, Software, Token, WorkChunk } from "./types.ts";

/** Every kind by its name. */
export interface Kinds {
  readonly Application: KindInfo<Application>;
  readonly ApplicationRevision: KindInfo<ApplicationRevision>;
  readonly Barrier: KindInfo<Barrier>;
  readonly Claim: KindInfo<Claim>;
  readonly ClusterRole: KindInfo<ClusterRole>;
  readonly ClusterRoleBinding: KindInfo<ClusterRoleBinding>;
  readonly Component: KindInfo<Component>;
  readonly ConfigMap: KindInfo<ConfigMap>;
  readonly Event: KindInfo<Event>;
  readonly EventSink: KindInfo<EventSink>;
  readonly GitSync: KindInfo<GitSync>;
  readonly Hook: KindInfo<Hook>;
  readonly Lease: KindInfo<Lease>;
  readonly Namespace: KindInfo<Namespace>;
  readonly Node: KindInfo<Node>;
  readonly NodeMetrics: KindInfo<NodeMetrics>;
  readonly Phase: KindInfo<Phase>;
  readonly Pod: KindInfo<Pod>;
  readonly PodMetrics: KindInfo<PodMetrics>;
  readonly Process: KindInfo<Process>;
  readonly Resource: KindInfo<Resource>;
  readonly ResourcePool: KindInfo<ResourcePool>;
  readonly ResourceQuery: KindInfo<ResourceQuery>;
  readonly ResourceQuota: KindInfo<ResourceQuota>;
  readonly Role: KindInfo<Role>;
  readonly RoleBinding: KindInfo<RoleBinding>;
  readonly Secret: KindInfo<Secret>;
  readonly Service: KindInfo<Service>;
  readonly ServiceAccount: KindInfo<ServiceAccount>;
  readonly Software: KindInfo<Software>;
  readonly Token: KindInfo<Token>;
  readonly WorkChunk: KindInfo<WorkChunk>;
}

export const kinds: Kinds = {
  Application: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "Application",
  "plural": "applications",
  "singular": "application",
  "shortNames": [
    "app"
  ],
  "categories": [
    "all",
    "plush"
  ],
  "namespaced": true,
  "hasStatus": true,
  "scale": {
    "specReplicas": "spec.components.0.replicas",
    "statusReplicas": "status.components.0.claimed"
  },
  "printerColumns": [
    {
      "priority": 0,
      "name": "State",
      "type": "string",
      "jsonPath": ".status.state",
      "description": "Summary."
    },
    {
      "priority": 0,
      "name": "Ready",
      "type": "string",
      "jsonPath": ".status.readyMembers",
      "description": "Members that are ready, of those wanted."
    },
    {
      "priority": 0,
      "name": "Phase",
      "type": "string",
      "jsonPath": ".status.phase",
      "description": "Phases that are open."
    },
    {
      "priority": 1,
      "name": "Reason",
      "type": "string",
      "jsonPath": ".status.conditions[?(@.type==\"Ready\")].reason",
      "description": "Why it is or is not ready."
    },
    {
      "priority": 1,
      "name": "Expires",
      "type": "string",
      "jsonPath": ".status.expiresAt",
      "description": "Time that is left."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [
    "status.state"
  ],
  "conditions": {
    "Ready": [
      "Available",
      "Complete",
      "AcquiringResources",
      "InstallingSoftware",
      "Progressing",
      "Suspended",
      "Expired",
      "Failed",
      "Stalled",
      "Deleting"
    ],
    "Reconciling": [
      "AcquiringResources",
      "InstallingSoftware",
      "Progressing",
      "Updating",
      "Replacing",
      "QuotaExceeded",
      "Settled",
      "Suspending",
      "Expiring",
      "Deleting"
    ],
    "Stalled": [
      "NotStalled",
      "QuotaExceeded",
      "Unschedulable",
      "NoDefaultPool",
      "InstallFailed",
      "CrashLoop",
      "MonitorFailed",
      "CommandNotFound",
      "UserForbidden",
      "SecretInArguments",
      "ReplacementsUsedUp",
      "Braked",
      "ReferenceNotFound",
      "PhaseFailed",
      "MemberFailed",
      "HostLost",
      "NameTaken",
      "DigestMismatch",
      "UnsafeArchive",
      "DiskFull",
      "UnpackFailed",
      "CheckFailed",
      "SoftwareFailed",
      "CannotRelease",
      "TimedOut",
      "BelowMinimum",
      "ProcessFailed",
      "UpdateReverted",
      "ProgressDeadlineExceeded"
    ],
    "ResourcesAcquired": [
      "Acquired",
      "Acquiring",
      "Unschedulable",
      "QuotaExceeded",
      "Suspended",
      "Expired"
    ],
    "SoftwareInstalled": [
      "Installed",
      "Installing",
      "InstallFailed",
      "Suspended",
      "Expired"
    ],
    "Available": [
      "EnoughReady",
      "NotEnoughReady",
      "PhaseWaiting",
      "NoLongRunningProcess",
      "Suspended",
      "Expired"
    ],
    "Complete": [
      "AllPhasesReleased",
      "LongRunning",
      "InProgress",
      "PhaseFailed",
      "MemberFailed",
      "Suspended",
      "Expired"
    ],
    "CleanedUp": [
      "CleanedUp",
      "InUse",
      "CleaningUp",
      "CleanupDeferred"
    ],
    "HooksFound": [
      "Found",
      "ReferenceNotFound"
    ],
    "Expiring": [
      "NotDue",
      "ExpiresSoon",
      "Expired"
    ]
  }
},
  ApplicationRevision: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "ApplicationRevision",
  "plural": "applicationrevisions",
  "singular": "applicationrevision",
  "shortNames": [
    "rev"
  ],
  "categories": [
    "plush"
  ],
  "namespaced": true,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Application",
      "type": "string",
      "jsonPath": ".spec.applicationName",
      "description": "Whose revision it is."
    },
    {
      "priority": 0,
      "name": "Revision",
      "type": "integer",
      "jsonPath": ".spec.revision",
      "description": "Its number."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [
    "spec.applicationName"
  ],
  "conditions": {}
},
  Barrier: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "Barrier",
  "plural": "barriers",
  "singular": "barrier",
  "shortNames": [
    "bar"
  ],
  "categories": [
    "plush"
  ],
  "namespaced": true,
  "hasStatus": true,
  "printerColumns": [
    {
      "priority": 0,
      "name": "State",
      "type": "string",
      "jsonPath": ".status.state",
      "description": "Summary."
    },
    {
      "priority": 0,
      "name": "Round",
      "type": "integer",
      "jsonPath": ".status.round",
      "description": "The latest round."
    },
    {
      "priority": 0,
      "name": "Entered",
      "type": "string",
      "jsonPath": ".status.progress",
      "description": "Processes that entered the round, of those expected."
    },
    {
      "priority": 1,
      "name": "Rule",
      "type": "string",
      "jsonPath": ".status.release.rule",
      "description": "What released the last round."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [
    "status.state"
  ],
  "conditions": {
    "Ready": [
      "Released",
      "Open",
      "Waiting",
      "Failed"
    ],
    "Reconciling": [
      "Open",
      "Waiting",
      "Settled"
    ],
    "Stalled": [
      "NotStalled",
      "CannotRelease",
      "BelowMinimum",
      "ReferenceNotFound"
    ]
  }
},
  Claim: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "Claim",
  "plural": "claims",
  "singular": "claim",
  "shortNames": [],
  "categories": [
    "all",
    "plush"
  ],
  "namespaced": true,
  "hasStatus": true,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Component",
      "type": "string",
      "jsonPath": ".spec.component",
      "description": "Component whose member it is."
    },
    {
      "priority": 0,
      "name": "Ordinal",
      "type": "integer",
      "jsonPath": ".spec.ordinal",
      "description": "Its ordinal."
    },
    {
      "priority": 0,
      "name": "Resource",
      "type": "string",
      "jsonPath": ".spec.resourceName",
      "description": "Machine it is bound to."
    },
    {
      "priority": 0,
      "name": "State",
      "type": "string",
      "jsonPath": ".status.state",
      "description": "Summary."
    },
    {
      "priority": 1,
      "name": "Epoch",
      "type": "integer",
      "jsonPath": ".spec.epoch",
      "description": "1 for the first machine, one more for each replacement."
    },
    {
      "priority": 1,
      "name": "Reason",
      "type": "string",
      "jsonPath": ".status.conditions[?(@.type==\"Ready\")].reason",
      "description": "Why it is or is not ready."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [
    "spec.component",
    "spec.componentName",
    "spec.resourceName",
    "spec.resourceUid",
    "status.state"
  ],
  "conditions": {
    "Ready": [
      "ProcessesReady",
      "Configured",
      "Pending",
      "Unschedulable",
      "Bound",
      "Installing",
      "InstallFailed",
      "ProcessNotReady",
      "ProcessFailed",
      "HostLost",
      "Replacing",
      "Releasing",
      "ReferenceNotFound",
      "NoDefaultPool",
      "NoMachineFits",
      "Braked",
      "Waiting",
      "QuotaExceeded",
      "Preempted",
      "Stopped"
    ],
    "Reconciling": [
      "Matching",
      "Preempted",
      "Binding",
      "Installing",
      "Replacing",
      "AskingHooks",
      "WaitingForLease",
      "Releasing",
      "Settled"
    ],
    "Stalled": [
      "NotStalled",
      "QuotaExceeded",
      "Unschedulable",
      "NoDefaultPool",
      "CrashLoop",
      "MonitorFailed",
      "InstallFailed",
      "HostLost",
      "ReplacementsUsedUp",
      "Braked",
      "ReferenceNotFound",
      "DigestMismatch",
      "UnsafeArchive",
      "DiskFull",
      "UnpackFailed",
      "CheckFailed",
      "NeedsRoot",
      "PackageConflict",
      "NoVariant",
      "SoftwareFailed"
    ],
    "Bound": [
      "Bound",
      "Matching",
      "Unschedulable",
      "NoDefaultPool",
      "NoMachineFits",
      "ReferenceNotFound",
      "Waiting",
      "Preempted",
      "Replacing",
      "Released"
    ],
    "SoftwareInstalled": [
      "Installed",
      "Installing",
      "NotBound",
      "InstallFailed",
      "DigestMismatch",
      "UnsafeArchive",
      "DiskFull",
      "UnpackFailed",
      "CheckFailed",
      "NeedsRoot",
      "PackageConflict",
      "NoVariant",
      "SoftwareNotReady",
      "ReferenceNotFound"
    ],
    "HostLost": [
      "HostAlive",
      "HostDead",
      "HostDown",
      "HostUnreachable",
      "AgentDead",
      "HostRebooted"
    ],
    "Pressure": [
      "NoPressure",
      "DiskPressure",
      "MemoryPressure",
      "MonitorFailed"
    ]
  }
},
  ClusterRole: {
  "group": "rbac.authorization.k8s.io",
  "version": "v1",
  "kind": "ClusterRole",
  "plural": "clusterroles",
  "singular": "clusterrole",
  "shortNames": [],
  "categories": [],
  "namespaced": false,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Created At",
      "type": "string",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "When it was made."
    }
  ],
  "selectableFields": [],
  "conditions": {}
},
  ClusterRoleBinding: {
  "group": "rbac.authorization.k8s.io",
  "version": "v1",
  "kind": "ClusterRoleBinding",
  "plural": "clusterrolebindings",
  "singular": "clusterrolebinding",
  "shortNames": [],
  "categories": [],
  "namespaced": false,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Role",
      "type": "string",
      "jsonPath": ".roleRef",
      "description": "The role that is given."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    },
    {
      "priority": 1,
      "name": "Users",
      "type": "string",
      "jsonPath": ".subjects",
      "description": "Users who get the role."
    },
    {
      "priority": 1,
      "name": "Groups",
      "type": "string",
      "jsonPath": ".subjects",
      "description": "Groups that get the role."
    },
    {
      "priority": 1,
      "name": "ServiceAccounts",
      "type": "string",
      "jsonPath": ".subjects",
      "description": "Service accounts that get the role."
    }
  ],
  "selectableFields": [],
  "conditions": {}
},
  Component: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "Component",
  "plural": "components",
  "singular": "component",
  "shortNames": [
    "comp"
  ],
  "categories": [
    "all",
    "plush"
  ],
  "namespaced": true,
  "hasStatus": true,
  "scale": {
    "specReplicas": "spec.replicas",
    "statusReplicas": "status.claimed"
  },
  "printerColumns": [
    {
      "priority": 0,
      "name": "Replicas",
      "type": "integer",
      "jsonPath": ".status.replicas",
      "description": "Members wanted."
    },
    {
      "priority": 0,
      "name": "Claimed",
      "type": "integer",
      "jsonPath": ".status.claimed",
      "description": "Members bound to a machine."
    },
    {
      "priority": 0,
      "name": "Configured",
      "type": "integer",
      "jsonPath": ".status.configured",
      "description": "Members with all software installed."
    },
    {
      "priority": 0,
      "name": "Ready",
      "type": "integer",
      "jsonPath": ".status.ready",
      "description": "Members whose long-running processes are ready."
    },
    {
      "priority": 1,
      "name": "Updated",
      "type": "integer",
      "jsonPath": ".status.updated",
      "description": "Members of the current revision."
    },
    {
      "priority": 0,
      "name": "State",
      "type": "string",
      "jsonPath": ".status.state",
      "description": "Summary."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [
    "spec.applicationName",
    "status.state"
  ],
  "conditions": {
    "Ready": [
      "EnoughReady",
      "NotEnoughReady",
      "Claiming",
      "Unschedulable",
      "Suspended",
      "Deleting"
    ],
    "Reconciling": [
      "Claiming",
      "Installing",
      "Updating",
      "Scaling",
      "QuotaExceeded",
      "Settled",
      "Deleting"
    ],
    "Stalled": [
      "NotStalled",
      "QuotaExceeded",
      "Unschedulable",
      "NoDefaultPool",
      "InstallFailed",
      "CrashLoop",
      "MonitorFailed",
      "HostLost",
      "CommandNotFound",
      "UserForbidden",
      "SecretInArguments",
      "ReplacementsUsedUp",
      "Braked",
      "ReferenceNotFound",
      "NameTaken",
      "DigestMismatch",
      "UnsafeArchive",
      "DiskFull",
      "UnpackFailed",
      "CheckFailed",
      "SoftwareFailed"
    ]
  }
},
  ConfigMap: {
  "group": "",
  "version": "v1",
  "kind": "ConfigMap",
  "plural": "configmaps",
  "singular": "configmap",
  "shortNames": [
    "cm"
  ],
  "categories": [],
  "namespaced": true,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Data",
      "type": "integer",
      "jsonPath": ".data",
      "description": "Number of keys."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [],
  "conditions": {}
},
  Event: {
  "group": "",
  "version": "v1",
  "kind": "Event",
  "plural": "events",
  "singular": "event",
  "shortNames": [
    "ev"
  ],
  "categories": [],
  "namespaced": true,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Last Seen",
      "type": "date",
      "jsonPath": ".lastTimestamp",
      "description": "When it happened last."
    },
    {
      "priority": 0,
      "name": "Type",
      "type": "string",
      "jsonPath": ".type",
      "description": "Normal or Warning."
    },
    {
      "priority": 0,
      "name": "Reason",
      "type": "string",
      "jsonPath": ".reason",
      "description": "What happened, in one word."
    },
    {
      "priority": 0,
      "name": "Object",
      "type": "string",
      "jsonPath": ".involvedObject.name",
      "description": "The object."
    },
    {
      "priority": 1,
      "name": "Subobject",
      "type": "string",
      "jsonPath": ".involvedObject.fieldPath",
      "description": "The part of the object."
    },
    {
      "priority": 1,
      "name": "Source",
      "type": "string",
      "jsonPath": ".source.component",
      "description": "Who says so."
    },
    {
      "priority": 0,
      "name": "Message",
      "type": "string",
      "jsonPath": ".message",
      "description": "What happened."
    },
    {
      "priority": 1,
      "name": "First Seen",
      "type": "date",
      "jsonPath": ".firstTimestamp",
      "description": "When it happened first."
    },
    {
      "priority": 1,
      "name": "Count",
      "type": "integer",
      "jsonPath": ".count",
      "description": "How often it happened."
    },
    {
      "priority": 1,
      "name": "Name",
      "type": "string",
      "format": "name",
      "jsonPath": ".metadata.name",
      "description": "Name of the event."
    }
  ],
  "selectableFields": [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "type",
    "source",
    "reportingComponent"
  ],
  "conditions": {}
},
  EventSink: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "EventSink",
  "plural": "eventsinks",
  "singular": "eventsink",
  "shortNames": [
    "sink"
  ],
  "categories": [
    "plush"
  ],
  "namespaced": true,
  "hasStatus": true,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Ready",
      "type": "string",
      "jsonPath": ".status.conditions[?(@.type==\"Ready\")].reason",
      "description": "Whether Events arrive, and if not, why."
    },
    {
      "priority": 0,
      "name": "Delivered",
      "type": "integer",
      "jsonPath": ".status.delivered",
      "description": "Events that were taken."
    },
    {
      "priority": 0,
      "name": "Lost",
      "type": "integer",
      "jsonPath": ".status.lost",
      "description": "Events that were refused, or given up."
    },
    {
      "priority": 0,
      "name": "Last",
      "type": "date",
      "jsonPath": ".status.lastDeliveryAt",
      "description": "When one was last taken."
    },
    {
      "priority": 1,
      "name": "URL",
      "type": "string",
      "jsonPath": ".spec.url",
      "description": "Where they are sent."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [],
  "conditions": {
    "Ready": [
      "Delivering",
      "Idle",
      "Retrying",
      "ReceiverGone",
      "ReferenceNotFound",
      "KeyNotFound"
    ],
    "Reconciling": [
      "Settled",
      "Retrying"
    ],
    "Stalled": [
      "NotStalled",
      "ReceiverGone",
      "ReferenceNotFound",
      "KeyNotFound"
    ],
    "Complete": [
      "NothingLost",
      "Refused",
      "GaveUp"
    ]
  }
},
  GitSync: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "GitSync",
  "plural": "gitsyncs",
  "singular": "gitsync",
  "shortNames": [
    "sync",
    "syncs"
  ],
  "categories": [
    "plush"
  ],
  "namespaced": true,
  "hasStatus": true,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Ready",
      "type": "string",
      "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status",
      "description": "Whether what the repository says is applied."
    },
    {
      "priority": 0,
      "name": "Reason",
      "type": "string",
      "jsonPath": ".status.conditions[?(@.type==\"Ready\")].reason",
      "description": "Why."
    },
    {
      "priority": 0,
      "name": "Revision",
      "type": "string",
      "jsonPath": ".status.applied.revision",
      "description": "The commit that was applied last."
    },
    {
      "priority": 0,
      "name": "Objects",
      "type": "integer",
      "jsonPath": ".status.applied.objects",
      "description": "How many objects that commit has."
    },
    {
      "priority": 1,
      "name": "URL",
      "type": "string",
      "jsonPath": ".spec.url",
      "description": "The repository."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [],
  "conditions": {
    "Ready": [
      "Applied",
      "Syncing",
      "HealthPending",
      "HealthCheckFailed",
      "Suspended",
      "DependencyNotReady",
      "DependencyCycle",
      "ReferenceNotFound",
      "GitMissing",
      "Forbidden",
      "AuthenticationFailed",
      "RepositoryNotFound",
      "RefNotFound",
      "FetchFailed",
      "TooLarge",
      "Timeout",
      "VerificationFailed",
      "PathNotFound",
      "NoManifests",
      "InvalidManifests",
      "Refused",
      "OwnedByAnother",
      "ApplyFailed",
      "PruneFailed"
    ],
    "Reconciling": [
      "Settled",
      "Syncing",
      "HealthPending",
      "Waiting",
      "Retrying"
    ],
    "Stalled": [
      "NotStalled",
      "HealthCheckFailed",
      "DependencyCycle",
      "ReferenceNotFound",
      "GitMissing",
      "Forbidden",
      "AuthenticationFailed",
      "RepositoryNotFound",
      "RefNotFound",
      "TooLarge",
      "VerificationFailed",
      "PathNotFound",
      "NoManifests",
      "InvalidManifests",
      "Refused",
      "OwnedByAnother"
    ],
    "Drifted": [
      "NoDrift",
      "Drifted"
    ],
    "Pruned": [
      "Pruned",
      "Kept"
    ]
  }
},
  Hook: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "Hook",
  "plural": "hooks",
  "singular": "hook",
  "shortNames": [],
  "categories": [
    "plush"
  ],
  "namespaced": true,
  "hasStatus": true,
  "printerColumns": [
    {
      "priority": 0,
      "name": "URL",
      "type": "string",
      "jsonPath": ".spec.url",
      "description": "Where it is asked."
    },
    {
      "priority": 0,
      "name": "Ready",
      "type": "string",
      "jsonPath": ".status.conditions[?(@.type==\"Ready\")].reason",
      "description": "Whether it can be asked, and if not, why."
    },
    {
      "priority": 0,
      "name": "Last",
      "type": "string",
      "jsonPath": ".status.lastCall.result",
      "description": "What the last call gave."
    },
    {
      "priority": 0,
      "name": "When",
      "type": "date",
      "jsonPath": ".status.lastCall.at",
      "description": "When it was last called."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [],
  "conditions": {
    "Ready": [
      "Ready",
      "ReferenceNotFound",
      "KeyNotFound"
    ],
    "Reconciling": [
      "Settled"
    ],
    "Stalled": [
      "NotStalled",
      "ReferenceNotFound",
      "KeyNotFound"
    ],
    "Answering": [
      "Answered",
      "NoAnswer"
    ]
  }
},
  Lease: {
  "group": "coordination.k8s.io",
  "version": "v1",
  "kind": "Lease",
  "plural": "leases",
  "singular": "lease",
  "shortNames": [],
  "categories": [],
  "namespaced": true,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Holder",
      "type": "string",
      "jsonPath": ".spec.holderIdentity",
      "description": "Who holds it."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [],
  "conditions": {}
},
  Namespace: {
  "group": "",
  "version": "v1",
  "kind": "Namespace",
  "plural": "namespaces",
  "singular": "namespace",
  "shortNames": [
    "ns"
  ],
  "categories": [],
  "namespaced": false,
  "hasStatus": true,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Status",
      "type": "string",
      "jsonPath": ".status.phase",
      "description": "Active, or Terminating while its objects are deleted."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [
    "status.phase"
  ],
  "conditions": {
    "NamespaceDeletionContentFailure": [
      "ContentDeleted",
      "ContentRemains"
    ]
  },
  "verbs": [
    "create",
    "delete",
    "get",
    "list",
    "patch",
    "update",
    "watch"
  ]
},
  Node: {
  "group": "",
  "version": "v1",
  "kind": "Node",
  "plural": "nodes",
  "singular": "node",
  "shortNames": [
    "no"
  ],
  "categories": [],
  "namespaced": false,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Status",
      "type": "string",
      "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status",
      "description": "Whether it is ready and takes new work."
    },
    {
      "priority": 0,
      "name": "Roles",
      "type": "string",
      "jsonPath": ".metadata.labels",
      "description": "Roles by its labels node-role.kubernetes.io/ROLE."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    },
    {
      "priority": 0,
      "name": "Version",
      "type": "string",
      "jsonPath": ".status.nodeInfo.kubeletVersion",
      "description": "Version of Plush."
    },
    {
      "priority": 1,
      "name": "Internal-IP",
      "type": "string",
      "jsonPath": ".status.addresses",
      "description": "Where it is reached."
    },
    {
      "priority": 1,
      "name": "External-IP",
      "type": "string",
      "jsonPath": ".status.addresses",
      "description": "Not used."
    },
    {
      "priority": 1,
      "name": "OS-Image",
      "type": "string",
      "jsonPath": ".status.nodeInfo.osImage",
      "description": "Its operating system."
    },
    {
      "priority": 1,
      "name": "Kernel-Version",
      "type": "string",
      "jsonPath": ".status.nodeInfo.kernelVersion",
      "description": "Version of its kernel."
    },
    {
      "priority": 1,
      "name": "Container-Runtime",
      "type": "string",
      "jsonPath": ".status.nodeInfo.containerRuntimeVersion",
      "description": "What runs its processes: the agent."
    }
  ],
  "selectableFields": [
    "spec.unschedulable"
  ],
  "conditions": {},
  "viewOf": "Resource",
  "verbs": [
    "get",
    "list",
    "patch",
    "update",
    "watch"
  ]
},
  NodeMetrics: {
  "group": "metrics.k8s.io",
  "version": "v1beta1",
  "kind": "NodeMetrics",
  "plural": "nodes",
  "singular": "",
  "shortNames": [],
  "categories": [],
  "namespaced": false,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "CPU",
      "type": "string",
      "jsonPath": ".usage.cpu",
      "description": "Processor time, in millicores."
    },
    {
      "priority": 0,
      "name": "Memory",
      "type": "string",
      "jsonPath": ".usage.memory",
      "description": "Memory in use."
    },
    {
      "priority": 0,
      "name": "Window",
      "type": "string",
      "jsonPath": ".window",
      "description": "Time over which it was measured."
    }
  ],
  "selectableFields": [],
  "conditions": {},
  "viewOf": "Resource",
  "verbs": [
    "get",
    "list"
  ]
},
  Phase: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "Phase",
  "plural": "phases",
  "singular": "phase",
  "shortNames": [
    "ph"
  ],
  "categories": [
    "all",
    "plush"
  ],
  "namespaced": true,
  "hasStatus": true,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Phase",
      "type": "string",
      "jsonPath": ".spec.phase",
      "description": "Name in its application."
    },
    {
      "priority": 0,
      "name": "State",
      "type": "string",
      "jsonPath": ".status.state",
      "description": "Summary."
    },
    {
      "priority": 0,
      "name": "Entered",
      "type": "string",
      "jsonPath": ".status.progress",
      "description": "Members that entered the barrier, of those expected."
    },
    {
      "priority": 1,
      "name": "Rule",
      "type": "string",
      "jsonPath": ".status.release.rule",
      "description": "What released it."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [
    "spec.applicationName",
    "spec.phase",
    "status.state"
  ],
  "conditions": {
    "Ready": [
      "Released",
      "Waiting",
      "Open",
      "Failed",
      "Suspended"
    ],
    "Reconciling": [
      "Waiting",
      "Open",
      "Settled",
      "Updating",
      "Suspended"
    ],
    "Stalled": [
      "NotStalled",
      "QuotaExceeded",
      "CannotRelease",
      "TimedOut",
      "BelowMinimum",
      "ProcessFailed",
      "ReferenceNotFound",
      "NameTaken",
      "ItemsFailed"
    ]
  }
},
  Pod: {
  "group": "",
  "version": "v1",
  "kind": "Pod",
  "plural": "pods",
  "singular": "pod",
  "shortNames": [
    "po"
  ],
  "categories": [],
  "namespaced": true,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Ready",
      "type": "string",
      "jsonPath": ".status.containerStatuses",
      "description": "1/1 where the process is ready."
    },
    {
      "priority": 0,
      "name": "Status",
      "type": "string",
      "jsonPath": ".status.phase",
      "description": "Summary, with the reason where there is one."
    },
    {
      "priority": 0,
      "name": "Restarts",
      "type": "string",
      "jsonPath": ".status.containerStatuses",
      "description": "How often it was started again, and when last."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    },
    {
      "priority": 1,
      "name": "IP",
      "type": "string",
      "jsonPath": ".status.podIP",
      "description": "Address that the process is told to listen on."
    },
    {
      "priority": 1,
      "name": "Node",
      "type": "string",
      "jsonPath": ".spec.nodeName",
      "description": "Machine it runs on."
    },
    {
      "priority": 1,
      "name": "Nominated Node",
      "type": "string",
      "jsonPath": ".spec.nodeName",
      "description": "Not used."
    },
    {
      "priority": 1,
      "name": "Readiness Gates",
      "type": "string",
      "jsonPath": ".spec.nodeName",
      "description": "Not used."
    }
  ],
  "selectableFields": [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.schedulerName",
    "status.phase",
    "status.nominatedNodeName"
  ],
  "conditions": {},
  "viewOf": "Process",
  "verbs": [
    "delete",
    "get",
    "list",
    "watch"
  ]
},
  PodMetrics: {
  "group": "metrics.k8s.io",
  "version": "v1beta1",
  "kind": "PodMetrics",
  "plural": "pods",
  "singular": "",
  "shortNames": [],
  "categories": [],
  "namespaced": true,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "CPU",
      "type": "string",
      "jsonPath": ".containers[0].usage.cpu",
      "description": "Processor time, in millicores."
    },
    {
      "priority": 0,
      "name": "Memory",
      "type": "string",
      "jsonPath": ".containers[0].usage.memory",
      "description": "Memory in use."
    },
    {
      "priority": 0,
      "name": "Window",
      "type": "string",
      "jsonPath": ".window",
      "description": "Time over which it was measured."
    }
  ],
  "selectableFields": [],
  "conditions": {},
  "viewOf": "Process",
  "verbs": [
    "get",
    "list"
  ]
},
  Process: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "Process",
  "plural": "processes",
  "singular": "process",
  "shortNames": [
    "proc"
  ],
  "categories": [
    "all",
    "plush"
  ],
  "namespaced": true,
  "hasStatus": true,
  "printerColumns": [
    {
      "priority": 0,
      "name": "State",
      "type": "string",
      "jsonPath": ".status.state",
      "description": "Summary."
    },
    {
      "priority": 0,
      "name": "Resource",
      "type": "string",
      "jsonPath": ".status.resourceName",
      "description": "Machine it runs on."
    },
    {
      "priority": 0,
      "name": "Restarts",
      "type": "integer",
      "jsonPath": ".status.restarts",
      "description": "How often it was started again."
    },
    {
      "priority": 0,
      "name": "Exit",
      "type": "integer",
      "jsonPath": ".status.exitCode",
      "description": "Exit status of its last end."
    },
    {
      "priority": 0,
      "name": "Reason",
      "type": "string",
      "jsonPath": ".status.reason",
      "description": "Why it is in that state."
    },
    {
      "priority": 1,
      "name": "PID",
      "type": "integer",
      "jsonPath": ".status.pid",
      "description": "Its process id."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [
    "spec.componentName",
    "spec.phaseName",
    "spec.claimName",
    "spec.resourceName",
    "status.state",
    "status.resourceName"
  ],
  "conditions": {
    "MetricsAvailable": [
      "Scraped",
      "ScrapeFailed"
    ],
    "Ready": [
      "Ready",
      "Exited",
      "Pending",
      "Starting",
      "ProbeFailed",
      "Restarting",
      "Failed",
      "Stopping",
      "Stopped",
      "Lost",
      "HostLost",
      "ReferenceNotFound",
      "SecretInArguments",
      "LateForBarrier",
      "QuotaExceeded"
    ],
    "Reconciling": [
      "Pending",
      "Starting",
      "Restarting",
      "Stopping",
      "Settled"
    ],
    "Stalled": [
      "NotStalled",
      "QuotaExceeded",
      "CrashLoop",
      "CommandNotFound",
      "UserForbidden",
      "ReferenceNotFound",
      "SecretInArguments",
      "Failed",
      "Unschedulable",
      "NoDefaultPool",
      "LateForBarrier"
    ],
    "LimitsPartial": [
      "LimitsHeld",
      "NoControlGroups"
    ]
  }
},
  Resource: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "Resource",
  "plural": "resources",
  "singular": "resource",
  "shortNames": [
    "res"
  ],
  "categories": [
    "plush"
  ],
  "namespaced": false,
  "hasStatus": true,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Pool",
      "type": "string",
      "jsonPath": ".spec.poolName",
      "description": "Pool it belongs to."
    },
    {
      "priority": 0,
      "name": "Address",
      "type": "string",
      "jsonPath": ".spec.address",
      "description": "Where it is reached."
    },
    {
      "priority": 0,
      "name": "State",
      "type": "string",
      "jsonPath": ".status.state",
      "description": "Summary."
    },
    {
      "priority": 0,
      "name": "Claims",
      "type": "integer",
      "jsonPath": ".status.allocations",
      "description": "Number of claims it holds."
    },
    {
      "priority": 0,
      "name": "Reason",
      "type": "string",
      "jsonPath": ".status.conditions[?(@.type==\"Ready\")].reason",
      "description": "Why it is or is not ready."
    },
    {
      "priority": 1,
      "name": "Verdict",
      "type": "string",
      "jsonPath": ".status.verdict",
      "description": "What its loss was judged to be."
    },
    {
      "priority": 1,
      "name": "Parent",
      "type": "string",
      "jsonPath": ".status.tree.parent",
      "description": "Machine through which it is reached."
    },
    {
      "priority": 1,
      "name": "Depth",
      "type": "integer",
      "jsonPath": ".status.tree.depth",
      "description": "How deep in the tree it is."
    },
    {
      "priority": 1,
      "name": "Lent",
      "type": "string",
      "jsonPath": ".status.loan.pool",
      "description": "Pool to which it is lent."
    },
    {
      "priority": 1,
      "name": "Load",
      "type": "number",
      "jsonPath": ".status.attributes['load.1m']",
      "description": "Processes that ran or waited to run, over the last minute."
    },
    {
      "priority": 1,
      "name": "Measured",
      "type": "date",
      "jsonPath": ".status.measuredAt",
      "description": "How long ago its sensors last found something that is noticeably different."
    },
    {
      "priority": 1,
      "name": "Network",
      "type": "string",
      "jsonPath": ".status.coordinates.summary",
      "description": "Its network coordinates in milliseconds, and how far off they are."
    },
    {
      "priority": 1,
      "name": "Boot",
      "type": "string",
      "jsonPath": ".status.bootIdentity",
      "description": "Identity of its current boot."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [
    "spec.poolName",
    "spec.address",
    "spec.unschedulable",
    "status.state"
  ],
  "conditions": {
    "Ready": [
      "AgentReady",
      "DiskPressure",
      "MemoryPressure",
      "Cordoned",
      "Connecting",
      "Lost",
      "Unreachable",
      "AuthenticationFailed",
      "HostKeyChanged",
      "SudoFailed",
      "RuntimeMissing",
      "DiskFull",
      "BootstrapFailed",
      "ProtocolMismatch",
      "Superseded",
      "ReferenceNotFound",
      "AddressTaken",
      "Quarantined",
      "Deleting"
    ],
    "Reconciling": [
      "Progressing",
      "Settled",
      "Connecting",
      "Deleting"
    ],
    "Stalled": [
      "NotStalled",
      "AuthenticationFailed",
      "HostKeyChanged",
      "SudoFailed",
      "RuntimeMissing",
      "DiskFull",
      "ProtocolMismatch",
      "Superseded",
      "ReferenceNotFound",
      "AddressTaken",
      "ResidueHeld"
    ],
    "Reachable": [
      "Connected",
      "Connecting",
      "Unreachable",
      "AuthenticationFailed",
      "HostKeyChanged",
      "Lost"
    ],
    "AgentReady": [
      "AgentReady",
      "AgentDead",
      "Connecting",
      "BootstrapFailed",
      "ProtocolMismatch",
      "Superseded",
      "Lost"
    ],
    "DiskPressure": [
      "EnoughDisk",
      "DiskLow",
      "InodesLow"
    ],
    "MemoryPressure": [
      "EnoughMemory",
      "MemoryLow"
    ],
    "LoadPressure": [
      "LoadNormal",
      "LoadHigh"
    ],
    "Quarantined": [
      "Quarantined",
      "NotQuarantined"
    ],
    "Orphans": [
      "NoOrphans",
      "OrphansFound"
    ]
  }
},
  ResourcePool: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "ResourcePool",
  "plural": "resourcepools",
  "singular": "resourcepool",
  "shortNames": [
    "pool"
  ],
  "categories": [
    "plush"
  ],
  "namespaced": false,
  "hasStatus": true,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Provider",
      "type": "string",
      "jsonPath": ".status.provider",
      "description": "Where its machines come from."
    },
    {
      "priority": 0,
      "name": "Machines",
      "type": "integer",
      "jsonPath": ".status.resources",
      "description": "Machines it has."
    },
    {
      "priority": 0,
      "name": "Ready",
      "type": "integer",
      "jsonPath": ".status.ready",
      "description": "Machines whose agent answers."
    },
    {
      "priority": 0,
      "name": "Claimed",
      "type": "integer",
      "jsonPath": ".status.claimed",
      "description": "Machines that hold a claim."
    },
    {
      "priority": 0,
      "name": "State",
      "type": "string",
      "jsonPath": ".status.state",
      "description": "Summary."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [
    "status.state"
  ],
  "conditions": {
    "Ready": [
      "AllReady",
      "SomeNotReady",
      "NoneReady",
      "Empty",
      "Deleting"
    ],
    "Reconciling": [
      "Progressing",
      "Settled",
      "Deleting"
    ],
    "Stalled": [
      "NotStalled",
      "ReferenceNotFound",
      "NameTaken",
      "AddressTaken",
      "ProviderForbidden",
      "ResidueHeld"
    ],
    "Borrowed": [
      "Lent",
      "Waiting",
      "GoingBack"
    ],
    "Braked": [
      "TooManyFailed",
      "BelowLimit"
    ],
    "Provider": [
      "Answering",
      "Failing"
    ],
    "Scaled": [
      "Settled",
      "Growing",
      "Shrinking",
      "AtMaximum"
    ]
  }
},
  ResourceQuery: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "ResourceQuery",
  "plural": "resourcequeries",
  "singular": "resourcequery",
  "shortNames": [],
  "categories": [],
  "namespaced": true,
  "hasStatus": false,
  "printerColumns": [],
  "selectableFields": [],
  "conditions": {},
  "createOnly": true,
  "verbs": [
    "create"
  ]
},
  ResourceQuota: {
  "group": "",
  "version": "v1",
  "kind": "ResourceQuota",
  "plural": "resourcequotas",
  "singular": "resourcequota",
  "shortNames": [
    "quota"
  ],
  "categories": [],
  "namespaced": true,
  "hasStatus": true,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Request",
      "type": "string",
      "jsonPath": ".status.used",
      "description": "What there is of each that is limited, and the limit."
    },
    {
      "priority": 0,
      "name": "Limit",
      "type": "string",
      "jsonPath": ".status.hard",
      "description": "Of limits.*; always empty here: processes' limits are not summed up."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [],
  "conditions": {}
},
  Role: {
  "group": "rbac.authorization.k8s.io",
  "version": "v1",
  "kind": "Role",
  "plural": "roles",
  "singular": "role",
  "shortNames": [],
  "categories": [],
  "namespaced": true,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Created At",
      "type": "string",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "When it was made."
    }
  ],
  "selectableFields": [],
  "conditions": {}
},
  RoleBinding: {
  "group": "rbac.authorization.k8s.io",
  "version": "v1",
  "kind": "RoleBinding",
  "plural": "rolebindings",
  "singular": "rolebinding",
  "shortNames": [],
  "categories": [],
  "namespaced": true,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Role",
      "type": "string",
      "jsonPath": ".roleRef",
      "description": "The role that is given."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    },
    {
      "priority": 1,
      "name": "Users",
      "type": "string",
      "jsonPath": ".subjects",
      "description": "Users who get the role."
    },
    {
      "priority": 1,
      "name": "Groups",
      "type": "string",
      "jsonPath": ".subjects",
      "description": "Groups that get the role."
    },
    {
      "priority": 1,
      "name": "ServiceAccounts",
      "type": "string",
      "jsonPath": ".subjects",
      "description": "Service accounts that get the role."
    }
  ],
  "selectableFields": [],
  "conditions": {}
},
  Secret: {
  "group": "",
  "version": "v1",
  "kind": "Secret",
  "plural": "secrets",
  "singular": "secret",
  "shortNames": [],
  "categories": [],
  "namespaced": true,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Type",
      "type": "string",
      "jsonPath": ".type",
      "description": "What its data mean."
    },
    {
      "priority": 0,
      "name": "Data",
      "type": "integer",
      "jsonPath": ".data",
      "description": "Number of keys."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [
    "type"
  ],
  "conditions": {}
},
  Service: {
  "group": "",
  "version": "v1",
  "kind": "Service",
  "plural": "services",
  "singular": "service",
  "shortNames": [
    "svc"
  ],
  "categories": [],
  "namespaced": true,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [],
  "conditions": {},
  "verbs": [
    "get",
    "list",
    "watch"
  ]
},
  ServiceAccount: {
  "group": "",
  "version": "v1",
  "kind": "ServiceAccount",
  "plural": "serviceaccounts",
  "singular": "serviceaccount",
  "shortNames": [
    "sa"
  ],
  "categories": [],
  "namespaced": true,
  "hasStatus": false,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Secrets",
      "type": "integer",
      "jsonPath": ".secrets",
      "description": "Number of secrets."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [],
  "conditions": {}
},
  Software: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "Software",
  "plural": "software",
  "singular": "software",
  "shortNames": [
    "sw"
  ],
  "categories": [
    "plush"
  ],
  "namespaced": true,
  "hasStatus": true,
  "printerColumns": [
    {
      "priority": 0,
      "name": "State",
      "type": "string",
      "jsonPath": ".status.state",
      "description": "Summary."
    },
    {
      "priority": 0,
      "name": "Digest",
      "type": "string",
      "jsonPath": ".status.digest",
      "description": "Digest of the package."
    },
    {
      "priority": 1,
      "name": "Size",
      "type": "integer",
      "jsonPath": ".status.size",
      "description": "Bytes of the package."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [
    "status.state"
  ],
  "conditions": {
    "Ready": [
      "Fetched",
      "NothingToFetch",
      "Fetching",
      "FetchFailed",
      "DigestMismatch",
      "BlobMissing",
      "Forbidden",
      "ReferenceNotFound",
      "GitMissing",
      "RefNotFound"
    ],
    "Reconciling": [
      "Fetching",
      "Settled",
      "Retrying"
    ],
    "Stalled": [
      "NotStalled",
      "DigestMismatch",
      "BlobMissing",
      "Forbidden",
      "UnknownFormat",
      "ReferenceNotFound",
      "GitMissing",
      "RefNotFound"
    ]
  }
},
  Token: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "Token",
  "plural": "tokens",
  "singular": "token",
  "shortNames": [],
  "categories": [],
  "namespaced": false,
  "hasStatus": true,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Subject",
      "type": "string",
      "jsonPath": ".status.subject",
      "description": "Whom it stands for."
    },
    {
      "priority": 0,
      "name": "Expires",
      "type": "string",
      "jsonPath": ".spec.expires",
      "description": "When it ends."
    },
    {
      "priority": 0,
      "name": "Last Used",
      "type": "date",
      "jsonPath": ".status.lastUsed",
      "description": "Time since its last use, to the hour."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    },
    {
      "priority": 1,
      "name": "Groups",
      "type": "string",
      "jsonPath": ".spec.groups",
      "description": "Groups that the user is in."
    }
  ],
  "selectableFields": [
    "spec.user",
    "status.subject"
  ],
  "conditions": {}
},
  WorkChunk: {
  "group": "plush.dev",
  "version": "v1",
  "kind": "WorkChunk",
  "plural": "workchunks",
  "singular": "workchunk",
  "shortNames": [],
  "categories": [],
  "namespaced": true,
  "hasStatus": true,
  "printerColumns": [
    {
      "priority": 0,
      "name": "Phase",
      "type": "string",
      "jsonPath": ".spec.phaseName",
      "description": "Its phase."
    },
    {
      "priority": 0,
      "name": "Round",
      "type": "integer",
      "jsonPath": ".spec.round",
      "description": "Round of the phase."
    },
    {
      "priority": 0,
      "name": "First",
      "type": "integer",
      "jsonPath": ".spec.first",
      "description": "Number of its first item."
    },
    {
      "priority": 0,
      "name": "Items",
      "type": "integer",
      "jsonPath": ".spec.count",
      "description": "Items in it."
    },
    {
      "priority": 0,
      "name": "Age",
      "type": "date",
      "jsonPath": ".metadata.creationTimestamp",
      "description": "Time since creation."
    }
  ],
  "selectableFields": [
    "spec.phaseName"
  ],
  "conditions": {
    "Ready": [
      "Settled"
    ],
    "Reconciling": [
      "Settled"
    ],
    "Stalled": [
      "NotStalled"
    ]
  }
},
};
