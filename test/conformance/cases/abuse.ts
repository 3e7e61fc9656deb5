import { equal } from 'node:assert/strict'
import { createServer, type AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { end, printed } from '../bench.ts'
import { NotShown, type ConformanceCase } from '../case.ts'
import { alike } from '../expect.ts'

/** Files by which a program could change the machine or its own limits. */
const WRITES =
  '/proc/sysrq-trigger /proc/sys/kernel/hostname /proc/sys/kernel/core_pattern /proc/sys/vm/drop_caches ' +
  '/sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/*/cgroup.procs ' +
  '/sys/fs/cgroup/memory/memory.limit_in_bytes /sys/kernel/uevent_helper /sys/power/state'
/** Files that show the memory, the disks or the messages of the machine. */
const READS = '/proc/kcore /proc/kmsg /dev/mem /dev/kmsg /dev/sda /dev/vda /dev/nvme0n1'

/** What a tenant who means harm tries. */
export const ABUSE: readonly ConformanceCase[] = [
  {
    id: 'abuse.kernel-files',
    title: 'nothing of /proc, /sys and the control groups can be written, no device read',
    needs: ['isolation'],
    run: async (bench) => {
      const { stdout } = await bench.shell(
        `for f in ${WRITES}; do (echo 1 > "$f") 2>/dev/null && echo "wrote $f"; done; ` +
          `for f in ${READS}; do head -c 1 "$f" >/dev/null 2>&1 && echo "read $f"; done; echo end`,
      )
      equal(stdout, 'end\n')
    },
  },
  {
    id: 'abuse.mounts',
    title: 'nothing can be mounted and no device be opened by a file made for it',
    needs: ['isolation'],
    run: async (bench) => {
      const { stdout } = await bench.shell(
        '(mount -t tmpfs none /work && echo mounted; mount -o remount,rw / && echo writable; ' +
          'mount -t proc none /tmp && echo proc; mknod /work/d b 8 0 && echo block; ' +
          'mknod /tmp/m c 1 1 && head -c 1 /tmp/m && echo memory) 2>/dev/null; echo end',
      )
      equal(stdout, 'end\n')
    },
  },
  {
    id: 'abuse.namespaces',
    title: 'a program cannot make itself a new user namespace, in which it would have privileges',
    needs: ['isolation'],
    run: async (bench) => {
      const { stdout } = await bench.shell(
        'command -v unshare >/dev/null || echo missing; unshare -U true 2>/dev/null && echo made; echo end',
      )
      if (stdout.includes('missing')) throw new NotShown('there is no program to try it with')
      equal(stdout, 'end\n')
    },
  },
  {
    id: 'abuse.network',
    title: 'neither this machine, nor its neighbours, nor a metadata service can be reached',
    needs: ['isolation'],
    run: async (bench) => {
      let reached = 0
      const server = createServer((socket) => {
        reached++
        socket.destroy()
      })
      await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
      const { port } = server.address() as AddressInfo
      try {
        const own = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
        const hosts = own.filter(({ family }) => family === 'IPv4').map(({ address }) => address)
        const targets = [...hosts.map((host) => `${host} ${port}`), '169.254.169.254 80']
        const { stdout } = await bench.shell(
          `t() { if command -v bash >/dev/null; then timeout 3 bash -c "exec 3<>/dev/tcp/$1/$2"; ` +
            `elif command -v nc >/dev/null; then nc -w 2 "$1" "$2" </dev/null; else echo missing; fi; }; ` +
            targets.map((each) => `t ${each} 2>/dev/null && echo reached`).join('; ') +
            '; echo end',
        )
        if (stdout.includes('missing')) throw new NotShown('there is no program to try it with')
        equal(stdout, 'end\n')
        equal(reached, 0)
      } finally {
        server.close()
      }
    },
  },
  {
    id: 'abuse.tenants',
    title: "another tenant's files are not seen and its programs not ended",
    needs: ['isolation'],
    run: async (bench) => {
      const theirs = await bench.open()
      const script = 'echo secret > note; chmod 777 . note; echo up; sleep 98765; echo over'
      const victim = await bench.start({ command: ['sh', '-c', script] }, theirs)
      await printed(victim, 'up')
      // Written so that its own command line does not have the mark that it looks for.
      const { stdout } = await bench.shell(
        `cat "${victim.folder}/work/note" "${theirs.folder}"/workloads/*/work/note /proc/[0-9]*/root/work/note 2>/dev/null; ` +
          `for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline 2>/dev/null | grep -q 'sleep 9876''5' ` +
          `&& kill -9 \${p#/proc/} && echo killed; done; echo end`,
      )
      equal(stdout, 'end\n')
      equal(victim.exit(), null)
      victim.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 0 })
      await end(victim)
    },
  },
  {
    id: 'abuse.fork-bomb',
    title: 'a program that forks for ever leaves its neighbour alone and ends when told',
    needs: ['isolation', 'limits at every instant'],
    run: async (bench) => {
      const mean = await bench.open()
      const bomb = await bench.start(
        { command: ['sh', '-c', 'trap "" TERM; echo up; b() { while :; do b & done; }; b'] },
        mean,
      )
      await printed(bomb, 'up')
      await sleep(1_000)
      alike(await bench.shell('echo fine'), { exitCode: 0, stdout: 'fine\n' })
      bomb.stop({ end: 'LEASE_CLOSED', graceSeconds: 0 })
      // By our order, or by itself when it was refused what it wanted.
      await end(bomb)
      await bench.driver.closeAllocation(mean)
    },
  },
]
