//! What every contender is asked for: rows to insert, and the answers in one form, so that they can be compared.

use chrono::{DateTime, TimeDelta, Utc};

/// A row of `bench.author`.
#[derive(Clone, Debug, PartialEq)]
pub struct Author {
    pub id: i64,
    pub name: String,
    pub hair_color: Option<String>,
}

/// An author beside one of his posts, if there is any.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorWithPost {
    pub author: Author,
    pub post: Option<Post>,
}

/// A row of `bench.post`.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    pub id: i64,
    pub author_id: i64,
    pub title: String,
    pub body: Option<String>,
}

/// A row of `bench.comment`.
#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    pub id: i64,
    pub post_id: i64,
    pub text: String,
}

/// A row of `bench.event`.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub id: i64,
    pub account: String,
    pub kind: String,
    pub amount: i32,
    pub is_test: bool,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// An author to insert.
#[derive(Clone, Debug)]
pub struct NewAuthor {
    pub name: String,
    pub hair_color: Option<String>,
}

/// An event to insert; `is_test` is left to the server.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub account: String,
    pub kind: String,
    pub amount: i32,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// Rows by the rows that they refer to: authors, their posts, their comments.
pub type Tree<A, P, C> = Vec<(A, Vec<(P, Vec<C>)>)>;

/// A page of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Whether another page follows.
    pub has_next: bool,
}

impl<T> Page<T> {
    /// The page that one row more than its length was fetched for.
    pub fn cut(mut rows: Vec<T>, limit: usize) -> Self {
        let has_next = rows.len() > limit;
        rows.truncate(limit);
        Self { rows, has_next }
    }
}

/// The event that a page starts after.
#[derive(Clone, Debug)]
pub struct After {
    pub account: String,
    pub created_at: DateTime<Utc>,
    pub id: i64,
}

/// The first so many authors that an insert is asked for.
pub fn new_authors(count: usize) -> Vec<NewAuthor> {
    (0..count)
        .map(|number| NewAuthor {
            name: format!("Author {number}"),
            hair_color: (number % 3 > 0).then(|| format!("colour {}", number % 7)),
        })
        .collect()
}

/// The first so many events that an insert is asked for.
pub fn new_events(count: usize) -> Vec<NewEvent> {
    let second = |number: usize| TimeDelta::seconds(i64::try_from(number).expect("a count fits"));
    (0..count)
        .map(|number| NewEvent {
            account: format!("account {}", number % 100),
            kind: format!("kind {}", number % 11),
            amount: (number % 1_000) as i32,
            note: (number % 2 == 0).then(|| format!("what is to be said of event {number}")),
            created_at: DateTime::UNIX_EPOCH + second(number),
        })
        .collect()
}
