//! Accessors of every kind of column, and the Rust types that they have.

lockstep::schema!(root = "tests/ui/fixtures/accessors");

use kinds::{Given, List, Mood, NewGiven, NewGivenOptional, OddName, Scalar};
use lockstep::types::{
    DateTime, Decimal, IpCidr, IpInet, NaiveDate, NaiveDateTime, NaiveTime, Utc, Uuid, Value,
};
use lockstep::{Interval, MacAddr};

#[derive(Clone, Debug, PartialEq, lockstep::serde::Serialize, lockstep::serde::Deserialize)]
#[serde(crate = "lockstep::serde")]
pub struct Address {
    street: String,
}

fn is<T>(_: T) {}

fn scalars(row: Scalar) {
    is::<kinds::ScalarId>(row.id);
    is::<(bool, Option<bool>)>((row.a_bool, row.n_bool));
    is::<(i16, Option<i16>)>((row.a_int2, row.n_int2));
    is::<(i32, Option<i32>)>((row.a_int4, row.n_int4));
    is::<(i64, Option<i64>)>((row.a_int8, row.n_int8));
    is::<(u32, Option<u32>)>((row.a_oid, row.n_oid));
    is::<(f32, Option<f32>)>((row.a_float4, row.n_float4));
    is::<(f64, Option<f64>)>((row.a_float8, row.n_float8));
    is::<(Decimal, Option<Decimal>)>((row.a_numeric, row.n_numeric));
    is::<(String, Option<String>)>((row.a_text, row.n_text));
    is::<(String, Option<String>)>((row.a_varchar, row.n_varchar));
    is::<(String, Option<String>)>((row.a_bpchar, row.n_bpchar));
    is::<(String, Option<String>)>((row.a_name, row.n_name));
    is::<(i8, Option<i8>)>((row.a_char, row.n_char));
    is::<(String, Option<String>)>((row.a_citext, row.n_citext));
    is::<(Vec<u8>, Option<Vec<u8>>)>((row.a_bytea, row.n_bytea));
    is::<(Uuid, Option<Uuid>)>((row.a_uuid, row.n_uuid));
    is::<(Option<Value>, Option<Value>)>((row.a_json, row.n_json));
    is::<(Value, Option<Value>)>((row.a_jsonb, row.n_jsonb));
    is::<(NaiveDate, Option<NaiveDate>)>((row.a_date, row.n_date));
    is::<(NaiveTime, Option<NaiveTime>)>((row.a_time, row.n_time));
    is::<(NaiveDateTime, Option<NaiveDateTime>)>((row.a_timestamp, row.n_timestamp));
    is::<(DateTime<Utc>, Option<DateTime<Utc>>)>((row.a_timestamptz, row.n_timestamptz));
    is::<(Interval, Option<Interval>)>((row.a_interval, row.n_interval));
    is::<(IpInet, Option<IpInet>)>((row.a_inet, row.n_inet));
    is::<(IpCidr, Option<IpCidr>)>((row.a_cidr, row.n_cidr));
    is::<(MacAddr, Option<MacAddr>)>((row.a_macaddr, row.n_macaddr));
    is::<(Mood, Option<Mood>)>((row.a_mood, row.n_mood));
    is::<(String, Option<String>)>((row.a_email, row.n_email));
    is::<(i32, Option<i32>)>((row.a_share, row.n_share));
}

fn arrays(row: List) {
    is::<(Vec<i32>, Option<Vec<i32>>)>((row.numbers, row.maybe_numbers));
    is::<(Vec<String>, Vec<Mood>, Option<Vec<Mood>>)>((row.texts, row.moods, row.maybe_moods));
    is::<(Vec<String>, Option<Vec<String>>)>((row.emails, row.names));
    is::<Option<Vec<DateTime<Utc>>>>(row.times);
}

fn given(row: Given) -> NewGiven {
    let optional = NewGivenOptional { nullable_default: Some(None), ..Default::default() };
    is::<Option<i32>>(row.doubled);
    NewGiven { required: row.required, optional }
}

fn odd(row: OddName) -> (kinds::OddNameId, Option<i32>) {
    (row.r#type, row.größe)
}

fn annotated(row: shop::Order) -> String {
    row.address.0.street
}

fn main() {
    let _ = (scalars, arrays, given, odd, annotated);
    assert_eq!(Mood::ALL.map(Mood::label), ["happy", "so so", "A+", "A-", "type"]);
}
