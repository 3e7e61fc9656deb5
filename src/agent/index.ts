/** Door of `agent`: the seller's daemon inspects, measures, runs and meters this machine. */
export { QUICK, type Effort } from './evaluate/effort.ts'
export { evaluate } from './evaluate/evaluate.ts'
export type { Measurement } from './evaluate/evaluate.ts'
export { runTool } from './evaluate/tools/run-tool.ts'
export { ALL_TOOLS, NO_TOOLS } from './evaluate/tools/measure-tools.ts'
export type { ToolChoice } from './evaluate/tools/tool.ts'
export { signReport } from './evaluate/report.ts'
export type { ReportFile } from './evaluate/report.ts'
export { Refused } from './link.ts'
export { loadIdentity, verifySignature } from './identity.ts'
export type { Identity } from './identity.ts'
export { findDevices } from './inspect/devices.ts'
export { inspect, inspectElsewhere } from './inspect/inspect.ts'
export type { Inspection } from './inspect/inspect.ts'
export { decodeFrames } from './run/log-file.ts'
export type { LogFrame } from './run/log-file.ts'
export { setNotice } from './run/notice.ts'
export { runInside, setFunding, startWorkload } from './run/workload.ts'
export type { InsideResult, WorkloadHandle } from './run/workload.ts'
export type { ExitRecord, NoticeText, StopOrder } from './lease-folder.ts'
export { slurmDriver } from './drivers/slurm/slurm.ts'
export { SLURM_SETTINGS, slurmOptions } from './drivers/slurm/options.ts'
export type { SlurmOptions } from './drivers/slurm/options.ts'
export { processDriver } from './drivers/process.ts'
export { dockerDriver } from './drivers/docker.ts'
export { ociDriver } from './drivers/oci/oci.ts'
export { findCgroups, NO_CGROUPS } from './cgroup/find.ts'
export type { ExecSession } from './exec/session.ts'
export { engineSockets } from './inspect/engines.ts'
export { adopt } from './run/launch.ts'
export type {
  Allocation,
  AllocationRequest,
  AllocationUsage,
  Capabilities,
  ClusterDriver,
  Driver,
  DriverFacts,
  Machine,
  DriverName,
  Probe,
  Task,
} from './drivers/driver.ts'
export { monotonicMs } from './clock.ts'
export type {
  Assigned,
  AssignedChallenge,
  AssignedWorkload,
  Attestation,
  ExchangeLink,
  LinkEvents,
  LogChunk,
  MeterReport,
  NodeFacts,
  StandingOffer,
  WorkloadReport,
} from './link.ts'
export { isPassing } from './node/outcome.ts'
export { leasesFolder, NodeAgent } from './node/node-agent.ts'
export type { NodeAgentOptions } from './node/node-agent.ts'
export { Remeasurer } from './node/remeasure.ts'
export { usualOffering, wholeOffering } from './offering.ts'
export type { Offering } from './offering.ts'
export { fileSource } from './file-source.ts'
export { clientLink, nodeClient } from './client-link.ts'
export { registerNode } from './register-node.ts'
export type { NodeRegistration } from './register-node.ts'
export { CHOSEN_DRIVERS, chooseDriver, probed, LOCAL_DRIVERS } from './drivers/choose.ts'
export type { Choice } from './drivers/choose.ts'
export type { DockerOptions } from './drivers/docker.ts'
export { Cluster, KubernetesError } from './kubernetes/cluster.ts'
export { kubernetesDriver } from './drivers/kubernetes/driver.ts'
export { ALL_NODES, fleetNodes } from './drivers/kubernetes/fleet-nodes.ts'
export type { FleetNode } from './drivers/kubernetes/fleet-nodes.ts'
export { kubernetesOptions } from './drivers/kubernetes/options.ts'
export type { KubernetesOptions } from './drivers/kubernetes/options.ts'
export { copyFile, tarEntries, unpackTar } from './unpack.ts'
export { MatrixProof } from './proof/matrix.ts'
export { MemoryProof, fillMemory } from './proof/memory.ts'
export { WitnessProof, runChain } from './proof/witness.ts'
