-- Migration: init
-- Problem:     the tables that the peers are compared on
-- Solution:    adds schema bench, table bench.author, table bench.comment, table bench.event, table bench.post
-- Affects:     bench.author
--              bench.comment
--              bench.event
--              bench.post
--              schema bench
-- Schema:      schema/10_bench.sql:1 bench
--              schema/10_bench.sql:3 bench.author
--              schema/10_bench.sql:9 bench.post
--              schema/10_bench.sql:9 bench.post.post_author_id_fkey
--              schema/10_bench.sql:9 bench.post.post_author_id_idx
--              schema/10_bench.sql:17 bench.comment
--              schema/10_bench.sql:17 bench.comment.comment_post_id_fkey
--              schema/10_bench.sql:17 bench.comment.comment_post_id_idx
--              schema/10_bench.sql:24 bench.event
--              schema/10_bench.sql:24 bench.event.event_account_created_at_idx
-- Locks:       none
-- Hazards:     none
-- Phase:       expand
-- Transaction: yes
-- Verify:      SELECT (SELECT to_regnamespace('bench') IS NOT NULL)
--                 AND (SELECT to_regclass('bench.author') IS NOT NULL)
--                 AND (SELECT to_regclass('bench.comment') IS NOT NULL)
--                 AND (SELECT to_regclass('bench.event') IS NOT NULL)
--                 AND (SELECT to_regclass('bench.post') IS NOT NULL)
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('bench.comment_post_id_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('bench.event_account_created_at_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('bench.post_author_id_idx'))
-- Rollback:    DROP INDEX bench.post_author_id_idx;
--              DROP INDEX bench.event_account_created_at_idx;
--              DROP INDEX bench.comment_post_id_idx;
--              ALTER TABLE bench.post DROP CONSTRAINT post_author_id_fkey;
--              ALTER TABLE bench.comment DROP CONSTRAINT comment_post_id_fkey;
--              DROP TABLE bench.post;
--              DROP TABLE bench.event;
--              DROP TABLE bench.comment;
--              DROP TABLE bench.author;
--              DROP SCHEMA bench;

-- Written by `cargo xtask db:generate` (lockstep 0.1.0).

CREATE SCHEMA bench;

CREATE TABLE bench.author (
    id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    hair_color text,
    CONSTRAINT author_pkey PRIMARY KEY (id)
);

CREATE TABLE bench.comment (
    id bigint GENERATED ALWAYS AS IDENTITY,
    post_id bigint NOT NULL,
    text text NOT NULL,
    CONSTRAINT comment_pkey PRIMARY KEY (id)
);

CREATE TABLE bench.event (
    id bigint GENERATED ALWAYS AS IDENTITY,
    account text NOT NULL,
    kind text NOT NULL,
    amount integer NOT NULL,
    is_test boolean DEFAULT false NOT NULL,
    note text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (id)
);

CREATE TABLE bench.post (
    id bigint GENERATED ALWAYS AS IDENTITY,
    author_id bigint NOT NULL,
    title text NOT NULL,
    body text,
    CONSTRAINT post_pkey PRIMARY KEY (id)
);

ALTER TABLE bench.comment ADD CONSTRAINT comment_post_id_fkey FOREIGN KEY (post_id) REFERENCES bench.post(id);

ALTER TABLE bench.post ADD CONSTRAINT post_author_id_fkey FOREIGN KEY (author_id) REFERENCES bench.author(id);

CREATE INDEX comment_post_id_idx ON bench.comment USING btree (post_id);

CREATE INDEX event_account_created_at_idx ON bench.event USING btree (account, created_at);

CREATE INDEX post_author_id_idx ON bench.post USING btree (author_id);
