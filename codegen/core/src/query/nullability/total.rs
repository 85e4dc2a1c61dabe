//! The functions of PostgreSQL's own that have a value whenever their arguments have: the catalogs do not say, so this is
//! a table of what the sources say (`PG_RETURN_NULL` in src/backend/utils/adt). What is not in it may return NULL, as
//! `to_char` of a time and `extract` of one do.

use super::FunctionFact;

/// By their names, whatever the arguments are; sorted.
const TOTAL: &[&str] = &[
    "abbrev",
    "abs",
    "acos",
    "age",
    "anytextcat",
    "array_append",
    "array_cat",
    "array_fill",
    "array_positions",
    "array_prepend",
    "array_remove",
    "array_replace",
    "array_to_json",
    "array_to_string",
    "arraycontained",
    "arraycontains",
    "arrayoverlap",
    "ascii",
    "asin",
    "atan",
    "atan2",
    "bit_count",
    "bit_length",
    "bitand",
    "bitcat",
    "bitnot",
    "bitor",
    "bitxor",
    "bpchar",
    "bpchariclike",
    "bpcharicnlike",
    "bpcharlike",
    "bpcharnlike",
    "bpcharregexeq",
    "bpcharregexne",
    "broadcast",
    "btrim",
    "byteacat",
    "bytealike",
    "byteanlike",
    "cardinality",
    "cbrt",
    "ceil",
    "ceiling",
    "char_length",
    "character_length",
    "chr",
    "clock_timestamp",
    "concat_ws",
    "convert_from",
    "convert_to",
    "cos",
    "cosh",
    "cot",
    "current_database",
    "current_user",
    "currval",
    "date",
    "date_bin",
    "date_mi",
    "date_mi_interval",
    "date_mii",
    "date_pl_interval",
    "date_pli",
    "date_trunc",
    "datetime_pl",
    "datetimetz_pl",
    "decode",
    "degrees",
    "div",
    "elem_contained_by_range",
    "encode",
    "exp",
    "factorial",
    "family",
    "floor",
    "format",
    "gcd",
    "gen_random_uuid",
    "get_bit",
    "get_byte",
    "hashtext",
    "host",
    "hostmask",
    "initcap",
    "integer_pl_date",
    "interval_div",
    "interval_mi",
    "interval_mul",
    "interval_pl",
    "interval_pl_date",
    "interval_pl_time",
    "interval_pl_timestamp",
    "interval_pl_timestamptz",
    "interval_um",
    "is_normalized",
    "isempty",
    "isfinite",
    "json_array_length",
    "json_strip_nulls",
    "json_typeof",
    "jsonb_array_length",
    "jsonb_concat",
    "jsonb_contained",
    "jsonb_contains",
    "jsonb_delete",
    "jsonb_delete_path",
    "jsonb_exists",
    "jsonb_exists_all",
    "jsonb_exists_any",
    "jsonb_insert",
    "jsonb_pretty",
    "jsonb_set",
    "jsonb_strip_nulls",
    "jsonb_typeof",
    "justify_days",
    "justify_hours",
    "justify_interval",
    "lastval",
    "lcm",
    "left",
    "length",
    "like",
    "ln",
    "log",
    "log10",
    "lower_inc",
    "lower_inf",
    "lpad",
    "ltrim",
    "make_date",
    "make_interval",
    "make_time",
    "make_timestamp",
    "make_timestamptz",
    "masklen",
    "md5",
    "mod",
    "mul_d_interval",
    "name",
    "namelike",
    "namenlike",
    "nameregexeq",
    "nameregexne",
    "netmask",
    "network",
    "nextval",
    "normalize",
    "notlike",
    "now",
    "numeric_abs",
    "numeric_add",
    "numeric_div",
    "numeric_mod",
    "numeric_mul",
    "numeric_power",
    "numeric_sub",
    "numeric_uminus",
    "numeric_uplus",
    "octet_length",
    "overlay",
    "pg_advisory_xact_lock",
    "pg_backend_pid",
    "pg_try_advisory_lock",
    "pg_try_advisory_xact_lock",
    "pg_typeof",
    "phraseto_tsquery",
    "pi",
    "plainto_tsquery",
    "position",
    "pow",
    "power",
    "quote_ident",
    "quote_literal",
    "radians",
    "random",
    "range_adjacent",
    "range_after",
    "range_before",
    "range_contained_by",
    "range_contains",
    "range_contains_elem",
    "range_intersect",
    "range_merge",
    "range_overlaps",
    "range_overleft",
    "range_overright",
    "range_union",
    "regexp_count",
    "regexp_instr",
    "regexp_like",
    "regexp_replace",
    "regexp_split_to_array",
    "repeat",
    "replace",
    "reverse",
    "right",
    "round",
    "row_to_json",
    "rpad",
    "rtrim",
    "session_user",
    "set_bit",
    "set_byte",
    "set_masklen",
    "setval",
    "setweight",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "sign",
    "sin",
    "sinh",
    "split_part",
    "sqrt",
    "starts_with",
    "statement_timestamp",
    "string_to_array",
    "strip",
    "strpos",
    "substr",
    "tan",
    "tanh",
    "text",
    "textanycat",
    "textcat",
    "texticlike",
    "texticnlike",
    "texticregexeq",
    "texticregexne",
    "textlike",
    "textnlike",
    "textregexeq",
    "textregexne",
    "time_mi_interval",
    "time_mi_time",
    "time_pl_interval",
    "timeofday",
    "timestamp_mi",
    "timestamp_mi_interval",
    "timestamp_pl_interval",
    "timestamptz_mi",
    "timestamptz_mi_interval",
    "timestamptz_pl_interval",
    "timezone",
    "to_date",
    "to_hex",
    "to_json",
    "to_jsonb",
    "to_timestamp",
    "to_tsquery",
    "to_tsvector",
    "transaction_timestamp",
    "translate",
    "trim_array",
    "trim_scale",
    "trunc",
    "ts_headline",
    "ts_match_qv",
    "ts_match_vq",
    "ts_rank",
    "ts_rank_cd",
    "txid_current",
    "upper_inc",
    "upper_inf",
    "varchar",
    "version",
    "websearch_to_tsquery",
    "width_bucket",
];

