//! What the contenders are measured on: the scenarios of diesel_bench's readme, and what a service asks for most.

use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use tokio_postgres::Client;

use crate::contender::Contender;
use crate::model::{After, Author, AuthorWithPost, Comment, Event, Page, Post, Tree, new_authors, new_events};
use crate::processor::thread_time;

/// A scenario.
#[derive(Clone, Copy, Debug)]
pub enum Task {
    /// A trivial query: all of so many authors.
    Authors(usize),
    /// A medium complex one: a join, a filter and an order over so many authors.
    AuthorsWithPosts(usize),
    /// So many authors, inserted at once.
    InsertAuthors(usize),
    /// 100 authors with 10 posts each with 10 comments each.
    Tree,
    /// One of 10,000 events by its primary key.
    Event,
    /// 50 of the 1,000 events of an account among 100,000, in the middle of their order.
    Page,
    /// So many events, inserted at once or in as few statements as the library can.
    InsertEvents(usize),
}

/// All of them, in the order of the tables.
pub const TASKS: &[Task] = &[
    Task::Event,
    Task::Page,
    Task::Authors(1),
    Task::Authors(10),
    Task::Authors(100),
    Task::Authors(1_000),
    Task::Authors(10_000),
    Task::AuthorsWithPosts(1),
    Task::AuthorsWithPosts(10),
    Task::AuthorsWithPosts(100),
    Task::AuthorsWithPosts(1_000),
    Task::AuthorsWithPosts(10_000),
    Task::InsertAuthors(1),
    Task::InsertAuthors(10),
    Task::InsertAuthors(25),
    Task::InsertAuthors(50),
    Task::InsertAuthors(100),
    Task::Tree,
    Task::InsertEvents(10),
    Task::InsertEvents(1_000),
    Task::InsertEvents(100_000),
];

impl Task {
    /// What the tables call it.
    pub fn name(self) -> String {
        match self {
            Self::Authors(rows) => format!("trivial query, {rows} rows"),
            Self::AuthorsWithPosts(rows) => format!("medium complex query, {rows} rows"),
            Self::InsertAuthors(rows) => format!("insert, {rows} rows"),
            Self::Tree => "associations, 100 × 10 × 10".to_owned(),
            Self::Event => "lookup by primary key".to_owned(),
            Self::Page => "keyset page of 50".to_owned(),
            Self::InsertEvents(rows) => format!("insert many, {rows} rows"),
        }
    }

    /// Fills the tables.
    pub async fn prepare(self, admin: &Client) {
        self.reset(admin).await;
        let sql = match self {
            // Twice as many: every other one has the hair colour that is asked for.
            Self::AuthorsWithPosts(rows) => format!(
                "INSERT INTO bench.author (name, hair_color) SELECT 'Author ' || lpad(n::text, 6, '0'), \
                 CASE n % 2 WHEN 0 THEN 'black' ELSE 'brown' END FROM generate_series(1, {}) AS n; \
                 INSERT INTO bench.post (author_id, title, body) SELECT id, 'On ' || name, \
                 CASE id % 4 WHEN 0 THEN 'A body of some length for author ' || id END \
                 FROM bench.author WHERE id % 3 = 0",
                rows * 2
            ),
            Self::Authors(rows) => authors(rows),
            Self::Tree => {
                authors(100)
                    + "; INSERT INTO bench.post (author_id, title, body) SELECT n % 100 + 1, 'Post ' || n, \
                   CASE n % 2 WHEN 0 THEN 'The body of post ' || n END FROM generate_series(1, 1000) AS n; \
                   INSERT INTO bench.comment (post_id, text) SELECT n % 1000 + 1, 'Comment ' || n \
                   FROM generate_series(1, 10000) AS n"
            }
            Self::Event => events(10_000),
            Self::Page => events(100_000),
            Self::InsertAuthors(_) | Self::InsertEvents(_) => String::new(),
        };
        admin.batch_execute(&sql).await.expect("the rows can be inserted");
        // Not in one message with the rest, which would be a transaction.
        admin.batch_execute("VACUUM ANALYZE bench.author, bench.post, bench.comment, bench.event").await.expect("runs");
    }

    /// Empties the tables.
    pub async fn reset(self, admin: &Client) {
        let sql = "TRUNCATE bench.author, bench.post, bench.comment, bench.event RESTART IDENTITY";
        admin.batch_execute(sql).await.expect("the tables can be emptied");
    }

    /// Whether every turn begins with empty tables.
    pub fn writes(self) -> bool {
        match self {
            Self::InsertAuthors(_) | Self::InsertEvents(_) => true,
            Self::Authors(_) | Self::AuthorsWithPosts(_) | Self::Tree | Self::Event | Self::Page => false,
        }
    }
}

fn authors(rows: usize) -> String {
    format!(
        "INSERT INTO bench.author (name, hair_color) \
         SELECT 'Author ' || n, CASE n % 3 WHEN 0 THEN NULL ELSE 'colour ' || n % 7 END FROM generate_series(1, {rows}) AS n"
    )
}

