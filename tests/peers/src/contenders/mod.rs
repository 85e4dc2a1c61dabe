//! One module per contender.

pub mod cornucopia;
pub mod diesel;
pub mod diesel_async;
pub mod hand_written;
pub mod lockstep;
pub mod sea_orm;
pub mod sqlx;

use std::collections::HashMap;

/// Groups rows by a key, in their order.
pub fn grouped<T>(rows: Vec<T>, key: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut groups: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

/// Authors, posts and comments put together.
pub fn tree<A, P, C>(
    authors: Vec<A>,
    author: impl Fn(&A) -> i64,
    mut posts: HashMap<i64, Vec<P>>,
    post: impl Fn(&P) -> i64,
    mut comments: HashMap<i64, Vec<C>>,
) -> crate::model::Tree<A, P, C> {
    let mut with_comments = |row: P| {
        let own = comments.remove(&post(&row)).unwrap_or_default();
        (row, own)
    };
    authors
        .into_iter()
        .map(|row| {
            let own = posts.remove(&author(&row)).unwrap_or_default();
            (row, own.into_iter().map(&mut with_comments).collect())
        })
        .collect()
}
