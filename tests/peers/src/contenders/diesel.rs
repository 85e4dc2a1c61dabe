//! Diesel over libpq: `table!`, and structs as its guide writes them. The structs are those of diesel-async too.

use ::diesel::prelude::*;
use chrono::{DateTime, Utc};

use crate::contender::{Contender, PAGE, chunks};
use crate::model::{self, After, Page, Tree};

pub mod schema {
    //! The tables, as `diesel print-schema` prints them.

    ::diesel::table! {
        bench.author (id) {
            id -> Int8,
            name -> Text,
            hair_color -> Nullable<Text>,
        }
    }

    ::diesel::table! {
        bench.post (id) {
            id -> Int8,
            author_id -> Int8,
            title -> Text,
            body -> Nullable<Text>,
        }
    }

    ::diesel::table! {
        bench.comment (id) {
            id -> Int8,
            post_id -> Int8,
            text -> Text,
        }
    }

    ::diesel::table! {
        bench.event (id) {
            id -> Int8,
            account -> Text,
            kind -> Text,
            amount -> Int4,
            is_test -> Bool,
            note -> Nullable<Text>,
            created_at -> Timestamptz,
        }
    }

    ::diesel::joinable!(post -> author (author_id));
    ::diesel::joinable!(comment -> post (post_id));
    ::diesel::allow_tables_to_appear_in_same_query!(author, post, comment);
}

use schema::{author, comment, event, post};

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = author, check_for_backend(::diesel::pg::Pg))]
pub struct Author {
    pub id: i64,
    pub name: String,
    pub hair_color: Option<String>,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = post, belongs_to(Author), check_for_backend(::diesel::pg::Pg))]
pub struct Post {
    pub id: i64,
    pub author_id: i64,
    pub title: String,
    pub body: Option<String>,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = comment, belongs_to(Post), check_for_backend(::diesel::pg::Pg))]
pub struct Comment {
    pub id: i64,
    pub post_id: i64,
    pub text: String,
}

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = event, check_for_backend(::diesel::pg::Pg))]
pub struct Event {
    pub id: i64,
    pub account: String,
    pub kind: String,
    pub amount: i32,
    pub is_test: bool,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = author, check_for_backend(::diesel::pg::Pg))]
pub struct NewAuthor {
    pub name: String,
    pub hair_color: Option<String>,
}

#[derive(Insertable)]
#[diesel(table_name = event, check_for_backend(::diesel::pg::Pg))]
pub struct NewEvent {
    pub account: String,
    pub kind: String,
    pub amount: i32,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl From<Author> for model::Author {
    fn from(Author { id, name, hair_color }: Author) -> Self {
        Self { id, name, hair_color }
    }
}

impl From<(Author, Option<Post>)> for model::AuthorWithPost {
    fn from((author, post): (Author, Option<Post>)) -> Self {
        Self { author: author.into(), post: post.map(Into::into) }
    }
}

impl From<Post> for model::Post {
    fn from(Post { id, author_id, title, body }: Post) -> Self {
        Self { id, author_id, title, body }
    }
}

impl From<Comment> for model::Comment {
    fn from(Comment { id, post_id, text }: Comment) -> Self {
        Self { id, post_id, text }
    }
}

impl From<Event> for model::Event {
    fn from(Event { id, account, kind, amount, is_test, note, created_at }: Event) -> Self {
        Self { id, account, kind, amount, is_test, note, created_at }
    }
}

impl From<model::NewAuthor> for NewAuthor {
    fn from(model::NewAuthor { name, hair_color }: model::NewAuthor) -> Self {
        Self { name, hair_color }
    }
}

impl From<model::NewEvent> for NewEvent {
    fn from(model::NewEvent { account, kind, amount, note, created_at }: model::NewEvent) -> Self {
        Self { account, kind, amount, note, created_at }
    }
}

/// The columns that a new event sends.
pub const EVENT_COLUMNS: usize = 5;

/// Authors with what belongs to them.
pub fn tree(authors: Vec<Author>, posts: Vec<Post>, comments: Vec<Comment>) -> Tree<Author, Post, Comment> {
    let comments = comments.grouped_by(&posts);
    let posts: Vec<(Post, Vec<Comment>)> = posts.into_iter().zip(comments).collect();
    let posts = posts.grouped_by(&authors);
    authors.into_iter().zip(posts).collect()
}

pub struct Diesel {
    connection: PgConnection,
}

impl Diesel {
    pub fn connect(url: &str) -> Self {
        Self { connection: PgConnection::establish(url).expect("the server takes connections") }
    }
}

impl Contender for Diesel {
    const NAME: &'static str = "Diesel";

