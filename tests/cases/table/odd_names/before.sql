CREATE TABLE "Select" ("from" integer, "Ü b" date) PARTITION BY RANGE ("Ü b", ("from" + 1));
CREATE TABLE "a_name_that_is_exactly_as_long_as_postgresql_allows_it_to_be_63" PARTITION OF "Select" FOR VALUES FROM (MINVALUE, MINVALUE) TO ('2024-01-01', 7);
CREATE INDEX ON "Select" ("from");
