import type { ObjectUsage, StoredObject } from '../../wire/index.ts'
import type { ListView } from '../output/print.ts'

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
    { title: 'col.storedBytes', cell: (one) => String(one.stored_bytes) },
    { title: 'col.quotaBytes', cell: (one) => String(one.quota_bytes) },
    { title: 'col.bytesIn', cell: (one) => String(one.bytes_in) },
    { title: 'col.bytesOut', cell: (one) => String(one.bytes_out) },
  ],
  name: (one) => String(one.stored_bytes),
}
