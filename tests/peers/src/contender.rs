//! What a contender has to do. Each method is what an engineer who uses that library writes for the task; what it is
//! given and what it returns are its own types, which are converted outside of the measured time.

use crate::model::{self, After, Page, Tree};

/// How many rows a page has.
pub const PAGE: usize = 50;

/// A library, connected to the database of the bench.
pub trait Contender {
    /// Its name in the tables.
    const NAME: &'static str;

    type Author: Into<model::Author>;
    /// An author as an insert returns it.
    type Inserted: Into<model::Author>;
    type AuthorWithPost: Into<model::AuthorWithPost>;
    type Post: Into<model::Post>;
    type Comment: Into<model::Comment>;
    type Event: Into<model::Event>;
    type NewAuthor;
    type NewEvent;

    fn new_author(new: model::NewAuthor) -> Self::NewAuthor;

    fn new_event(new: model::NewEvent) -> Self::NewEvent;

    /// All authors, in no order.
    async fn authors(&mut self) -> Vec<Self::Author>;

    /// The authors with a hair colour beside their posts, by name, the last first.
    async fn authors_with_posts(&mut self, hair_color: &str) -> Vec<Self::AuthorWithPost>;

    /// All authors with their posts with their comments, in as many statements as there are tables.
    async fn tree(&mut self) -> Tree<Self::Author, Self::Post, Self::Comment>;

    /// The event with a primary key.
    async fn event(&mut self, id: i64) -> Option<Self::Event>;

    /// The page of an account's events after one of them, by time and primary key.
    async fn page(&mut self, after: After) -> Page<Self::Event>;

    /// Inserts an author and returns the row.
    async fn insert_author(&mut self, new: Self::NewAuthor) -> Self::Inserted;

    /// Inserts authors and returns their rows in the order of `new`.
    async fn insert_authors(&mut self, new: Vec<Self::NewAuthor>) -> Vec<Self::Inserted>;

    /// Inserts any number of events and returns their rows in the order of `new`.
    async fn insert_events(&mut self, new: Vec<Self::NewEvent>) -> Vec<Self::Event>;
}

/// Cuts rows into what one statement of a library takes that sends each value as a parameter of its own: PostgreSQL
/// has 65,535 of them (`Bind` in the manual's chapter 55.7 counts them in an Int16).
pub fn chunks<T>(rows: Vec<T>, columns: usize) -> impl Iterator<Item = Vec<T>> {
    let size = usize::from(u16::MAX) / columns;
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<T> = rows.by_ref().take(size).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}
