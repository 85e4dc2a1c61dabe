CREATE TABLE "Select" ("from" integer NOT NULL, "Ü b" date, "quo""te" text DEFAULT 'it''s') PARTITION BY RANGE ("Ü b", ("from" + 1));
CREATE TABLE "a_name_that_is_exactly_as_long_as_postgresql_allows_it_to_be_63" PARTITION OF "Select" ("quo""te" DEFAULT '\') FOR VALUES FROM (MINVALUE, MINVALUE) TO ('2024-01-01', 9);
CREATE UNIQUE INDEX "the one" ON "a_name_that_is_exactly_as_long_as_postgresql_allows_it_to_be_63" ("from");
CREATE INDEX ON "Select" ("quo""te" DESC NULLS LAST);
