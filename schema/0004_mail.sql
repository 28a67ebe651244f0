-- SPDX-License-Identifier: Apache-2.0
-- The outbox: each message is committed with its cause and sent afterwards.

CREATE TABLE mail (
    id         {ID},
    cause      TEXT NOT NULL,
    subject_id {INT} NOT NULL,    -- The order, the claim ...; 0: none.
    recipient  TEXT NOT NULL,
    subject    TEXT NOT NULL,
    body       TEXT,              -- NULL once it has been emptied.
    message_id TEXT NOT NULL,     -- The same in every attempt, so that a repeat shows as one.
    created_ms {INT} NOT NULL,
    tries      {INT} NOT NULL DEFAULT 0,
    sent_ms    {INT},
    refused_ms {INT},             -- The relay said no for good.
    code       {INT},             -- Of the last answer; NULL: none.
    answer     TEXT
){STRICT};
CREATE INDEX mail_kept ON mail (created_ms) WHERE body IS NOT NULL;
CREATE INDEX mail_subject ON mail (subject_id, cause);
