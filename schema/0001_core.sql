-- SPDX-License-Identifier: Apache-2.0
-- What the database layer keeps for the program as a whole.

-- Values made once for an instance: the key for signed values and the like.
CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
){STRICT};