    type Author = Author;
    type Inserted = Author;
    type AuthorWithPost = (Author, Option<Post>);
    type Post = Post;
    type Comment = Comment;
    type Event = Event;
    type NewAuthor = NewAuthor;
    type NewEvent = NewEvent;

    fn new_author(new: model::NewAuthor) -> NewAuthor {
        new.into()
    }

    fn new_event(new: model::NewEvent) -> NewEvent {
        new.into()
    }

    async fn authors(&mut self) -> Vec<Author> {
        author::table.select(Author::as_select()).load(&mut self.connection).unwrap()
    }

    async fn authors_with_posts(&mut self, hair_color: &str) -> Vec<(Author, Option<Post>)> {
        author::table
            .left_outer_join(post::table)
            .filter(author::hair_color.eq(hair_color))
            .order(author::name.desc())
            .select((Author::as_select(), Option::<Post>::as_select()))
            .load(&mut self.connection)
            .unwrap()
    }

    async fn tree(&mut self) -> Tree<Author, Post, Comment> {
        let authors = author::table.select(Author::as_select()).load(&mut self.connection).unwrap();
        let posts = Post::belonging_to(&authors).select(Post::as_select()).order(post::id);
        let posts: Vec<Post> = posts.load(&mut self.connection).unwrap();
        let comments = Comment::belonging_to(&posts).select(Comment::as_select()).order(comment::id);
        let comments: Vec<Comment> = comments.load(&mut self.connection).unwrap();
        tree(authors, posts, comments)
    }

    async fn event(&mut self, id: i64) -> Option<Event> {
        event::table.find(id).select(Event::as_select()).first(&mut self.connection).optional().unwrap()
    }

    async fn page(&mut self, after: After) -> Page<Event> {
        let After { account, created_at, id } = after;
        let rows = event::table
            .filter(event::account.eq(account))
            // Diesel compares no rows; the first condition is what the index starts from.
            .filter(event::created_at.ge(created_at))
            .filter(event::created_at.gt(created_at).or(event::id.gt(id)))
            .order((event::created_at, event::id))
            .limit(PAGE as i64 + 1)
            .select(Event::as_select())
            .load(&mut self.connection)
            .unwrap();
        Page::cut(rows, PAGE)
    }

    async fn insert_author(&mut self, new: NewAuthor) -> Author {
        let insert = ::diesel::insert_into(author::table).values(&new).returning(Author::as_returning());
        insert.get_result(&mut self.connection).unwrap()
    }

    async fn insert_authors(&mut self, new: Vec<NewAuthor>) -> Vec<Author> {
        let insert = ::diesel::insert_into(author::table).values(&new).returning(Author::as_returning());
        insert.get_results(&mut self.connection).unwrap()
    }

    async fn insert_events(&mut self, new: Vec<NewEvent>) -> Vec<Event> {
        let mut inserted = Vec::new();
        for chunk in chunks(new, EVENT_COLUMNS) {
            let insert = ::diesel::insert_into(event::table).values(&chunk).returning(Event::as_returning());
            inserted.append(&mut insert.get_results(&mut self.connection).unwrap());
        }
        inserted
    }
}
