-- SPDX-License-Identifier: Apache-2.0
-- Changes of a campaign's rules that are being prepared, and how a version came to be published.

-- base_version: the version the changes are meant for. json may be wrong for now: what was typed is
-- kept. rev counts every change: whoever writes names the one that was read. act_id: the last
-- request for approval (act_request); while that waits the draft is not changed.
-- state: 1 open, 2 published (as version), 3 dropped.
CREATE TABLE campaign_draft (
    id           {ID},
    organiser_id {INT} NOT NULL REFERENCES organiser (id),
    campaign_id  {INT} NOT NULL REFERENCES campaign (id),
    base_version {INT} NOT NULL CHECK (base_version >= 1),
    json         TEXT NOT NULL,
    digest       {INT} NOT NULL,   -- Of json.
    rev          {INT} NOT NULL CHECK (rev >= 1),
    state        {INT} NOT NULL CHECK (state BETWEEN 1 AND 3),
    act_id       {INT} NOT NULL DEFAULT 0,
    version      {INT} NOT NULL DEFAULT 0,
    made_by      {INT} NOT NULL,
    made_ms      {INT} NOT NULL,
    changed_by   {INT} NOT NULL,
    changed_ms   {INT} NOT NULL,
    CHECK ((state = 2) = (version > 0))
){STRICT};
CREATE INDEX campaign_draft_campaign ON campaign_draft (campaign_id, id);
CREATE INDEX campaign_draft_organiser ON campaign_draft (organiser_id);

-- Of versions that were published from a draft.
CREATE TABLE campaign_publication (
    campaign_id {INT} NOT NULL REFERENCES campaign (id),
    version     {INT} NOT NULL,
    draft_id    {INT} NOT NULL,
    asked_by    {INT} NOT NULL,
    approved_by {INT} NOT NULL,
    reason      TEXT NOT NULL,
    PRIMARY KEY (campaign_id, version)
){NOROWID};
