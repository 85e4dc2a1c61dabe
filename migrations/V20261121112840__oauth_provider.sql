-- Migration: oauth provider
-- Problem:     Other applications want to act for our users without ever seeing their passwords.
-- Solution:    Clients, refresh and access tokens, and consents, as RFC 6749, RFC 7591 and OpenID Connect have them; a client's tokens and consents go with it.
-- Affects:     iam.oauth_access_token
--              iam.oauth_client
--              iam.oauth_client_type
--              iam.oauth_consent
--              iam.oauth_refresh_token
--              iam.token_endpoint_auth_method
-- Schema:      schema/15_oauth.sql:1 iam.oauth_client_type
--              schema/15_oauth.sql:4 iam.token_endpoint_auth_method
--              schema/15_oauth.sql:8 iam.oauth_client
--              schema/15_oauth.sql:40 iam.oauth_client.oauth_client_owner_id_fkey
--              schema/15_oauth.sql:58 iam.oauth_client.oauth_client_owner_id_idx
--              schema/15_oauth.sql:60 iam.oauth_client.oauth_client_touch
--              schema/15_oauth.sql:63 iam.oauth_refresh_token
--              schema/15_oauth.sql:78 iam.oauth_refresh_token.oauth_refresh_token_client_id_fkey
--              schema/15_oauth.sql:80 iam.oauth_refresh_token.oauth_refresh_token_session_id_fkey
--              schema/15_oauth.sql:82 iam.oauth_refresh_token.oauth_refresh_token_user_id_fkey
--              schema/15_oauth.sql:90 iam.oauth_refresh_token.oauth_refresh_token_client_id_idx
--              schema/15_oauth.sql:91 iam.oauth_refresh_token.oauth_refresh_token_session_id_idx
--              schema/15_oauth.sql:92 iam.oauth_refresh_token.oauth_refresh_token_user_id_idx
--              schema/15_oauth.sql:94 iam.oauth_access_token
--              schema/15_oauth.sql:108 iam.oauth_access_token.oauth_access_token_client_id_fkey
--              schema/15_oauth.sql:110 iam.oauth_access_token.oauth_access_token_session_id_fkey
--              schema/15_oauth.sql:112 iam.oauth_access_token.oauth_access_token_user_id_fkey
--              schema/15_oauth.sql:113 iam.oauth_access_token.oauth_access_token_refresh_token_id_fkey
--              schema/15_oauth.sql:122 iam.oauth_access_token.oauth_access_token_client_id_idx
--              schema/15_oauth.sql:123 iam.oauth_access_token.oauth_access_token_session_id_idx
--              schema/15_oauth.sql:124 iam.oauth_access_token.oauth_access_token_user_id_idx
--              schema/15_oauth.sql:125 iam.oauth_access_token.oauth_access_token_refresh_token_id_idx
--              schema/15_oauth.sql:126 iam.oauth_access_token.oauth_access_token_expires_at_idx
--              schema/15_oauth.sql:128 iam.oauth_consent
--              schema/15_oauth.sql:137 iam.oauth_consent.oauth_consent_client_id_fkey
--              schema/15_oauth.sql:139 iam.oauth_consent.oauth_consent_user_id_fkey
--              schema/15_oauth.sql:144 iam.oauth_consent.oauth_consent_own_key
--              schema/15_oauth.sql:145 iam.oauth_consent.oauth_consent_reference_key
--              schema/15_oauth.sql:147 iam.oauth_consent.oauth_consent_user_id_idx
--              schema/15_oauth.sql:148 iam.oauth_consent.oauth_consent_client_id_idx
--              schema/15_oauth.sql:150 iam.oauth_consent.oauth_consent_touch
-- Locks:       SHARE ROW EXCLUSIVE iam.session [measured, PostgreSQL 15.18]
--              SHARE ROW EXCLUSIVE iam.user [measured, PostgreSQL 15.18]
-- Hazards:     none
-- Phase:       expand
-- Transaction: yes
-- Verify:      SELECT (SELECT to_regtype('iam.oauth_client_type') IS NOT NULL)
--                 AND (SELECT to_regtype('iam.token_endpoint_auth_method') IS NOT NULL)
--                 AND (SELECT to_regclass('iam.oauth_access_token') IS NOT NULL)
--                 AND (SELECT to_regclass('iam.oauth_client') IS NOT NULL)
--                 AND (SELECT to_regclass('iam.oauth_consent') IS NOT NULL)
--                 AND (SELECT to_regclass('iam.oauth_refresh_token') IS NOT NULL)
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.oauth_access_token_client_id_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.oauth_access_token_expires_at_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.oauth_access_token_refresh_token_id_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.oauth_access_token_session_id_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.oauth_access_token_user_id_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.oauth_client_owner_id_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.oauth_consent_client_id_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.oauth_consent_own_key'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.oauth_consent_reference_key'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.oauth_consent_user_id_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.oauth_refresh_token_client_id_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.oauth_refresh_token_session_id_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('iam.oauth_refresh_token_user_id_idx'))
-- Rollback:    DROP TRIGGER oauth_consent_touch ON iam.oauth_consent;
--              DROP TRIGGER oauth_client_touch ON iam.oauth_client;
--              DROP INDEX iam.oauth_refresh_token_user_id_idx;
--              DROP INDEX iam.oauth_refresh_token_session_id_idx;
--              DROP INDEX iam.oauth_refresh_token_client_id_idx;
--              DROP INDEX iam.oauth_consent_user_id_idx;
--              DROP INDEX iam.oauth_consent_reference_key;
--              DROP INDEX iam.oauth_consent_own_key;
--              DROP INDEX iam.oauth_consent_client_id_idx;
--              DROP INDEX iam.oauth_client_owner_id_idx;
--              DROP INDEX iam.oauth_access_token_user_id_idx;
--              DROP INDEX iam.oauth_access_token_session_id_idx;
--              DROP INDEX iam.oauth_access_token_refresh_token_id_idx;
--              DROP INDEX iam.oauth_access_token_expires_at_idx;
--              DROP INDEX iam.oauth_access_token_client_id_idx;
--              ALTER TABLE iam.oauth_refresh_token DROP CONSTRAINT oauth_refresh_token_user_id_fkey;
--              ALTER TABLE iam.oauth_refresh_token DROP CONSTRAINT oauth_refresh_token_session_id_fkey;
--              ALTER TABLE iam.oauth_refresh_token DROP CONSTRAINT oauth_refresh_token_client_id_fkey;
--              ALTER TABLE iam.oauth_consent DROP CONSTRAINT oauth_consent_user_id_fkey;
--              ALTER TABLE iam.oauth_consent DROP CONSTRAINT oauth_consent_client_id_fkey;
--              ALTER TABLE iam.oauth_client DROP CONSTRAINT oauth_client_owner_id_fkey;
--              ALTER TABLE iam.oauth_access_token DROP CONSTRAINT oauth_access_token_user_id_fkey;
--              ALTER TABLE iam.oauth_access_token DROP CONSTRAINT oauth_access_token_session_id_fkey;
--              ALTER TABLE iam.oauth_access_token DROP CONSTRAINT oauth_access_token_refresh_token_id_fkey;
--              ALTER TABLE iam.oauth_access_token DROP CONSTRAINT oauth_access_token_client_id_fkey;
--              DROP TABLE iam.oauth_refresh_token;
--              DROP TABLE iam.oauth_consent;
--              DROP TABLE iam.oauth_client;
--              DROP TABLE iam.oauth_access_token;
--              DROP TYPE iam.token_endpoint_auth_method;
--              DROP TYPE iam.oauth_client_type;

