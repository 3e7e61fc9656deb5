import { bool, list, struct, text, u16, u32, u8, type Infer } from '../kernel/index.ts'

/** What a machine is. Only lasting facts, so that the digest changes when the machine does. */
export const inventory = struct({
  format: u16,
  platform: text(32),
  kernel: text(128),
  architecture: text(32),
  cpuModel: text(128),
  isaLevel: text(32),
  virtual: bool,
  /** logical processors this process may use */
  cores: u32,
  memoryMib: u32,
  diskMib: u32,
  gpus: list(
    struct({ uuid: text(64), name: text(96), memoryMib: u32, busId: text(32), driver: text(32) }),
    64,
  ),
  engines: list(struct({ name: text(32), where: text(1_024) }), 32),
  /** 0 is none */
  cgroupVersion: u8,
  cgroupWritable: bool,
})
export type Inventory = Infer<typeof inventory>
