CREATE TYPE iam.oauth_client_type AS ENUM ('web', 'native', 'user-agent-based');
COMMENT ON TYPE iam.oauth_client_type IS 'RFC 6749, 2.1: what kind of application a client is.';

CREATE TYPE iam.token_endpoint_auth_method AS ENUM
    ('none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt');
COMMENT ON TYPE iam.token_endpoint_auth_method IS 'RFC 7591, 2: how a client proves itself at the token endpoint.';

CREATE TABLE iam.oauth_client (
    id                         uuid        NOT NULL DEFAULT gen_random_uuid(),
    client_id                  text        NOT NULL,
    -- @sensitive
    client_secret              text,
    type                       iam.oauth_client_type,
    public                     boolean     NOT NULL DEFAULT false,
    disabled                   boolean     NOT NULL DEFAULT false,
    skip_consent               boolean     NOT NULL DEFAULT false,
    enable_end_session         boolean     NOT NULL DEFAULT false,
    redirect_uris              text[]      NOT NULL,
    post_logout_redirect_uris  text[]      NOT NULL DEFAULT '{}',
    scopes                     text[]      NOT NULL DEFAULT '{openid}',
    grant_types                text[]      NOT NULL DEFAULT '{authorization_code}',
    response_types             text[]      NOT NULL DEFAULT '{code}',
    token_endpoint_auth_method iam.token_endpoint_auth_method NOT NULL DEFAULT 'client_secret_basic',
    owner_id                   uuid,
    reference_id               text,
    name                       text,
    uri                        text,
    icon                       text,
    contacts                   text[]      NOT NULL DEFAULT '{}',
    policy_uri                 text,
    terms_uri                  text,
    software_id                text,
    software_version           text,
    software_statement         text,
    metadata                   jsonb       NOT NULL DEFAULT '{}',
    created_at                 timestamptz NOT NULL DEFAULT now(),
    updated_at                 timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT oauth_client_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_client_client_id_key UNIQUE (client_id),
    CONSTRAINT oauth_client_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES iam.user (id) ON DELETE SET NULL,
    CONSTRAINT oauth_client_public_has_no_secret
        CHECK (NOT public OR (client_secret IS NULL AND token_endpoint_auth_method = 'none')),
    CONSTRAINT oauth_client_code_needs_redirect
        CHECK (NOT 'authorization_code' = ANY (grant_types) OR cardinality(redirect_uris) > 0),
    CONSTRAINT oauth_client_known_grant_types
        CHECK (grant_types <@ '{authorization_code,refresh_token,client_credentials}'::text[]),
    CONSTRAINT oauth_client_known_response_types CHECK (response_types <@ '{code}'::text[])
);
COMMENT ON TABLE iam.oauth_client IS 'An application that asks this provider for tokens (RFC 7591).';
COMMENT ON COLUMN iam.oauth_client.client_id IS 'The public identifier, as it stands in the requests of the client.';
COMMENT ON COLUMN iam.oauth_client.client_secret IS 'The hash of the secret; a public client has none.';
COMMENT ON COLUMN iam.oauth_client.public IS 'The client cannot keep a secret: a browser or a device runs it.';
COMMENT ON COLUMN iam.oauth_client.skip_consent IS 'Trusted: its users are not asked.';
COMMENT ON COLUMN iam.oauth_client.owner_id IS 'The user who registered the client.';
COMMENT ON COLUMN iam.oauth_client.reference_id IS 'An owner outside of this schema, such as an organisation.';
COMMENT ON COLUMN iam.oauth_client.metadata IS 'Registered members that have no column.';

CREATE INDEX oauth_client_owner_id_idx ON iam.oauth_client (owner_id);

CREATE TRIGGER oauth_client_touch BEFORE UPDATE ON iam.oauth_client
    FOR EACH ROW EXECUTE FUNCTION iam.touch_updated_at();

