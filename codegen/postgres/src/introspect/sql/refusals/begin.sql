, refused (kind, class, object, part, detail, transaction) AS (
