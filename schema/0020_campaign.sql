-- SPDX-License-Identifier: Apache-2.0
-- Organisers, their campaigns, and each published version of a campaign's rules.

CREATE TABLE organiser (
    id            {ID},
    slug          TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    contact_email TEXT NOT NULL,
    created_ms    {INT} NOT NULL
){STRICT};

-- version is the one in force. digest names its text: it keeps a compiled policy apart from one
-- that a transaction made under the same number and then took back.
CREATE TABLE campaign (
    id            {ID},
    organiser_id  {INT} NOT NULL REFERENCES organiser (id),
    slug          TEXT NOT NULL UNIQUE,
    version       {INT} NOT NULL CHECK (version >= 1),
    digest        {INT} NOT NULL,
    published_ms  {INT} NOT NULL,
    paused        {INT} NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    pause_message TEXT NOT NULL DEFAULT '',
    created_ms    {INT} NOT NULL
){STRICT};

CREATE INDEX campaign_organiser ON campaign (organiser_id);

-- Never changed: orders keep the version they were made under.
CREATE TABLE campaign_version (
    campaign_id  {INT} NOT NULL REFERENCES campaign (id),
    version      {INT} NOT NULL,
    digest       {INT} NOT NULL,
    json         TEXT NOT NULL,
    published_ms {INT} NOT NULL,
    account_id   {INT} NOT NULL,
    PRIMARY KEY (campaign_id, version)
){NOROWID};
