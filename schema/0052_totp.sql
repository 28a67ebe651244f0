-- SPDX-License-Identifier: Apache-2.0
-- The second proof of an organiser's people: a code of six digits made by their telephone.

-- staff_rights: held back until the session has passed the second proof. confirmed_ms: when it last
-- did; 0: never.
ALTER TABLE session ADD COLUMN staff_rights {INT} NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN confirmed_ms {INT} NOT NULL DEFAULT 0;
-- Sessions of before with a role (4 agent, 8 administrator) have proven nothing.
DELETE FROM session WHERE (rights & 12) <> 0;

-- secret: the shared key, sealed under the instance's secret. last_step: of the last code taken, so
-- that none works twice. tries: wrong codes since tries_ms.
CREATE TABLE staff_totp (
    account_id {INT} NOT NULL PRIMARY KEY REFERENCES account (id),
    secret     TEXT NOT NULL,
    made_ms    {INT} NOT NULL,
    last_step  {INT} NOT NULL,
    tries      {INT} NOT NULL DEFAULT 0,
    tries_ms   {INT} NOT NULL DEFAULT 0
){NOROWID};

CREATE TABLE staff_recovery (
    account_id {INT} NOT NULL REFERENCES account (id),
    code_hash  TEXT NOT NULL CHECK (length(code_hash) = 64),
    used_ms    {INT} NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, code_hash)
){NOROWID};