-- Written by `cargo xtask db:generate` (lockstep 0.1.0).

CREATE TYPE iam.oauth_client_type AS ENUM ('web', 'native', 'user-agent-based');

COMMENT ON TYPE iam.oauth_client_type IS 'RFC 6749, 2.1: what kind of application a client is.';

CREATE TYPE iam.token_endpoint_auth_method AS ENUM ('none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt');

COMMENT ON TYPE iam.token_endpoint_auth_method IS 'RFC 7591, 2: how a client proves itself at the token endpoint.';

CREATE TABLE iam.oauth_access_token (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    token text NOT NULL,
    client_id text NOT NULL,
    session_id uuid,
    user_id uuid,
    refresh_token_id uuid,
    reference_id text,
    scopes text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT oauth_access_token_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_access_token_token_key UNIQUE (token),
    CONSTRAINT oauth_access_token_expires_after_creation CHECK ((expires_at > created_at))
);

COMMENT ON TABLE iam.oauth_access_token IS 'An opaque access token. It is written once, read at introspection, deleted at revocation.';

COMMENT ON COLUMN iam.oauth_access_token.token IS 'The hash of the token.';

COMMENT ON COLUMN iam.oauth_access_token.user_id IS 'None where the client acts for itself (client credentials).';

CREATE TABLE iam.oauth_client (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    client_id text NOT NULL,
    client_secret text,
    type iam.oauth_client_type,
    public boolean DEFAULT false NOT NULL,
    disabled boolean DEFAULT false NOT NULL,
    skip_consent boolean DEFAULT false NOT NULL,
    enable_end_session boolean DEFAULT false NOT NULL,
    redirect_uris text[] NOT NULL,
    post_logout_redirect_uris text[] DEFAULT '{}'::text[] NOT NULL,
    scopes text[] DEFAULT '{openid}'::text[] NOT NULL,
    grant_types text[] DEFAULT '{authorization_code}'::text[] NOT NULL,
    response_types text[] DEFAULT '{code}'::text[] NOT NULL,
    token_endpoint_auth_method iam.token_endpoint_auth_method DEFAULT 'client_secret_basic'::iam.token_endpoint_auth_method NOT NULL,
    owner_id uuid,
    reference_id text,
    name text,
    uri text,
    icon text,
    contacts text[] DEFAULT '{}'::text[] NOT NULL,
    policy_uri text,
    terms_uri text,
    software_id text,
    software_version text,
    software_statement text,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT oauth_client_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_client_client_id_key UNIQUE (client_id),
    CONSTRAINT oauth_client_code_needs_redirect CHECK (((NOT ('authorization_code'::text = ANY (grant_types))) OR (cardinality(redirect_uris) > 0))),
    CONSTRAINT oauth_client_known_grant_types CHECK ((grant_types <@ '{authorization_code,refresh_token,client_credentials}'::text[])),
    CONSTRAINT oauth_client_known_response_types CHECK ((response_types <@ '{code}'::text[])),
    CONSTRAINT oauth_client_public_has_no_secret CHECK (((NOT public) OR ((client_secret IS NULL) AND (token_endpoint_auth_method = 'none'::iam.token_endpoint_auth_method))))
);

