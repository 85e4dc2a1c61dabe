CREATE SCHEMA bench;

CREATE TABLE bench.author (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    hair_color text
);

CREATE TABLE bench.post (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    author_id bigint NOT NULL REFERENCES bench.author,
    title text NOT NULL,
    body text
);
CREATE INDEX ON bench.post (author_id);

CREATE TABLE bench.comment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id bigint NOT NULL REFERENCES bench.post,
    text text NOT NULL
);
CREATE INDEX ON bench.comment (post_id);

CREATE TABLE bench.event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text NOT NULL,
    kind text NOT NULL,
    amount integer NOT NULL,
    is_test boolean NOT NULL DEFAULT false,
    note text,
    created_at timestamptz NOT NULL
);
CREATE INDEX ON bench.event (account, created_at);
