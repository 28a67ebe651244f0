-- SPDX-License-Identifier: Apache-2.0
-- ground.sql - what ground.c needs inside a migrated PostgreSQL database: how the migration left
-- it, and a function that makes it so again. All of it stands in a schema of its own.

CREATE SCHEMA ground;

-- Everything of the schema that a test might change, as one number.
CREATE FUNCTION ground.shape() RETURNS text LANGUAGE sql AS $$
SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
    SELECT concat_ws('.', attrelid, attname, atttypid, attnotnull, attidentity) AS part
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws('.', conrelid, conname, convalidated)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws('.', tgrelid, tgname, tgenabled)
    FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
    WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal
    UNION ALL
    SELECT concat_ws('.', proname, md5(prosrc))
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace) AS parts
$$;

CREATE TABLE ground.made AS SELECT ground.shape() AS shape;
CREATE TABLE ground.sequence AS
    SELECT sequencename AS name, start_value, last_value FROM pg_sequences
    WHERE schemaname = 'public';
CREATE TABLE ground.seeded (name text NOT NULL);

-- The rows that the migration wrote, in tables of the same names.
DO $$
DECLARE
    t text;
    used boolean;
BEGIN
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', t) INTO used;
        IF used THEN
            EXECUTE format('CREATE TABLE ground.%I AS SELECT * FROM public.%I', t, t);
            INSERT INTO ground.seeded VALUES (t);
        END IF;
    END LOOP;
END $$;

-- 1: the database is as the migration left it. 0: only making it anew helps.
CREATE FUNCTION ground.reset() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    t text;
    s record;
    used boolean;
BEGIN
    IF ground.shape() <> (SELECT shape FROM ground.made) THEN
        RETURN 0;
    END IF;
    -- What is append-only for the program, and the order of foreign keys, do not bind us.
    SET LOCAL session_replication_role = replica;
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        IF pg_relation_size(format('public.%I', t)::regclass) > 1048576 THEN
            RETURN 0;
        END IF;
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', t) INTO used;
        IF used THEN
            EXECUTE format('DELETE FROM public.%I', t);
        END IF;
    END LOOP;
    FOR t IN SELECT name FROM ground.seeded LOOP
        EXECUTE format('INSERT INTO public.%I SELECT * FROM ground.%I', t, t);
    END LOOP;
    FOR s IN SELECT k.* FROM ground.sequence k JOIN pg_sequences n ON n.sequencename = k.name
            WHERE n.schemaname = 'public' AND n.last_value IS DISTINCT FROM k.last_value LOOP
        PERFORM setval(format('public.%I', s.name)::regclass,
                       COALESCE(s.last_value, s.start_value), s.last_value IS NOT NULL);
    END LOOP;
    RETURN 1;
END $$;
