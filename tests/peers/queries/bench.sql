--: Author(hair_color?)
--: AuthorWithPost(hair_color?, post_id?, title?, body?)
--: Post(body?)
--: Event(note?)

--! authors : Author
SELECT id, name, hair_color FROM bench.author;

--! authors_with_posts : AuthorWithPost
SELECT a.id, a.name, a.hair_color, p.id AS post_id, p.title, p.body
FROM bench.author AS a
LEFT JOIN bench.post AS p ON p.author_id = a.id
WHERE a.hair_color = :hair_color
ORDER BY a.name DESC;

--! posts_of : Post
SELECT id, author_id, title, body FROM bench.post WHERE author_id = ANY (:authors) ORDER BY id;

--! comments_of
SELECT id, post_id, text FROM bench.comment WHERE post_id = ANY (:posts) ORDER BY id;

--! event : Event
SELECT id, account, kind, amount, is_test, note, created_at FROM bench.event WHERE id = :id;

--! events_after : Event
SELECT id, account, kind, amount, is_test, note, created_at
FROM bench.event
WHERE account = :account AND (created_at, id) > (:created_at, :id)
ORDER BY created_at, id
LIMIT :row_limit;

--! insert_author (hair_color?) : Author
INSERT INTO bench.author (name, hair_color) VALUES (:name, :hair_color) RETURNING id, name, hair_color;

--! insert_authors (hair_colors[?]) : Author
INSERT INTO bench.author (name, hair_color)
SELECT * FROM UNNEST(:names::text[], :hair_colors::text[])
RETURNING id, name, hair_color;

--! insert_events (notes[?]) : Event
INSERT INTO bench.event (account, kind, amount, note, created_at)
SELECT * FROM UNNEST(:accounts::text[], :kinds::text[], :amounts::int4[], :notes::text[], :created_ats::timestamptz[])
RETURNING id, account, kind, amount, is_test, note, created_at;
