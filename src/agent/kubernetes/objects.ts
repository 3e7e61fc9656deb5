/** The parts of Kubernetes' objects that matter here: API v1 as of 1.20, unchanged since. */
export interface Metadata {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly deletionTimestamp?: string
  readonly deletionGracePeriodSeconds?: number
}

export interface Manifest {
  readonly metadata: Metadata
}

export interface ContainerStatus {
  readonly name: string
  readonly imageID?: string
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string }
    readonly running?: { readonly startedAt?: string }
    readonly terminated?: Terminated
  }
}
export interface Terminated {
  readonly exitCode: number
  readonly signal?: number
  readonly reason?: string
  readonly message?: string
  readonly finishedAt?: string | null
}

export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

export interface Pod extends Manifest {
  readonly status?: {
    readonly phase?: string
    readonly reason?: string
    readonly message?: string
    readonly conditions?: readonly Condition[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

export interface Taint {
  readonly key: string
  readonly effect: string
}

export interface Node extends Manifest {
  readonly spec?: {
    /** cordoned */
    readonly unschedulable?: boolean
    readonly taints?: readonly Taint[]
  }
  readonly status?: {
    readonly conditions?: readonly Condition[]
    readonly images?: readonly { readonly names?: readonly string[] | null }[]
    readonly allocatable?: Readonly<Record<string, string>>
    readonly nodeInfo?: { readonly bootID?: string }
  }
}

export interface Quota extends Manifest {
  readonly status?: { readonly hard?: Readonly<Record<string, string>> }
}

export interface ListOf<T> {
  readonly metadata: { readonly resourceVersion?: string }
  readonly items: readonly T[]
}

/** One line of a watch; an ERROR carries a Status. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: T
}

/** What the API answers an error with. */
export interface Status {
  readonly status?: string
  readonly reason?: string
  readonly message?: string
  readonly code?: number
  readonly details?: {
    readonly causes?: readonly { readonly reason?: string; readonly message?: string }[]
  }
}

/** What the kubelet counts on a node (`/stats/summary`). */
export interface Summary {
  readonly pods?: readonly PodStats[]
}
export interface PodStats {
  readonly podRef: { readonly name: string; readonly namespace: string; readonly uid: string }
  readonly cpu?: { readonly usageCoreNanoSeconds?: number }
  readonly containers?: readonly {
    readonly name: string
    readonly cpu?: { readonly usageCoreNanoSeconds?: number }
    readonly memory?: { readonly workingSetBytes?: number; readonly usageBytes?: number }
  }[]
}
