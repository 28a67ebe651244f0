-- SPDX-License-Identifier: Apache-2.0
--
-- Personal data: what people ask for, what was done about it, what goes by its age.

-- A wish to be forgotten (kind 1) or to have a copy (2). siren: of a company, as the organiser
-- knows it; 0: of an account, everywhere. organiser_id 0: asked by the person on their own page.
-- channel: 1 this site, 2 e-mail, 3 letter, 4 telephone, 5 in person. Days are civil days.
-- state: 1 asked, 2 accepted, 3 under way, 4 done, 5 refused, 6 withdrawn.
-- reply_to goes when the request is closed.
CREATE TABLE privacy_request (
    id            {ID},
    organiser_id  {INT} NOT NULL,
    kind          {INT} NOT NULL CHECK (kind IN (1, 2)),
    siren         {INT} NOT NULL,
    account_id    {INT} NOT NULL,
    channel       {INT} NOT NULL CHECK (channel BETWEEN 1 AND 5),
    received_day  {INT} NOT NULL,
    due_day       {INT} NOT NULL,
    reply_to      TEXT NOT NULL,
    reason        TEXT NOT NULL,
    state         {INT} NOT NULL CHECK (state BETWEEN 1 AND 6),
    act_id        {INT} NOT NULL DEFAULT 0,  -- The question to a second person; 0: none is needed.
    not_before_ms {INT} NOT NULL DEFAULT 0,  -- Until then the person may think again.
    extended_why  TEXT NOT NULL DEFAULT '',  -- Two months more were taken; empty: they were not.
    warned_ms     {INT} NOT NULL DEFAULT 0,  -- The organiser was told that the day is near.
    blocked       {INT} NOT NULL DEFAULT 0,  -- What stood in the way when it was last looked at.
    order_id      {INT} NOT NULL DEFAULT 0,  -- How far it came: orders let go up to this one,
    mail_id       {INT} NOT NULL DEFAULT 0,  -- the outbox searched up to this message.
    asked_by      {INT} NOT NULL,            -- Who entered it.
    asked_ms      {INT} NOT NULL,
    changed_ms    {INT} NOT NULL,
    closed_ms     {INT} NOT NULL DEFAULT 0,
    closed_by     {INT} NOT NULL DEFAULT 0,
    closed_why    TEXT NOT NULL DEFAULT '',
    CHECK ((siren = 0) <> (account_id = 0)),
    CHECK ((closed_ms > 0) = (state IN (4, 5, 6))),
    CHECK (closed_ms = 0 OR reply_to = '')
){STRICT};
CREATE INDEX privacy_request_open ON privacy_request (due_day, id) WHERE closed_ms = 0;
CREATE UNIQUE INDEX privacy_request_once ON privacy_request (organiser_id, kind, siren, account_id)
    WHERE closed_ms = 0;
CREATE INDEX privacy_request_company ON privacy_request (organiser_id, siren, id);
CREATE INDEX privacy_request_account ON privacy_request (account_id, id) WHERE account_id > 0;

-- Whose people see it: the organiser it was made to, or those the person has dealt with.
CREATE TABLE privacy_request_organiser (
    organiser_id {INT} NOT NULL,
    request_id   {INT} NOT NULL REFERENCES privacy_request (id),
    PRIMARY KEY (organiser_id, request_id)
){NOROWID};
CREATE INDEX privacy_request_seen ON privacy_request_organiser (request_id);

-- A request as it is read everywhere (request_row in request.c knows the order of the columns).
CREATE VIEW privacy_request_full AS
SELECT r.id, r.organiser_id, r.kind, r.siren, r.account_id, r.channel, r.received_day, r.due_day,
       r.reply_to, r.reason, r.state, r.act_id, COALESCE(t.state, 0) AS act_state,
       COALESCE(t.expires_ms, 0) AS act_expires_ms, COALESCE(t.decided_why, '') AS act_why,
       r.not_before_ms, r.extended_why, r.blocked, r.order_id, r.mail_id, r.asked_ms, r.closed_ms,
       r.closed_why, COALESCE(k.name, '') AS company,
       CASE WHEN a.forgotten_ms = 0 THEN a.email ELSE '' END AS email
  FROM privacy_request r
  LEFT JOIN act_request t ON t.id = r.act_id
  LEFT JOIN company k ON k.siren = r.siren AND k.partial = 0
  LEFT JOIN account a ON a.id = r.account_id;

-- Accounts that go with a request, while it is under way.
CREATE TABLE privacy_person (
    request_id {INT} NOT NULL REFERENCES privacy_request (id),
    account_id {INT} NOT NULL,
    PRIMARY KEY (request_id, account_id)
){NOROWID};

-- What was done: how many rows of a table were emptied or removed. Names nobody.
CREATE TABLE privacy_done (
    request_id {INT} NOT NULL REFERENCES privacy_request (id),
    what       TEXT NOT NULL,
    count      {INT} NOT NULL CHECK (count > 0),
    PRIMARY KEY (request_id, what)
){NOROWID};

-- Copies that may be taken, and were. expires_ms: of the agreement, for account_id alone.
-- state: 1 may be taken, 2 under way (or cut off with its server), 3 whole, 4 cut off.
CREATE TABLE privacy_file (
    id           {ID},
    organiser_id {INT} NOT NULL,             -- 0: one's own.
    account_id   {INT} NOT NULL,             -- Who takes it.
    request_id   {INT} REFERENCES privacy_request (id),
    siren        {INT} NOT NULL,
    state        {INT} NOT NULL CHECK (state BETWEEN 1 AND 4),
    granted_ms   {INT} NOT NULL,
    expires_ms   {INT} NOT NULL,
    ended_ms     {INT} NOT NULL DEFAULT 0,
    entries      {INT} NOT NULL DEFAULT 0,
    bytes        {INT} NOT NULL DEFAULT 0,
    sha256       TEXT NOT NULL DEFAULT ''
){STRICT};
CREATE INDEX privacy_file_of ON privacy_file (account_id, id);
CREATE INDEX privacy_file_request ON privacy_file (request_id) WHERE request_id IS NOT NULL;

-- What goes by its age: how many went, in all and at the last run.
CREATE TABLE privacy_purge (
    name    TEXT NOT NULL PRIMARY KEY,
    total   {INT} NOT NULL,
    last    {INT} NOT NULL,
    run_ms  {INT} NOT NULL
){NOROWID};

-- Orders are looked at in their order, each once: up to this one. Those that were still open, or
-- had changed lately, wait in privacy_later: from_ms is when they last changed.
CREATE TABLE privacy_mark (
    one      {INT} NOT NULL PRIMARY KEY CHECK (one = 1),
    order_id {INT} NOT NULL
){NOROWID};
INSERT INTO privacy_mark (one, order_id) VALUES (1, 0);
CREATE TABLE privacy_later (
    order_id {INT} NOT NULL PRIMARY KEY,
    from_ms  {INT} NOT NULL
){NOROWID};
CREATE INDEX privacy_later_from ON privacy_later (from_ms, order_id);

-- Its work is done with the rest.
DELETE FROM job WHERE kind = 'MAIL_PURGE';
