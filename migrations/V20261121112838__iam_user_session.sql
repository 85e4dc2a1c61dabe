-- Migration: iam user session
-- Problem:     Producers and staff need accounts, and sessions that can be listed and ended.
-- Solution:    Users by their e-mail address, and their sessions by token; the time of the last change is kept by a trigger.
-- Affects:     iam.session
--              iam.touch_updated_at
--              iam.user
--              schema iam
-- Schema:      schema/10_iam.sql:1 iam
--              schema/10_iam.sql:4 iam.touch_updated_at()
--              schema/10_iam.sql:15 iam.user
--              schema/10_iam.sql:32 iam.user.user_touch
--              schema/10_iam.sql:35 iam.session
--              schema/10_iam.sql:47 iam.session.session_user_id_fkey
--              schema/10_iam.sql:53 iam.session.session_user_id_idx
--              schema/10_iam.sql:54 iam.session.session_expires_at_idx
--              schema/10_iam.sql:56 iam.session.session_touch
-- Locks:       none
-- Hazards:     none
-- Phase:       expand
-- Transaction: yes
-- Verify:      SELECT (SELECT to_regnamespace('iam') IS NOT NULL)
--                 AND (SELECT to_regclass('iam.session') IS NOT NULL)
--                 AND (SELECT to_regclass('iam."user"') IS NOT NULL)
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.session_expires_at_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.session_user_id_idx'))
--                 AND (SELECT to_regprocedure('iam.touch_updated_at()') IS NOT NULL)
-- Rollback:    DROP TRIGGER user_touch ON iam."user";
--              DROP TRIGGER session_touch ON iam.session;
--              DROP FUNCTION iam.touch_updated_at();
--              DROP INDEX iam.session_user_id_idx;
--              DROP INDEX iam.session_expires_at_idx;
--              ALTER TABLE iam.session DROP CONSTRAINT session_user_id_fkey;
--              DROP TABLE iam."user";
--              DROP TABLE iam.session;
--              DROP SCHEMA iam;

-- Written by `cargo xtask db:generate` (lockstep 0.1.0).

CREATE SCHEMA iam;

COMMENT ON SCHEMA iam IS 'Who may do what: users, their sessions, and the OAuth provider.';

CREATE TABLE iam.session (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    token text NOT NULL,
    ip_address inet,
    user_agent text,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT session_pkey PRIMARY KEY (id),
    CONSTRAINT session_token_key UNIQUE (token),
    CONSTRAINT session_expires_after_creation CHECK ((expires_at > created_at))
);

COMMENT ON TABLE iam.session IS 'A signed-in browser or device.';

COMMENT ON COLUMN iam.session.token IS 'The bearer secret of the cookie.';

CREATE TABLE iam."user" (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    email_verified boolean DEFAULT false NOT NULL,
    image text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_pkey PRIMARY KEY (id),
    CONSTRAINT user_email_key UNIQUE (email),
    CONSTRAINT user_email_is_lower_case CHECK ((email = lower(email)))
);

COMMENT ON TABLE iam."user" IS 'A person who can sign in.';

COMMENT ON COLUMN iam."user".email IS 'Stored in lower case, so that equality is the comparison that people expect.';

COMMENT ON COLUMN iam."user".image IS 'The address of a portrait.';

ALTER TABLE iam.session ADD CONSTRAINT session_user_id_fkey FOREIGN KEY (user_id) REFERENCES iam."user"(id) ON DELETE CASCADE;

CREATE INDEX session_expires_at_idx ON iam.session USING btree (expires_at);

CREATE INDEX session_user_id_idx ON iam.session USING btree (user_id);

CREATE FUNCTION iam.touch_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$function$;

COMMENT ON FUNCTION iam.touch_updated_at() IS 'Keeps updated_at true, whoever writes the row.';

CREATE TRIGGER session_touch BEFORE UPDATE ON iam.session FOR EACH ROW EXECUTE FUNCTION iam.touch_updated_at();

CREATE TRIGGER user_touch BEFORE UPDATE ON iam."user" FOR EACH ROW EXECUTE FUNCTION iam.touch_updated_at();