/// Those that are total for arguments of these types only, by their first one.
const TOTAL_OF: &[(&str, &[&str])] = &[
    ("current_setting", &["text"]),
    ("lower", &["text"]),
    ("to_char", &["numeric", "integer", "bigint", "real", "double precision", "interval"]),
    ("upper", &["text"]),
];

/// Casts that are functions are called as what they cast to. From jsonb they may return NULL.
const CASTS: &[&str] =
    &["bool", "float4", "float8", "int2", "int4", "int8", "interval", "numeric", "timestamp", "timestamptz", "varbit"];

/// Operators on numbers: a type or two, and what is done with them.
const NUMBERS: &[&str] = &[
    "int24", "int28", "int42", "int48", "int82", "int84", "int2", "int4", "int8", "float48", "float84", "float4",
    "float8",
];
const OPERATIONS: &[&str] =
    &["pl", "mi", "mul", "div", "mod", "um", "up", "abs", "and", "or", "xor", "not", "shl", "shr"];

/// Functions that have a value whatever their arguments are, unless these are one array.
const ALWAYS: &[&str] = &["concat", "json_build_array", "json_build_object", "jsonb_build_array", "jsonb_build_object"];

/// Functions whose rows hold no NULL.
const SETS: &[&str] = &[
    "generate_series",
    "generate_subscripts",
    "json_array_elements",
    "json_object_keys",
    "jsonb_array_elements",
    "jsonb_object_keys",
    "jsonb_path_query",
    "regexp_split_to_table",
];

/// Aggregates and window functions that have a value for no rows too, or for every row.
const TOTAL_AGGREGATES: &[&str] =
    &["count", "cume_dist", "dense_rank", "percent_rank", "rank", "regr_count", "row_number"];

