-- SPDX-License-Identifier: Apache-2.0
-- What the database layer needs for itself.

-- db_ping:
SELECT 1;

-- db_table_exists [sqlite]: name
SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1;

-- db_table_exists [pg]: name
SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass(?1);

-- db_migrate_lock [sqlite]:
SELECT 0;

-- db_migrate_lock [pg]:
SELECT pg_advisory_xact_lock(7236278019);

-- db_steps:
SELECT number, name, checksum, applied_ms FROM schema_step ORDER BY number LIMIT 10000;

-- db_step_add: number, name, checksum, applied_ms
INSERT INTO schema_step (number, name, checksum, applied_ms) VALUES (?1, ?2, ?3, ?4);

-- db_setting_get: name
SELECT value FROM setting WHERE name = ?1;

-- db_setting_put: name, value
INSERT INTO setting (name, value) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- The first of several nodes to start decides: it gets the row back, the others nothing.
-- db_setting_init: name, value
INSERT INTO setting (name, value) VALUES (?1, ?2)
ON CONFLICT (name) DO NOTHING
RETURNING value;

-- Each kind of value there and back: "maillon db check" and the tests ask for it.
-- db_echo [sqlite]: number, text, bytes
SELECT CAST(?1 AS INTEGER), CAST(?2 AS TEXT), CAST(?3 AS BLOB);

-- db_echo [pg]: number, text, bytes
SELECT CAST(?1 AS bigint), CAST(?2 AS text), CAST(?3 AS bytea);
