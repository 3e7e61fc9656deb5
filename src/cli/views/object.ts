import type { ObjectUsage, StoredObject } from '../../wire/index.ts'
import type { ListView } from '../output/print.ts'
import { bytesOf } from '../output/values.ts'

export const objectView: ListView<StoredObject> = {
  columns: [
    { title: 'col.digest', cell: (one) => one.digest },
    { title: 'col.bytes', cell: (one) => String(one.size_bytes), right: true },
  ],
  name: (one) => one.digest,
  empty: 'empty.objects',
}

export const objectUsageView: Pick<ListView<ObjectUsage>, 'columns' | 'name'> = {
  columns: [
    { title: 'col.objects', cell: (one) => String(one.objects) },
    { title: 'col.stored', cell: (one) => bytesOf(one.stored_bytes) },
    { title: 'col.quota', cell: (one) => bytesOf(one.quota_bytes) },
    { title: 'col.bytesIn', cell: (one) => bytesOf(one.bytes_in) },
    { title: 'col.bytesOut', cell: (one) => bytesOf(one.bytes_out) },
  ],
  name: (one) => String(one.stored_bytes),
}
