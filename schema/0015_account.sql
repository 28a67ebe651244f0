-- SPDX-License-Identifier: Apache-2.0
--
-- People, what links them to companies, what companies declare, and what an agent must look at.

CREATE TABLE account (
    id {ID},
    email TEXT NOT NULL UNIQUE,
    rights {INT} NOT NULL DEFAULT 0,
    organiser_id {INT},
    created_ms {INT} NOT NULL,
    signed_in_ms {INT} NOT NULL DEFAULT 0
) {STRICT};

-- A proven link: this person acts for that company. ended_ms 0: it holds.
CREATE TABLE company_link (
    account_id {INT} NOT NULL REFERENCES account (id),
    siren {INT} NOT NULL,
    proof TEXT NOT NULL,
    since_ms {INT} NOT NULL,
    ended_ms {INT} NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, siren)
){NOROWID};
CREATE INDEX company_link_siren ON company_link (siren);

-- Accepted figures only. heads -1: none accepted.
CREATE TABLE company_declaration (
    siren {INT} NOT NULL PRIMARY KEY,
    heads {INT} NOT NULL,
    networks {INT} NOT NULL,
    changed_ms {INT} NOT NULL,
    account_id {INT}
){NOROWID};

-- What waits for an agent, and what was decided. kind: claim, headcount, network.
-- state 1 open, 2 accepted, 3 refused.
CREATE TABLE review (
    id {ID},
    kind TEXT NOT NULL,
    siren {INT} NOT NULL,
    account_id {INT} NOT NULL REFERENCES account (id),
    asked {INT} NOT NULL,
    note TEXT NOT NULL,
    state {INT} NOT NULL CHECK (state BETWEEN 1 AND 3),
    created_ms {INT} NOT NULL,
    decided_ms {INT} NOT NULL DEFAULT 0,
    decided_by {INT},
    reason TEXT NOT NULL DEFAULT ''
) {STRICT};
CREATE INDEX review_open ON review (created_ms, id) WHERE state = 1;
CREATE INDEX review_siren ON review (siren);
