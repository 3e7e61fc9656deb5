import { existsSync } from 'node:fs'
import pg from 'pg'
import { expect, test } from 'vitest'
import { startPostgres } from '../tools/postgres.ts'

test('a test gets an empty PostgreSQL of its own, and its files go with it', async () => {
  const postgres = await startPostgres()
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  const tables = await client.query('select * from pg_stat_user_tables')
  const folders = await client.query<{ folder: string }>(
    "select current_setting('unix_socket_directories') as folder",
  )
  await client.end()
  expect(tables.rows).toEqual([])
  const folder = folders.rows[0]?.folder ?? ''
  expect(existsSync(folder)).toBe(true)
  await postgres.stop()
  expect(existsSync(folder)).toBe(false)
})
