-- SPDX-License-Identifier: Apache-2.0
-- When sales of a campaign were paused, what the public read, and why.

-- to_ms 0: still paused. from_ms 0: paused before this table was. account 0: a command.
CREATE TABLE campaign_pause (
    id            {ID},
    campaign_id   {INT} NOT NULL REFERENCES campaign (id),
    from_ms       {INT} NOT NULL,
    to_ms         {INT} NOT NULL DEFAULT 0,
    message       TEXT NOT NULL,
    reason        TEXT NOT NULL,
    paused_by     {INT} NOT NULL,
    resume_reason TEXT NOT NULL DEFAULT '',
    resumed_by    {INT} NOT NULL DEFAULT 0
){STRICT};
CREATE INDEX campaign_pause_campaign ON campaign_pause (campaign_id, id);
CREATE UNIQUE INDEX campaign_pause_now ON campaign_pause (campaign_id) WHERE to_ms = 0;

INSERT INTO campaign_pause (campaign_id, from_ms, message, reason, paused_by)
SELECT id, 0, pause_message, '', 0 FROM campaign WHERE paused = 1;