/// Aggregates that have a value for a group of rows where their first so many arguments have.
const IN_GROUP: &[(&str, usize)] = &[
    ("any_value", 1),
    ("array_agg", 0),
    ("avg", 1),
    ("bit_and", 1),
    ("bit_or", 1),
    ("bit_xor", 1),
    ("bool_and", 1),
    ("bool_or", 1),
    ("every", 1),
    ("json_agg", 0),
    ("json_object_agg", 0),
    ("jsonb_agg", 0),
    ("jsonb_object_agg", 0),
    ("max", 1),
    ("min", 1),
    ("stddev_pop", 1),
    ("string_agg", 2),
    ("sum", 1),
    ("var_pop", 1),
];

/// Window functions that have a value where all of so many arguments have.
const WINDOW: &[(&str, usize)] = &[("lag", 3), ("lead", 3), ("ntile", 1)];

/// Whether a function has a value whenever its arguments have.
#[must_use]
pub fn is_total(function: &FunctionFact) -> bool {
    let FunctionFact { name, built_in, strict: _, compares, arguments } = function;
    let name = name.as_str();
    let first = arguments.first().map(String::as_str);
    let is_of = |(other, types): &(&str, &[&str])| *other == name && first.is_some_and(|first| types.contains(&first));
    let is_json = first.is_some_and(|first| first.starts_with("json"));
    *built_in
        && (*compares
            || TOTAL.contains(&name)
            || SETS.contains(&name)
            || ALWAYS.contains(&name)
            || TOTAL_OF.iter().any(is_of) && !(name == "current_setting" && arguments.len() > 1)
            || CASTS.contains(&name) && !is_json
            // By position and length; by a pattern it finds nothing where the pattern does not fit.
            || name == "substring" && !arguments.iter().skip(1).any(|argument| argument == "text")
            || NUMBERS.iter().any(|number| {
                name.strip_prefix(number).is_some_and(|operation| OPERATIONS.contains(&operation))
            }))
}

/// Whether a function has a value whatever its arguments are.
pub(super) fn is_always(function: &FunctionFact) -> bool {
    function.built_in && ALWAYS.contains(&function.name.as_str())
}

/// Whether an aggregate or window function has a value in any case.
pub(super) fn is_total_aggregate(function: &FunctionFact) -> bool {
    function.built_in && TOTAL_AGGREGATES.contains(&function.name.as_str())
}

/// How many arguments of an aggregate have to have a value in every row, for it to have one for every group.
pub(super) fn is_total_in_group(function: &FunctionFact) -> Option<usize> {
    let found = IN_GROUP.iter().find(|(name, _)| *name == function.name);
    found.filter(|_| function.built_in).map(|(_, wants)| *wants)
}

pub(super) fn is_total_window(function: &FunctionFact, arguments: usize) -> bool {
    function.built_in && WINDOW.contains(&(function.name.as_str(), arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built_in(name: &str, arguments: &[&str]) -> FunctionFact {
        let arguments = arguments.iter().map(|it| (*it).to_owned()).collect();
        FunctionFact { name: name.to_owned(), built_in: true, strict: true, compares: false, arguments }
    }

    #[test]
    fn functions_that_find_nothing_are_not_total() {
        for (name, arguments, expected) in [
            ("lower", &["text"][..], true),
            ("lower", &["anyrange"], false),
            ("substring", &["text", "integer", "integer"], true),
            ("substring", &["text", "text"], false),
            ("to_char", &["timestamp without time zone", "text"], false),
            ("to_char", &["numeric", "text"], true),
            ("int4", &["jsonb"], false),
            ("int4", &["bigint"], true),
            ("int48pl", &["integer", "bigint"], true),
            ("int4range_out", &["int4range"], false),
            ("array_length", &["anyarray", "integer"], false),
            ("current_setting", &["text", "boolean"], false),
        ] {
            assert_eq!(is_total(&built_in(name, arguments)), expected, "{name} {arguments:?}");
        }
        let own = FunctionFact { built_in: false, ..built_in("lower", &["text"]) };
        assert!(!is_total(&own));
    }
}
