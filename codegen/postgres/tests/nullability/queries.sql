-- Outer joins
SELECT p.id, p.name, i.id AS item, i.title FROM producer p LEFT JOIN item i ON i.producer = p.id
SELECT p.name, i.title FROM producer p RIGHT JOIN item i ON i.producer = p.id
SELECT p.name, i.title FROM producer p FULL JOIN item i ON i.producer = p.id
SELECT p.name, i.title, s.amount FROM producer p LEFT JOIN (item i JOIN stock s ON s.item = i.id) ON i.producer = p.id
SELECT p.name, i.title, s.amount FROM producer p LEFT JOIN item i ON i.producer = p.id LEFT JOIN stock s ON s.item = i.id
SELECT p.name, i.title FROM producer p LEFT JOIN item i ON i.producer = p.id WHERE i.id > 3
SELECT p.name, i.title, s.amount FROM producer p LEFT JOIN (item i JOIN stock s ON s.item = i.id) ON i.producer = p.id WHERE s.amount > 0
SELECT p.name, i.title FROM producer p LEFT JOIN item i ON i.producer = p.id WHERE i.id > 3 OR p.note = 'x'
SELECT p.name, i.title FROM producer p LEFT JOIN item i ON i.producer = p.id WHERE i.id IS NULL
SELECT id, s.amount FROM item FULL JOIN stock s ON s.item = id
SELECT item, amount, title FROM (SELECT id AS item, title FROM item) i FULL JOIN stock USING (item)
SELECT item, amount, title FROM (SELECT id AS item, title FROM item) i LEFT JOIN stock USING (item)
SELECT a.id, b.id, c.id FROM producer a LEFT JOIN producer b ON b.id = a.parent LEFT JOIN producer c ON c.id = b.parent
SELECT count(i.id), count(*) FROM producer p LEFT JOIN item i ON i.producer = p.id
SELECT p.name, x.title FROM producer p LEFT JOIN LATERAL (SELECT title FROM item WHERE producer = p.id LIMIT 1) x ON true
SELECT p.name, x.title FROM producer p CROSS JOIN LATERAL (SELECT title FROM item WHERE producer = p.id LIMIT 1) x
SELECT i FROM producer p LEFT JOIN item i ON i.producer = p.id
-- Conditions
SELECT note FROM producer WHERE note IS NOT NULL
SELECT note, parent FROM producer WHERE note = $1 AND parent > $2
SELECT note FROM producer WHERE note LIKE 'a%' OR note = 'b'
SELECT note FROM producer WHERE note LIKE 'a%' OR parent = 1
SELECT price, active FROM item WHERE active AND NOT price > 3
SELECT price FROM item WHERE price IN (1, 2)
SELECT price FROM item WHERE price = ANY ($1)
SELECT price FROM item WHERE price <> ALL (ARRAY[1, 2])
SELECT price FROM item WHERE price IN (SELECT amount FROM stock)
SELECT price FROM item WHERE price IS DISTINCT FROM 3
SELECT price FROM item WHERE (price > 3) IS TRUE
SELECT price FROM item WHERE (price > 3) IS NOT TRUE
SELECT price FROM item WHERE coalesce(price, 3) = 3
SELECT price FROM item WHERE maybe(price::integer) = 3
SELECT i.price, s.place FROM item i JOIN stock s ON s.item = i.id AND s.place = i.title
-- Expressions
SELECT CASE WHEN price > 3 THEN price ELSE 0 END AS a, CASE WHEN price > 3 THEN price END AS b FROM item
SELECT CASE WHEN price IS NULL THEN 0 WHEN price > 3 THEN 1 ELSE price END AS a FROM item
SELECT coalesce(note, name) AS a, coalesce(note, NULL) AS b, greatest(note, name) AS c, nullif(name, 'x') AS d FROM producer
SELECT id + 1 AS a, name || note AS b, lower(name) AS c, length(name) AS d, substring(name from 'x') AS e FROM producer
SELECT id = 1 AS a, note = 'x' AS b, note IS NULL AS c, note IS DISTINCT FROM 'x' AS d, id IN (1, 2) AS e FROM producer
SELECT meta ->> 'a' AS a, meta IS NULL AS b, meta @> '{}' AS c, tags[1] AS d, array_length(tags, 1) AS e, cardinality(tags) AS f FROM item
SELECT to_char(made, 'YYYY') AS a, extract(year FROM made) AS b, made::date AS c, date_trunc('day', made) AS d, made::time AS e FROM item
SELECT (joint).a, joint, ROW(id, price) AS c, ARRAY[price] AS d, code FROM item
SELECT now() AS a, current_date AS b, current_user AS c, current_schema AS d, gen_random_uuid() AS e
SELECT NULL AS a, 1 AS b, 'x' AS c, NULL::integer + 1 AS d
SELECT $1::integer AS a, $2::text || 'x' AS b
SELECT maybe(1) AS a, abs(maybe(1)) AS b, concat(NULL, 'x') AS c, json_build_object('a', NULL) AS d
-- Aggregates and windows
SELECT count(*), sum(price), max(id), array_agg(id), string_agg(title, ','), json_agg(title) FROM item
SELECT producer, count(*), sum(id) AS sum, sum(price) AS prices, max(title), array_agg(price), bool_and(active) FROM item GROUP BY producer
SELECT title, max(id) FILTER (WHERE price > 3) FROM item GROUP BY title
SELECT title, count(*) FROM item GROUP BY ROLLUP (title)
SELECT title, producer, count(*) FROM item GROUP BY GROUPING SETS ((title), (producer))
SELECT id, row_number() OVER w AS a, lag(id) OVER w AS b, lag(id, 1, 0) OVER w AS c, sum(id) OVER w AS d FROM item WINDOW w AS (ORDER BY made)
SELECT first_value(title) OVER (ORDER BY id) AS a, nth_value(title, 2) OVER (ORDER BY id) AS b, sum(id) OVER (ORDER BY id ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING) AS c FROM item
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id) FROM item GROUP BY title
-- Subqueries
SELECT (SELECT max(p.id) FROM item GROUP BY title LIMIT 1) AS a FROM producer p
SELECT coalesce((SELECT max(p.id) FROM (SELECT 1) s (x) GROUP BY x), 0) AS a FROM producer p
SELECT (SELECT count(*) FROM item) AS a, (SELECT max(id) FROM item) AS b, (SELECT id FROM item LIMIT 1) AS c, (SELECT 1) AS d
SELECT EXISTS (SELECT 1 FROM item) AS a, ARRAY(SELECT price FROM item) AS b, id IN (SELECT producer FROM item) AS c, id IN (SELECT item FROM stock) AS d FROM producer
SELECT (SELECT p.name) AS a, (SELECT p.note) AS b FROM producer p
SELECT s.a, s.b FROM (SELECT id AS a, price AS b FROM item WHERE price IS NOT NULL) s
SELECT * FROM (VALUES (1, 'a'), (2, NULL)) v (x, y)
SELECT n, m FROM generate_series(1, 3) n, unnest(ARRAY[1, NULL]) m
SELECT t, o FROM unnest(ARRAY['a']) WITH ORDINALITY u (t, o)
SELECT a, b FROM ROWS FROM (generate_series(1, 2), generate_series(1, 3)) f (a, b)
SELECT generate_series(1, 2) AS a, 1 AS b
SELECT generate_series(1, 2) AS a, generate_series(1, 3) AS b
-- Set operations
SELECT id FROM item UNION SELECT item FROM stock
SELECT title FROM item UNION ALL SELECT note FROM producer
SELECT title FROM item INTERSECT SELECT note FROM producer
SELECT title FROM item EXCEPT SELECT note FROM producer
SELECT id FROM item UNION ALL (SELECT NULL EXCEPT SELECT 1)
-- Common table expressions
WITH a AS (SELECT id, note FROM producer) SELECT * FROM a
WITH RECURSIVE tree AS (SELECT id, parent, 1 AS depth FROM producer WHERE parent IS NULL UNION ALL SELECT p.id, p.parent, t.depth + 1 FROM producer p JOIN tree t ON p.parent = t.id) SELECT id, parent, depth FROM tree
WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT nullif(n + 1, 5) FROM t WHERE n < 9) SELECT n FROM t
WITH gone AS (DELETE FROM stock RETURNING item, place) SELECT * FROM gone
WITH gone AS (DELETE FROM stock WHERE place = 'x' RETURNING item, place) SELECT * FROM gone
-- What writes
INSERT INTO stock VALUES ($1, $2, $3) RETURNING item, amount, place
UPDATE stock SET place = $1 WHERE place = 'x' RETURNING item, place
UPDATE stock s SET amount = 0 FROM item i LEFT JOIN producer p ON p.id = i.producer WHERE i.id = s.item RETURNING s.item, i.title, p.name
DELETE FROM stock WHERE amount = 0 RETURNING *
INSERT INTO stock SELECT id, 1 FROM item ON CONFLICT (item) DO UPDATE SET amount = stock.amount + 1 RETURNING item, amount, place
-- Relations of every kind
SELECT id, title, producer FROM named
SELECT id, price, title FROM priced
SELECT id, title FROM kept
SELECT note FROM above
SELECT note FROM ONLY above
SELECT id, at, note, tableoid FROM event
SELECT n.nspname, c.relname, c.relacl FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
SELECT table_name, is_insertable_into FROM information_schema.tables
