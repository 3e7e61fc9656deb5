import type pg from 'pg'

/** Number of the advisory lock that a leader holds. A hint only: the epoch decides. */
export const LEADER_LOCK = 0x5355_414e
/** Channel on which every append tells the last seq. */
export const CHANNEL = 'suan_journal'

/** SQLSTATE of an append under an epoch that is over, and under settings that may lose it. */
export const FENCED = 'FE001'
export const UNSAFE = 'FE002'

/**
 * One row is one append. `durable_through` is the seq up to which everything was acknowledged when
 * the row was written: a row that is seen may not have reached the synchronous standby (its wait was
 * cancelled, or the primary restarted in the middle), what it says has.
 *
 * `all_acknowledge`: of several standbys of which some suffice nobody knows which has a record, so the
 * wrong one may be promoted. Each that is named must have acknowledged, and no pattern may stand for
 * others. What is written in a way that this does not read is refused. `weakness`: the setting of this
 * session under which a committed record may not survive the loss of a machine, null when there is none.
 */
const TABLES = `
create schema suan_journal;
create table suan_journal.writer (id int primary key check (id = 1), epoch bigint not null);
insert into suan_journal.writer values (1, 0);
create table suan_journal.batch (
  first_seq bigint primary key,
  last_seq bigint not null check (last_seq >= first_seq),
  epoch bigint not null,
  durable_through bigint not null check (durable_through < first_seq),
  hash bytea not null check (length(hash) = 32),
  records bytea not null
);
alter table suan_journal.batch alter records set storage external;
create function suan_journal.all_acknowledge(names text) returns boolean immutable language plpgsql
as $names$
declare
  form text[] := regexp_match(
    names, '^\\s*(?:(?:(?:any|first)\\s+)?(\\d+)\\s*\\(([^()]+)\\)|([^()]+))$', 'i'
  );
  list text := coalesce(form[2], form[3]);
begin
  return coalesce(position('*' in list) = 0
    and cardinality(string_to_array(list, ',')) = coalesce(form[1]::int, 1), false);
end $names$;
create function suan_journal.weakness(alone boolean) returns text stable language sql
as $weakness$
  select case
    when current_setting('fsync') <> 'on' then 'fsync'
    when current_setting('synchronous_commit') not in ('on', 'remote_apply')
      then 'synchronous_commit'
    when not alone
      and not suan_journal.all_acknowledge(current_setting('synchronous_standby_names'))
      then 'synchronous_standby_names'
    end
$weakness$;
create function suan_journal.append(
  own_epoch bigint, first_seq bigint, last_seq bigint, durable bigint, hash bytea, records bytea,
  alone boolean
) returns void language plpgsql as $append$
declare
  in_force bigint;
  newest bigint;
  weak text;
begin
  select epoch into in_force from suan_journal.writer where id = 1 for share;
  if in_force <> own_epoch then
    raise exception 'epoch % is in force', in_force using errcode = '${FENCED}';
  end if;
  weak := suan_journal.weakness(alone);
  if weak is not null then
    raise exception '%', weak using errcode = '${UNSAFE}', detail = current_setting(weak);
  end if;
  select max(batch.last_seq) into newest from suan_journal.batch
    where batch.first_seq = (select max(b.first_seq) from suan_journal.batch b);
  if coalesce(newest, 0) + 1 <> append.first_seq then
    raise exception 'the last seq is %', newest using errcode = '${FENCED}';
  end if;
  insert into suan_journal.batch values
    (append.first_seq, append.last_seq, own_epoch, durable, append.hash, append.records);
  perform pg_notify('${CHANNEL}', append.last_seq::text);
end $append$`

/** Makes the tables when they are not there. Two that come at once: the second waits. */
export async function makeTables(client: pg.Client): Promise<void> {
  await client.query(`select pg_advisory_lock(${LEADER_LOCK}, 1)`)
  try {
    if (!(await hasTables(client))) await client.query(TABLES)
  } finally {
    await client.query(`select pg_advisory_unlock(${LEADER_LOCK}, 1)`)
  }
}

export async function hasTables(client: pg.Client): Promise<boolean> {
  const text = `select to_regclass('suan_journal.batch') is not null as found`
  const { rows } = await client.query<{ found: boolean }>(text)
  return rows[0]?.found === true
}
