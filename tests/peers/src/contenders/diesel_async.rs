//! diesel-async: Diesel's tables and structs over tokio-postgres.

use ::diesel::prelude::*;
use ::diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl};

use super::diesel::schema::{author, comment, event, post};
use super::diesel::{Author, Comment, EVENT_COLUMNS, Event, NewAuthor, NewEvent, Post, tree};
use crate::contender::{Contender, PAGE, chunks};
use crate::model::{self, After, Page, Tree};

pub struct DieselAsync {
    connection: AsyncPgConnection,
}

impl DieselAsync {
    pub async fn connect(url: &str) -> Self {
        Self { connection: AsyncPgConnection::establish(url).await.expect("the server takes connections") }
    }
}

impl Contender for DieselAsync {
    const NAME: &'static str = "diesel-async";

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
        author::table.select(Author::as_select()).load(&mut self.connection).await.unwrap()
    }

    async fn authors_with_posts(&mut self, hair_color: &str) -> Vec<(Author, Option<Post>)> {
        author::table
            .left_outer_join(post::table)
            .filter(author::hair_color.eq(hair_color))
            .order(author::name.desc())
            .select((Author::as_select(), Option::<Post>::as_select()))
            .load(&mut self.connection)
            .await
            .unwrap()
    }

    async fn tree(&mut self) -> Tree<Author, Post, Comment> {
        let authors = author::table.select(Author::as_select()).load(&mut self.connection).await.unwrap();
        let posts = Post::belonging_to(&authors).select(Post::as_select()).order(post::id);
        let posts: Vec<Post> = posts.load(&mut self.connection).await.unwrap();
        let comments = Comment::belonging_to(&posts).select(Comment::as_select()).order(comment::id);
        let comments: Vec<Comment> = comments.load(&mut self.connection).await.unwrap();
        tree(authors, posts, comments)
    }

    async fn event(&mut self, id: i64) -> Option<Event> {
        event::table.find(id).select(Event::as_select()).first(&mut self.connection).await.optional().unwrap()
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
            .await
            .unwrap();
        Page::cut(rows, PAGE)
    }

    async fn insert_author(&mut self, new: NewAuthor) -> Author {
        let insert = ::diesel::insert_into(author::table).values(&new).returning(Author::as_returning());
        insert.get_result(&mut self.connection).await.unwrap()
    }

    async fn insert_authors(&mut self, new: Vec<NewAuthor>) -> Vec<Author> {
        let insert = ::diesel::insert_into(author::table).values(&new).returning(Author::as_returning());
        insert.get_results(&mut self.connection).await.unwrap()
    }

    async fn insert_events(&mut self, new: Vec<NewEvent>) -> Vec<Event> {
        let mut inserted = Vec::new();
        for chunk in chunks(new, EVENT_COLUMNS) {
            let insert = ::diesel::insert_into(event::table).values(&chunk).returning(Event::as_returning());
            inserted.append(&mut insert.get_results(&mut self.connection).await.unwrap());
        }
        inserted
    }
}
