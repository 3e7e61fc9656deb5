/** How a Slurm cluster is reached: written into plans, so that a supervisor can reach it alone. */
export interface SlurmAccess {
  /** slurmrestd: `http://host:port` or `unix:/path/to/socket` */
  readonly url: string
  /** user under whose name jobs run; slurmrestd refuses root and Slurm's own user */
  readonly user: string
  /** key file of auth/jwt, from which tokens are minted; null where the site hands tokens out */
  readonly keyFile: string | null
  /** file with a token that the site keeps fresh; read again for every call */
  readonly tokenFile: string | null
  /** slurm.conf of the cluster, for the commands that have no REST call */
  readonly confFile: string
}
