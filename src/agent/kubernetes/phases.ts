import type { Ending } from '../run/plan.ts'
import type { ContainerStatus, Pod, Terminated } from './objects.ts'

/** The container of a pod that runs the buyer's program. */
export const MAIN = 'main'
/** The init container that waits for the inputs. */
export const INPUTS = 'inputs'

/** How a pod stands, as far as its keeper must know. */
export type Standing =
  | { readonly at: 'waiting' }
  /** no node has room for it */
  | { readonly at: 'unscheduled'; readonly why: string }
  /** the courier waits for the inputs */
  | { readonly at: 'inputs' }
  | { readonly at: 'running' }
  | { readonly at: 'ended'; readonly ending: Ending }
  /** it never ran and never will */
  | {
      readonly at: 'failed'
      readonly code: 'IMAGE_NOT_FOUND' | 'START_FAILED'
      readonly why: string
    }

const KILLED = 137
const NO_IMAGE: ReadonlySet<string> = new Set([
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
])
const NO_START: ReadonlySet<string> = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PreStartHookError',
  'PostStartHookError',
])
/** Words of the kubelet for a program that could not be started at all. */
const CANNOT_RUN: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun'])
const OVER_DISK = /emptydir volume|ephemeral local storage/i

/**
 * The standing of a pod by what the API says of it; null is a pod that is gone. `ordered`: we told
 * it to end. A pod that ended otherwise than by its own program has a typed end, and is never run
 * again.
 */
export function standingOf(pod: Pod | null, ordered: boolean): Standing {
  if (pod === null) return ordered ? ended({}) : ended({ end: 'EVICTED', detail: 'pod deleted' })
  const main = pod.status?.containerStatuses?.find(({ name }) => name === MAIN)
  const over = main?.state?.terminated
  const taken = ordered ? null : takenAway(pod, over)
  if (taken !== null) return { at: 'ended', ending: taken }
  if (over !== undefined) return endOf(over)
  if (main?.state?.running !== undefined) return { at: 'running' }
  return beforeStart(pod, main)
}

function ended(told: Partial<Ending>): Standing {
  return { at: 'ended', ending: { exitCode: KILLED, outOfMemory: false, ...told } }
}

/** The end of a pod that the cluster, or somebody in it, took away; null for any other. */
function takenAway(pod: Pod, over: Terminated | undefined): Ending | null {
  const { status = {}, metadata } = pod
  const told = (end: NonNullable<Ending['end']>, detail: string): Ending => {
    return { exitCode: over?.exitCode ?? KILLED, outOfMemory: false, end, detail }
  }
  const why = status.message ?? status.reason ?? ''
  if (status.reason === 'Evicted') {
    return told(OVER_DISK.test(status.message ?? '') ? 'DISK_FULL' : 'EVICTED', why)
  }
  const disrupted = status.conditions?.find(({ type }) => type === 'DisruptionTarget')
  const lost = status.reason === 'NodeLost' || disrupted?.reason === 'DeletionByTaintManager'
  if (lost) return told('NODE_LOST', why === '' ? (disrupted?.message ?? '') : why)
  if (metadata.deletionTimestamp === undefined) return null
  const graceMs = (metadata.deletionGracePeriodSeconds ?? 0) * 1_000
  const toldMs = Date.parse(metadata.deletionTimestamp) - graceMs
  const byItself = over !== undefined && Date.parse(over.finishedAt ?? '') < toldMs
  // While it still ends in its own time, its last words are waited for.
  if (byItself || (over === undefined && isRunning(pod))) return null
  return told('EVICTED', why === '' ? 'pod deleted' : why)
}

function isRunning(pod: Pod): boolean {
  return pod.status?.containerStatuses?.some(({ state }) => state?.running !== undefined) ?? false
}

function endOf({ exitCode, reason = '', message = '' }: Terminated): Standing {
  if (!CANNOT_RUN.has(reason)) {
    return { at: 'ended', ending: { exitCode, outOfMemory: reason === 'OOMKilled' } }
  }
  // As a shell would say it.
  if (/not found|no such file/i.test(message)) return ended({ exitCode: 127, detail: message })
  if (/permission denied/i.test(message)) return ended({ exitCode: 126, detail: message })
  return { at: 'failed', code: 'START_FAILED', why: message }
}

function beforeStart(pod: Pod, main: ContainerStatus | undefined): Standing {
  const { status = {} } = pod
  const failed = (code: 'IMAGE_NOT_FOUND' | 'START_FAILED', why: string): Standing => {
    return { at: 'failed', code, why }
  }
  const courier = status.initContainerStatuses?.find(({ name }) => name === INPUTS)
  for (const each of [courier, main]) {
    const { reason = '', message = '' } = each?.state?.waiting ?? {}
    const why = `${reason}: ${message}`
    // A courier's image is the provider's own business.
    if (NO_IMAGE.has(reason)) return failed(each === main ? 'IMAGE_NOT_FOUND' : 'START_FAILED', why)
    if (NO_START.has(reason) && !/timed out|cache/i.test(message))
      return failed('START_FAILED', why)
  }
  if (courier?.state?.running !== undefined) return { at: 'inputs' }
  if (status.phase === 'Failed') {
    return failed('START_FAILED', `${status.reason ?? 'failed'}: ${status.message ?? ''}`)
  }
  const scheduled = status.conditions?.find(({ type }) => type === 'PodScheduled')
  return scheduled?.status === 'False'
    ? { at: 'unscheduled', why: scheduled.message ?? '' }
    : { at: 'waiting' }
}
