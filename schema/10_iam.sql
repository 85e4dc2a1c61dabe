CREATE SCHEMA iam;
COMMENT ON SCHEMA iam IS 'Who may do what: users, their sessions, and the OAuth provider.';

CREATE FUNCTION iam.touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = ''
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$$;
COMMENT ON FUNCTION iam.touch_updated_at() IS 'Keeps updated_at true, whoever writes the row.';

CREATE TABLE iam.user (
    id             uuid        NOT NULL DEFAULT gen_random_uuid(),
    name           text        NOT NULL,
    -- @sensitive
    email          text        NOT NULL,
    email_verified boolean     NOT NULL DEFAULT false,
    image          text,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_pkey PRIMARY KEY (id),
    CONSTRAINT user_email_key UNIQUE (email),
    CONSTRAINT user_email_is_lower_case CHECK (email = lower(email))
);
COMMENT ON TABLE iam.user IS 'A person who can sign in.';
COMMENT ON COLUMN iam.user.email IS 'Stored in lower case, so that equality is the comparison that people expect.';
COMMENT ON COLUMN iam.user.image IS 'The address of a portrait.';

CREATE TRIGGER user_touch BEFORE UPDATE ON iam.user
    FOR EACH ROW EXECUTE FUNCTION iam.touch_updated_at();

CREATE TABLE iam.session (
    id         uuid        NOT NULL DEFAULT gen_random_uuid(),
    user_id    uuid        NOT NULL,
    -- @sensitive
    token      text        NOT NULL,
    ip_address inet,
    user_agent text,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT session_pkey PRIMARY KEY (id),
    CONSTRAINT session_token_key UNIQUE (token),
    CONSTRAINT session_user_id_fkey FOREIGN KEY (user_id) REFERENCES iam.user (id) ON DELETE CASCADE,
    CONSTRAINT session_expires_after_creation CHECK (expires_at > created_at)
);
COMMENT ON TABLE iam.session IS 'A signed-in browser or device.';
COMMENT ON COLUMN iam.session.token IS 'The bearer secret of the cookie.';

CREATE INDEX session_user_id_idx ON iam.session (user_id);
CREATE INDEX session_expires_at_idx ON iam.session (expires_at);

CREATE TRIGGER session_touch BEFORE UPDATE ON iam.session
    FOR EACH ROW EXECUTE FUNCTION iam.touch_updated_at();
