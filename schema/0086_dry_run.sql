-- SPDX-License-Identifier: Apache-2.0
-- Rules tried on the whole register before anybody orders under them.

-- A row is the whole state of a run: whoever goes on with it needs nothing else. json: the rules
-- tried; base_version: those they are compared with. siren: the register is done up to here, with
-- what was counted so far in counts; done of total companies. at_ms: the instant that is tried.
-- imported_ms: of the register when the run began and, if a newer one came since, mixed is 1.
-- state: 1 waiting, 2 running, 3 done, 4 cancelled, 5 failed.
CREATE TABLE dry_run (
    id           {ID},
    organiser_id {INT} NOT NULL REFERENCES organiser (id),
    campaign_id  {INT} NOT NULL REFERENCES campaign (id),
    draft_id     {INT} NOT NULL REFERENCES campaign_draft (id),
    base_version {INT} NOT NULL,
    json         TEXT NOT NULL,
    digest       {INT} NOT NULL,
    state        {INT} NOT NULL CHECK (state BETWEEN 1 AND 5),
    asked_by     {INT} NOT NULL,
    asked_ms     {INT} NOT NULL,
    began_ms     {INT} NOT NULL DEFAULT 0,
    changed_ms   {INT} NOT NULL,
    at_ms        {INT} NOT NULL,
    siren        {INT} NOT NULL DEFAULT 0,
    done         {INT} NOT NULL DEFAULT 0,
    total        {INT} NOT NULL DEFAULT 0,
    imported_ms  {INT} NOT NULL DEFAULT 0,
    mixed        {INT} NOT NULL DEFAULT 0 CHECK (mixed IN (0, 1)),
    counts       TEXT NOT NULL DEFAULT '',
    stock        TEXT NOT NULL DEFAULT ''  -- What was left, and the pace of orders, when it ended.
){STRICT};
CREATE INDEX dry_run_draft ON dry_run (draft_id, id);
CREATE INDEX dry_run_campaign ON dry_run (campaign_id);
CREATE INDEX dry_run_organiser ON dry_run (organiser_id);
