-- SPDX-License-Identifier: Apache-2.0
-- What an organiser's people do: never changed, never removed.

CREATE TABLE audit (
    id           {ID},
    organiser_id {INT} NOT NULL,     -- 0: the command line.
    account_id   {INT} NOT NULL,     -- 0: the program or the command line.
    act          TEXT NOT NULL,
    subject      TEXT NOT NULL,
    subject_id   {INT} NOT NULL,
    before_json  TEXT NOT NULL,
    after_json   TEXT NOT NULL,
    reason       TEXT NOT NULL,
    at_ms        {INT} NOT NULL
){STRICT};
CREATE INDEX audit_organiser ON audit (organiser_id, id);
CREATE INDEX audit_subject ON audit (subject, subject_id);

-- [sqlite]
CREATE TRIGGER audit_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is never shortened'); END;
-- [all]
-- [pg]
CREATE TRIGGER audit_fixed BEFORE UPDATE OR DELETE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
-- [all]
