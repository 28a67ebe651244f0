-- SPDX-License-Identifier: Apache-2.0
-- Who is signed in, and the API's tokens. Of both only a SHA-256 is kept.

CREATE TABLE session (
    id_hash      TEXT NOT NULL PRIMARY KEY CHECK (length(id_hash) = 64),
    account_id   {INT} NOT NULL,
    organiser_id {INT} NOT NULL DEFAULT 0,
    siren        {INT} NOT NULL DEFAULT 0 CHECK (siren BETWEEN 0 AND 999999999),
    company      TEXT NOT NULL DEFAULT '',
    email        TEXT NOT NULL,
    rights       {INT} NOT NULL,
    created_ms   {INT} NOT NULL,
    seen_ms      {INT} NOT NULL,
    expires_ms   {INT} NOT NULL
){NOROWID};

CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expires ON session (expires_ms);

CREATE TABLE api_token (
    token_hash    TEXT NOT NULL PRIMARY KEY CHECK (length(token_hash) = 64),
    label         TEXT NOT NULL,
    siren         {INT} NOT NULL DEFAULT 0 CHECK (siren BETWEEN 0 AND 999999999),
    organiser_id  {INT} NOT NULL DEFAULT 0,
    account_id    {INT} NOT NULL,
    rights        {INT} NOT NULL,
    created_ms    {INT} NOT NULL,
    expires_ms    {INT} NOT NULL,
    last_used_day {INT} NOT NULL DEFAULT 0,
    revoked_ms    {INT},
    CHECK ((siren <> 0) <> (organiser_id <> 0))
){NOROWID};

CREATE INDEX api_token_siren ON api_token (siren);
CREATE INDEX api_token_organiser ON api_token (organiser_id);

-- What /readyz writes, to know that writing works.
CREATE TABLE health_mark (
    name  TEXT NOT NULL PRIMARY KEY,
    at_ms {INT} NOT NULL
){STRICT};
