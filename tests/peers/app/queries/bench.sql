-- name: authors :many
SELECT id, name, hair_color FROM bench.author;

-- name: authors_with_posts :many
SELECT a.id, a.name, a.hair_color, p.id AS post_id, p.title, p.body
FROM bench.author AS a
LEFT JOIN bench.post AS p ON p.author_id = a.id
WHERE a.hair_color = @hair_color
ORDER BY a.name DESC;