fn events(rows: usize) -> String {
    format!(
        "INSERT INTO bench.event (account, kind, amount, note, created_at) \
         SELECT 'account ' || n % 100, 'kind ' || n % 11, n % 1000, CASE n % 2 WHEN 0 THEN 'what is to be said of event ' || n END, \
         to_timestamp(n) FROM generate_series(1, {rows}) AS n"
    )
}

/// The event that a page starts after.
fn after(turn: usize) -> After {
    let number = turn % 100;
    let id = 50_000 + number as i64;
    After { account: format!("account {number}"), created_at: DateTime::UNIX_EPOCH + TimeDelta::seconds(id), id }
}

fn event_id(turn: usize) -> i64 {
    (turn * 7_919 % 10_000) as i64 + 1
}

/// What a contender answers, in the one form that answers are compared in.
#[derive(Debug, PartialEq)]
pub enum Answer {
    Authors(Vec<Author>),
    AuthorsWithPosts(Vec<AuthorWithPost>),
    Tree(Tree<Author, Post, Comment>),
    Event(Option<Event>),
    Page(Page<Event>),
    Events(Vec<Event>),
}

fn into<T: Into<U>, U>(rows: Vec<T>) -> Vec<U> {
    rows.into_iter().map(Into::into).collect()
}

/// The answer of a contender.
async fn answer<C: Contender>(contender: &mut C, task: Task) -> Answer {
    match task {
        Task::Authors(_) => {
            let mut authors: Vec<Author> = into(contender.authors().await);
            authors.sort_by_key(|author| author.id);
            Answer::Authors(authors)
        }
        Task::AuthorsWithPosts(_) => Answer::AuthorsWithPosts(into(contender.authors_with_posts("black").await)),
        Task::InsertAuthors(1) => {
            let new = new_authors(1).remove(0);
            Answer::Authors(vec![contender.insert_author(C::new_author(new)).await.into()])
        }
        Task::InsertAuthors(rows) => Answer::Authors(into(contender.insert_authors(authors_of::<C>(rows)).await)),
        Task::Tree => {
            let posts = |posts: Vec<(C::Post, Vec<C::Comment>)>| {
                posts.into_iter().map(|(post, comments)| (post.into(), into(comments))).collect()
            };
            let mut tree: Tree<Author, Post, Comment> =
                contender.tree().await.into_iter().map(|(author, own)| (author.into(), posts(own))).collect();
            tree.sort_by_key(|(author, _)| author.id);
            Answer::Tree(tree)
        }
        Task::Event => Answer::Event(contender.event(event_id(3)).await.map(Into::into)),
        Task::Page => {
            let Page { rows, has_next } = contender.page(after(3)).await;
            Answer::Page(Page { rows: into(rows), has_next })
        }
        Task::InsertEvents(rows) => Answer::Events(into(contender.insert_events(events_of::<C>(rows)).await)),
    }
}

fn authors_of<C: Contender>(rows: usize) -> Vec<C::NewAuthor> {
    new_authors(rows).into_iter().map(C::new_author).collect()
}

fn events_of<C: Contender>(rows: usize) -> Vec<C::NewEvent> {
    new_events(rows).into_iter().map(C::new_event).collect()
}

/// The time that `calls` calls take in the client: what is given is made before, what is returned is dropped after.
async fn time<C: Contender>(contender: &mut C, task: Task, calls: usize) -> Duration {
    let mut spent = Duration::ZERO;
    macro_rules! measure {
        ($given:pat = $given_value:expr => $call:expr) => {
            for turn in 0..calls {
                let _ = turn;
                let $given = $given_value(turn);
                let start = thread_time();
                let answer = black_box($call.await);
                spent += thread_time() - start;
                drop(answer);
            }
        };
    }
    match task {
        Task::Authors(_) => measure!(() = |_| () => contender.authors()),
        Task::AuthorsWithPosts(_) => measure!(() = |_| () => contender.authors_with_posts("black")),
        Task::InsertAuthors(1) => {
            let new = |_| C::new_author(new_authors(1).remove(0));
            measure!(new = new => contender.insert_author(new));
        }
        Task::InsertAuthors(rows) => measure!(new = |_| authors_of::<C>(rows) => contender.insert_authors(new)),
        Task::Tree => measure!(() = |_| () => contender.tree()),
        Task::Event => measure!(id = event_id => contender.event(id)),
        Task::Page => measure!(place = after => contender.page(place)),
        Task::InsertEvents(rows) => measure!(new = |_| events_of::<C>(rows) => contender.insert_events(new)),
    }
    spent
}

/// A contender whose type is forgotten: the measured code is compiled for the type all the same.
pub trait Entrant {
    fn name(&self) -> &'static str;

    fn answer(&mut self, task: Task) -> Pin<Box<dyn Future<Output = Answer> + '_>>;

    fn time(&mut self, task: Task, calls: usize) -> Pin<Box<dyn Future<Output = Duration> + '_>>;
}

impl<C: Contender> Entrant for C {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn answer(&mut self, task: Task) -> Pin<Box<dyn Future<Output = Answer> + '_>> {
        Box::pin(answer(self, task))
    }

    fn time(&mut self, task: Task, calls: usize) -> Pin<Box<dyn Future<Output = Duration> + '_>> {
        Box::pin(time(self, task, calls))
    }
}
