-- SPDX-License-Identifier: Apache-2.0
-- Dangerous acts that a second person of the organiser must approve.

-- state: 1 asked, 2 approved (and carried out), 3 refused, 4 withdrawn, 5 expired. trouble: why the
-- last try to carry it out could not be done, as the approver was told; it stays open then.
CREATE TABLE act_request (
    id           {ID},
    organiser_id {INT} NOT NULL,
    act          TEXT NOT NULL,
    subject_id   {INT} NOT NULL,
    args         TEXT NOT NULL,
    summary      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    asked_by     {INT} NOT NULL,
    asked_ms     {INT} NOT NULL,
    expires_ms   {INT} NOT NULL,
    state        {INT} NOT NULL CHECK (state BETWEEN 1 AND 5),
    decided_by   {INT} NOT NULL DEFAULT 0,
    decided_ms   {INT} NOT NULL DEFAULT 0,
    decided_why  TEXT NOT NULL DEFAULT '',
    trouble      TEXT NOT NULL DEFAULT '',
    CHECK (decided_by <> asked_by OR state IN (1, 4, 5))
){STRICT};
CREATE INDEX act_request_organiser ON act_request (organiser_id, id);
CREATE INDEX act_request_waiting ON act_request (organiser_id, act, subject_id) WHERE state = 1;
CREATE INDEX act_request_expires ON act_request (expires_ms) WHERE state = 1;

-- Of few people only: those of an organiser.
CREATE INDEX account_organiser ON account (organiser_id) WHERE organiser_id IS NOT NULL;
