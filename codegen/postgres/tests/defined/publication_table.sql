CREATE SCHEMA "S s";
CREATE TABLE "S s"."T" (a int PRIMARY KEY, "B b" text, c int NOT NULL, gone int);
CREATE TABLE "S s".u (a int PRIMARY KEY);
-- variant
CREATE PUBLICATION p FOR TABLE "S s"."T", "S s".u;
-- variant
CREATE PUBLICATION p FOR TABLE "S s".u;
CREATE PUBLICATION "P 2" FOR TABLE "S s"."T";
-- variant
ALTER TABLE "S s"."T" ALTER c TYPE bigint, DROP gone;
CREATE PUBLICATION p FOR TABLE "S s"."T", "S s".u;
-- variant
-- since 15
CREATE PUBLICATION p FOR TABLE "S s"."T" (a, "B b") WHERE (c > 1 AND "B b" <> 'it''s');
CREATE PUBLICATION "P 2" FOR TABLE "S s"."T" WHERE (gone IS NULL);
-- variant
-- since 15
ALTER TABLE "S s"."T" ALTER c TYPE bigint, DROP gone;
CREATE PUBLICATION p FOR TABLE "S s"."T" (a, c) WHERE (c > 1), TABLE "S s".u;
-- variant
-- since 15
CREATE PUBLICATION p FOR TABLES IN SCHEMA "S s";
-- variant
DROP TABLE "S s"."T";
CREATE PUBLICATION p FOR TABLE "S s".u;
