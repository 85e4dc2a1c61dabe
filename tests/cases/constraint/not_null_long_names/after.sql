CREATE TABLE public.a_table_with_a_name_that_is_very_long_for_a_table_of_this_kind (
    a_column_with_a_name_that_is_very_long_for_a_column_of_this_kind integer,
    b integer,
    "größe_größe_größe_größe_größe_größe_größe" integer,
    c integer NOT NULL
);
INSERT INTO public.a_table_with_a_name_that_is_very_long_for_a_table_of_this_kind VALUES (1, 1, 1, 1);