CREATE TABLE iam.oauth_refresh_token (
    id           uuid        NOT NULL DEFAULT gen_random_uuid(),
    -- @sensitive
    token        text        NOT NULL,
    client_id    text        NOT NULL,
    session_id   uuid,
    user_id      uuid        NOT NULL,
    reference_id text,
    scopes       text[]      NOT NULL,
    auth_time    timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    CONSTRAINT oauth_refresh_token_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_refresh_token_token_key UNIQUE (token),
    CONSTRAINT oauth_refresh_token_client_id_fkey FOREIGN KEY (client_id)
        REFERENCES iam.oauth_client (client_id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT oauth_refresh_token_session_id_fkey FOREIGN KEY (session_id)
        REFERENCES iam.session (id) ON DELETE SET NULL,
    CONSTRAINT oauth_refresh_token_user_id_fkey FOREIGN KEY (user_id) REFERENCES iam.user (id) ON DELETE CASCADE,
    CONSTRAINT oauth_refresh_token_expires_after_creation CHECK (expires_at > created_at)
);
COMMENT ON TABLE iam.oauth_refresh_token IS 'What a client exchanges for a new access token; it outlives the session.';
COMMENT ON COLUMN iam.oauth_refresh_token.token IS 'The hash of the token.';
COMMENT ON COLUMN iam.oauth_refresh_token.auth_time IS
    'When the user last proved who they are (OpenID Connect Core, 2).';

CREATE INDEX oauth_refresh_token_client_id_idx ON iam.oauth_refresh_token (client_id);
CREATE INDEX oauth_refresh_token_session_id_idx ON iam.oauth_refresh_token (session_id);
CREATE INDEX oauth_refresh_token_user_id_idx ON iam.oauth_refresh_token (user_id);

CREATE TABLE iam.oauth_access_token (
    id               uuid        NOT NULL DEFAULT gen_random_uuid(),
    -- @sensitive
    token            text        NOT NULL,
    client_id        text        NOT NULL,
    session_id       uuid,
    user_id          uuid,
    refresh_token_id uuid,
    reference_id     text,
    scopes           text[]      NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    expires_at       timestamptz NOT NULL,
    CONSTRAINT oauth_access_token_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_access_token_token_key UNIQUE (token),
    CONSTRAINT oauth_access_token_client_id_fkey FOREIGN KEY (client_id)
        REFERENCES iam.oauth_client (client_id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT oauth_access_token_session_id_fkey FOREIGN KEY (session_id)
        REFERENCES iam.session (id) ON DELETE SET NULL,
    CONSTRAINT oauth_access_token_user_id_fkey FOREIGN KEY (user_id) REFERENCES iam.user (id) ON DELETE CASCADE,
    CONSTRAINT oauth_access_token_refresh_token_id_fkey FOREIGN KEY (refresh_token_id)
        REFERENCES iam.oauth_refresh_token (id) ON DELETE CASCADE,
    CONSTRAINT oauth_access_token_expires_after_creation CHECK (expires_at > created_at)
);
COMMENT ON TABLE iam.oauth_access_token IS
    'An opaque access token. It is written once, read at introspection, deleted at revocation.';
COMMENT ON COLUMN iam.oauth_access_token.token IS 'The hash of the token.';
COMMENT ON COLUMN iam.oauth_access_token.user_id IS 'None where the client acts for itself (client credentials).';

CREATE INDEX oauth_access_token_client_id_idx ON iam.oauth_access_token (client_id);
CREATE INDEX oauth_access_token_session_id_idx ON iam.oauth_access_token (session_id);
CREATE INDEX oauth_access_token_user_id_idx ON iam.oauth_access_token (user_id);
CREATE INDEX oauth_access_token_refresh_token_id_idx ON iam.oauth_access_token (refresh_token_id);
CREATE INDEX oauth_access_token_expires_at_idx ON iam.oauth_access_token (expires_at);

CREATE TABLE iam.oauth_consent (
    id           uuid        NOT NULL DEFAULT gen_random_uuid(),
    client_id    text        NOT NULL,
    user_id      uuid        NOT NULL,
    reference_id text,
    scopes       text[]      NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT oauth_consent_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_consent_client_id_fkey FOREIGN KEY (client_id)
        REFERENCES iam.oauth_client (client_id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT oauth_consent_user_id_fkey FOREIGN KEY (user_id) REFERENCES iam.user (id) ON DELETE CASCADE
);
COMMENT ON TABLE iam.oauth_consent IS 'The scopes that a user has granted to a client.';

-- One consent per user and client, and one more per organisation that the user acts for.
CREATE UNIQUE INDEX oauth_consent_own_key ON iam.oauth_consent (user_id, client_id) WHERE reference_id IS NULL;
CREATE UNIQUE INDEX oauth_consent_reference_key ON iam.oauth_consent (user_id, client_id, reference_id)
    WHERE reference_id IS NOT NULL;
CREATE INDEX oauth_consent_user_id_idx ON iam.oauth_consent (user_id);
CREATE INDEX oauth_consent_client_id_idx ON iam.oauth_consent (client_id);

CREATE TRIGGER oauth_consent_touch BEFORE UPDATE ON iam.oauth_consent
    FOR EACH ROW EXECUTE FUNCTION iam.touch_updated_at();
