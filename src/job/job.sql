-- SPDX-License-Identifier: Apache-2.0
-- The queue. A row is finished by its last taker only: WHERE id = and lease =.

-- job_add: kind, subject_id, args, due_ms, timeout_ms, created_ms
INSERT INTO job (kind, subject_id, args, rule, due_ms, timeout_ms, created_ms)
VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6);

-- A waiting job is pulled forward, unless it pauses after a failure.
-- job_add_once: kind, subject_id, args, due_ms, timeout_ms, created_ms, once_key
INSERT INTO job (kind, subject_id, args, rule, due_ms, timeout_ms, created_ms, once_key)
VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7)
ON CONFLICT (once_key) WHERE once_key IS NOT NULL
DO UPDATE SET due_ms = excluded.due_ms
 WHERE job.attempt = 0 AND job.due_ms > excluded.due_ms;

-- job_add_period: kind, due_ms, timeout_ms, created_ms, once_key
INSERT INTO job (kind, subject_id, args, rule, due_ms, timeout_ms, created_ms, once_key)
VALUES (?1, 0, '', 2, ?2, ?3, ?4, ?5)
ON CONFLICT (once_key) WHERE once_key IS NOT NULL DO NOTHING;

-- A period made shorter since counts from now.
-- job_period_shorten: once_key, latest_due_ms
UPDATE job SET due_ms = ?2
 WHERE once_key = ?1 AND leased = 0 AND due_ms > ?2;

-- job_next:
SELECT due_ms FROM job WHERE dead_ms IS NULL ORDER BY due_ms LIMIT 1;

-- job_take [sqlite]: now, count, kind_left_out
UPDATE job
   SET attempt = attempt + 1, lease = lease + 1, leased = 1, due_ms = ?1 + timeout_ms,
       once_key = CASE WHEN rule = 2 THEN once_key END
 WHERE id IN (SELECT id FROM job
               WHERE dead_ms IS NULL AND due_ms <= ?1 AND kind <> ?3
               ORDER BY due_ms LIMIT ?2)
RETURNING id, kind, subject_id, args, attempt, lease, rule;

-- Materialized: a subquery that the planner puts inside a loop is run once for each row, finds the
-- rows before locked, and gives the next ones instead.
-- job_take [pg]: now, count, kind_left_out
WITH due AS MATERIALIZED (
    SELECT id FROM job
     WHERE dead_ms IS NULL AND due_ms <= ?1 AND kind <> ?3
     ORDER BY due_ms LIMIT ?2 FOR UPDATE SKIP LOCKED)
UPDATE job
   SET attempt = attempt + 1, lease = lease + 1, leased = 1, due_ms = ?1 + timeout_ms,
       once_key = CASE WHEN rule = 2 THEN once_key END
  FROM due
 WHERE job.id = due.id
RETURNING job.id, kind, subject_id, args, attempt, lease, rule;

-- job_done: id, lease
DELETE FROM job WHERE id = ?1 AND lease = ?2;

-- job_again: id, lease, due_ms, error, once_key
UPDATE job SET leased = 0, due_ms = ?3, error = ?4, once_key = ?5
 WHERE id = ?1 AND lease = ?2;

-- job_period_again: id, lease, due_ms, error, timeout_ms
UPDATE job SET leased = 0, attempt = 0, due_ms = ?3, error = ?4, timeout_ms = ?5
 WHERE id = ?1 AND lease = ?2;

-- job_dead: id, lease, now, error
UPDATE job SET leased = 0, dead_ms = ?3, error = ?4
 WHERE id = ?1 AND lease = ?2;

-- This program does not know the kind; another node's may.
-- job_put_back: id, lease, due_ms
UPDATE job SET leased = 0, attempt = attempt - 1, due_ms = ?3
 WHERE id = ?1 AND lease = ?2;

-- job_retry: id, now
UPDATE job SET dead_ms = NULL, attempt = 0, due_ms = ?2
 WHERE id = ?1 AND dead_ms IS NOT NULL;

-- job_purge: before, count
DELETE FROM job
 WHERE id IN (SELECT id FROM job WHERE dead_ms IS NOT NULL AND dead_ms < ?1
               ORDER BY dead_ms LIMIT ?2);

-- Counted up to a bound, so that a long queue does not make the counting long.
-- job_counts: now, bound
SELECT (SELECT count(*) FROM (SELECT 1 FROM job
                               WHERE dead_ms IS NULL AND due_ms <= ?1 LIMIT ?2) AS due),
       (SELECT count(*) FROM (SELECT 1 FROM job WHERE dead_ms IS NOT NULL LIMIT ?2) AS dead)
 LIMIT 1;

-- job_kinds:
SELECT kind, count(*), CAST(sum(leased) AS BIGINT),
       CAST(sum(CASE WHEN dead_ms IS NULL THEN 0 ELSE 1 END) AS BIGINT), min(due_ms)
  FROM job
 GROUP BY kind
 ORDER BY kind
 LIMIT 200;

-- job_dead_list: count
SELECT id, kind, subject_id, attempt, created_ms, dead_ms, error
  FROM job
 WHERE dead_ms IS NOT NULL
 ORDER BY dead_ms DESC
 LIMIT ?1;