COMMENT ON TABLE iam.oauth_client IS 'An application that asks this provider for tokens (RFC 7591).';

COMMENT ON COLUMN iam.oauth_client.client_id IS 'The public identifier, as it stands in the requests of the client.';

COMMENT ON COLUMN iam.oauth_client.client_secret IS 'The hash of the secret; a public client has none.';

COMMENT ON COLUMN iam.oauth_client.public IS 'The client cannot keep a secret: a browser or a device runs it.';

COMMENT ON COLUMN iam.oauth_client.skip_consent IS 'Trusted: its users are not asked.';

COMMENT ON COLUMN iam.oauth_client.owner_id IS 'The user who registered the client.';

COMMENT ON COLUMN iam.oauth_client.reference_id IS 'An owner outside of this schema, such as an organisation.';

COMMENT ON COLUMN iam.oauth_client.metadata IS 'Registered members that have no column.';

CREATE TABLE iam.oauth_consent (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    client_id text NOT NULL,
    user_id uuid NOT NULL,
    reference_id text,
    scopes text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT oauth_consent_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE iam.oauth_consent IS 'The scopes that a user has granted to a client.';

CREATE TABLE iam.oauth_refresh_token (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    token text NOT NULL,
    client_id text NOT NULL,
    session_id uuid,
    user_id uuid NOT NULL,
    reference_id text,
    scopes text[] NOT NULL,
    auth_time timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT oauth_refresh_token_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_refresh_token_token_key UNIQUE (token),
    CONSTRAINT oauth_refresh_token_expires_after_creation CHECK ((expires_at > created_at))
);

COMMENT ON TABLE iam.oauth_refresh_token IS 'What a client exchanges for a new access token; it outlives the session.';

COMMENT ON COLUMN iam.oauth_refresh_token.token IS 'The hash of the token.';

COMMENT ON COLUMN iam.oauth_refresh_token.auth_time IS 'When the user last proved who they are (OpenID Connect Core, 2).';

ALTER TABLE iam.oauth_access_token ADD CONSTRAINT oauth_access_token_client_id_fkey FOREIGN KEY (client_id) REFERENCES iam.oauth_client(client_id) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE iam.oauth_access_token ADD CONSTRAINT oauth_access_token_refresh_token_id_fkey FOREIGN KEY (refresh_token_id) REFERENCES iam.oauth_refresh_token(id) ON DELETE CASCADE;

ALTER TABLE iam.oauth_access_token ADD CONSTRAINT oauth_access_token_session_id_fkey FOREIGN KEY (session_id) REFERENCES iam.session(id) ON DELETE SET NULL;

ALTER TABLE iam.oauth_access_token ADD CONSTRAINT oauth_access_token_user_id_fkey FOREIGN KEY (user_id) REFERENCES iam."user"(id) ON DELETE CASCADE;

ALTER TABLE iam.oauth_client ADD CONSTRAINT oauth_client_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES iam."user"(id) ON DELETE SET NULL;

ALTER TABLE iam.oauth_consent ADD CONSTRAINT oauth_consent_client_id_fkey FOREIGN KEY (client_id) REFERENCES iam.oauth_client(client_id) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE iam.oauth_consent ADD CONSTRAINT oauth_consent_user_id_fkey FOREIGN KEY (user_id) REFERENCES iam."user"(id) ON DELETE CASCADE;

ALTER TABLE iam.oauth_refresh_token ADD CONSTRAINT oauth_refresh_token_client_id_fkey FOREIGN KEY (client_id) REFERENCES iam.oauth_client(client_id) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE iam.oauth_refresh_token ADD CONSTRAINT oauth_refresh_token_session_id_fkey FOREIGN KEY (session_id) REFERENCES iam.session(id) ON DELETE SET NULL;

ALTER TABLE iam.oauth_refresh_token ADD CONSTRAINT oauth_refresh_token_user_id_fkey FOREIGN KEY (user_id) REFERENCES iam."user"(id) ON DELETE CASCADE;

CREATE INDEX oauth_access_token_client_id_idx ON iam.oauth_access_token USING btree (client_id);

CREATE INDEX oauth_access_token_expires_at_idx ON iam.oauth_access_token USING btree (expires_at);

CREATE INDEX oauth_access_token_refresh_token_id_idx ON iam.oauth_access_token USING btree (refresh_token_id);

CREATE INDEX oauth_access_token_session_id_idx ON iam.oauth_access_token USING btree (session_id);

CREATE INDEX oauth_access_token_user_id_idx ON iam.oauth_access_token USING btree (user_id);

CREATE INDEX oauth_client_owner_id_idx ON iam.oauth_client USING btree (owner_id);

CREATE INDEX oauth_consent_client_id_idx ON iam.oauth_consent USING btree (client_id);

CREATE UNIQUE INDEX oauth_consent_own_key ON iam.oauth_consent USING btree (user_id, client_id) WHERE (reference_id IS NULL);

CREATE UNIQUE INDEX oauth_consent_reference_key ON iam.oauth_consent USING btree (user_id, client_id, reference_id) WHERE (reference_id IS NOT NULL);

CREATE INDEX oauth_consent_user_id_idx ON iam.oauth_consent USING btree (user_id);

CREATE INDEX oauth_refresh_token_client_id_idx ON iam.oauth_refresh_token USING btree (client_id);

CREATE INDEX oauth_refresh_token_session_id_idx ON iam.oauth_refresh_token USING btree (session_id);

CREATE INDEX oauth_refresh_token_user_id_idx ON iam.oauth_refresh_token USING btree (user_id);

CREATE TRIGGER oauth_client_touch BEFORE UPDATE ON iam.oauth_client FOR EACH ROW EXECUTE FUNCTION iam.touch_updated_at();

CREATE TRIGGER oauth_consent_touch BEFORE UPDATE ON iam.oauth_consent FOR EACH ROW EXECUTE FUNCTION iam.touch_updated_at();
