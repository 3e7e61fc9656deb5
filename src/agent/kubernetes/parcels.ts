/** A packed folder (tar) to be unpacked below a folder of the pod. */
export interface Parcel {
  readonly tar: string
  readonly to: string
}

/** Something of a pod that is fetched after the end. */
export interface Order {
  /** folder as the courier sees it, and what of it is wanted */
  readonly from: string
  readonly name: string
  /** file on this machine that the tar is written to */
  readonly tar: string
  /** folder on this machine that it is unpacked into */
  readonly to: string
}
