-- SPDX-License-Identifier: Apache-2.0
--
-- Files that were taken out: who, what, when, and by which digest the file is known again.

-- An approved wish to have a file with personal data: for one person, for a day.
CREATE TABLE export_grant (
    id {ID},
    organiser_id {INT} NOT NULL,
    account_id {INT} NOT NULL,
    campaign_id {INT} NOT NULL,              -- 0: all of the organiser's.
    from_ms {INT} NOT NULL,
    to_ms {INT} NOT NULL,
    reason TEXT NOT NULL,
    granted_ms {INT} NOT NULL,
    expires_ms {INT} NOT NULL
) {STRICT};
CREATE INDEX export_grant_of ON export_grant (account_id, expires_ms);

-- state: 1 under way (or cut off with its server), 2 whole, 3 cut off. account_id 0: a command.
CREATE TABLE export_log (
    id {ID},
    organiser_id {INT} NOT NULL,
    account_id {INT} NOT NULL,
    kind TEXT NOT NULL,
    campaign_id {INT} NOT NULL,
    from_ms {INT} NOT NULL,
    to_ms {INT} NOT NULL,
    grant_id {INT} REFERENCES export_grant (id),
    state {INT} NOT NULL CHECK (state BETWEEN 1 AND 3),
    begun_ms {INT} NOT NULL,
    ended_ms {INT} NOT NULL DEFAULT 0,
    row_count {INT} NOT NULL DEFAULT 0,
    bytes {INT} NOT NULL DEFAULT 0,
    sha256 TEXT NOT NULL DEFAULT ''
) {STRICT};
CREATE INDEX export_log_organiser ON export_log (organiser_id, id);
