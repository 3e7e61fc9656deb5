import { grade, isolation } from '../../messages/index.ts'
import { Closed, Text, U32, Word, type Static } from '../schema.ts'

/** Whole cores, MiB, MiB, accelerator cards. */
export const Resources = Closed({ cores: U32, memory_mib: U32, disk_mib: U32, cards: U32 })
export type Resources = Static<typeof Resources>

/** A name in both languages. */
export const LocalText = Closed({ en: Text({ maxLength: 96 }), zh: Text({ maxLength: 96 }) })

export const Grade = Word(grade)
export const Isolation = Word(isolation)
export const Currency = Text({ description: 'ISO 4217, or an asset code of the venue' })
