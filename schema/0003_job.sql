-- SPDX-License-Identifier: Apache-2.0
-- Work that happens later. A row waits until due_ms; a runner that takes it moves due_ms to the
-- end of its lease, so that the work of a runner that died is due again by itself.

CREATE TABLE job (
    id         {ID},
    kind       TEXT NOT NULL,              -- As in src/jobs.h, whose order may change.
    subject_id {INT} NOT NULL,
    args       TEXT NOT NULL,
    rule       {INT} NOT NULL CHECK (rule BETWEEN 0 AND 2), -- 0 plain, 1 once, 2 periodic
    due_ms     {INT} NOT NULL,
    timeout_ms {INT} NOT NULL CHECK (timeout_ms > 0),
    attempt    {INT} NOT NULL DEFAULT 0,   -- Of this work, from 1 when it first runs.
    lease      {INT} NOT NULL DEFAULT 0,   -- Counts every taking; only the last one may finish it.
    leased     {INT} NOT NULL DEFAULT 0 CHECK (leased IN (0, 1)),
    once_key   TEXT,                       -- Set while a "once" job waits, always when periodic.
    created_ms {INT} NOT NULL,
    dead_ms    {INT},                      -- Given up then; kept for a person to look at.
    error      TEXT                        -- How the last run ended.
){STRICT};
CREATE INDEX job_due ON job (due_ms) WHERE dead_ms IS NULL;
CREATE INDEX job_dead ON job (dead_ms) WHERE dead_ms IS NOT NULL;
CREATE UNIQUE INDEX job_once ON job (once_key) WHERE once_key IS NOT NULL;
