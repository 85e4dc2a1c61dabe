//! sqlx: statements that the connection caches, rows read by position, as its `query_as!` reads them.

use ::sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use ::sqlx::{Connection as _, FromRow, Row as _};

use super::{grouped, tree};
use crate::contender::{Contender, PAGE};
use crate::model::{After, Author, AuthorWithPost, Comment, Event, NewAuthor, NewEvent, Page, Post, Tree};

pub struct Sqlx {
    connection: PgConnection,
}

impl Sqlx {
    pub async fn connect(options: &PgConnectOptions) -> Self {
        Self { connection: PgConnection::connect_with(options).await.expect("the server takes connections") }
    }
}

type Result<T> = ::sqlx::Result<T>;

impl FromRow<'_, PgRow> for Author {
    fn from_row(row: &PgRow) -> Result<Self> {
        Ok(Self { id: row.try_get(0)?, name: row.try_get(1)?, hair_color: row.try_get(2)? })
    }
}

impl FromRow<'_, PgRow> for AuthorWithPost {
    fn from_row(row: &PgRow) -> Result<Self> {
        let author = Author::from_row(row)?;
        let post = match row.try_get(3)? {
            None => None,
            Some(id) => Some(Post { id, author_id: author.id, title: row.try_get(4)?, body: row.try_get(5)? }),
        };
        Ok(Self { author, post })
    }
}

impl FromRow<'_, PgRow> for Post {
    fn from_row(row: &PgRow) -> Result<Self> {
        Ok(Self { id: row.try_get(0)?, author_id: row.try_get(1)?, title: row.try_get(2)?, body: row.try_get(3)? })
    }
}

impl FromRow<'_, PgRow> for Comment {
    fn from_row(row: &PgRow) -> Result<Self> {
        Ok(Self { id: row.try_get(0)?, post_id: row.try_get(1)?, text: row.try_get(2)? })
    }
}

impl FromRow<'_, PgRow> for Event {
    fn from_row(row: &PgRow) -> Result<Self> {
        Ok(Self {
            id: row.try_get(0)?,
            account: row.try_get(1)?,
            kind: row.try_get(2)?,
            amount: row.try_get(3)?,
            is_test: row.try_get(4)?,
            note: row.try_get(5)?,
            created_at: row.try_get(6)?,
        })
    }
}

impl Contender for Sqlx {
    const NAME: &'static str = "sqlx";

    type Author = Author;
    type Inserted = Author;
    type AuthorWithPost = AuthorWithPost;
    type Post = Post;
    type Comment = Comment;
    type Event = Event;
    type NewAuthor = NewAuthor;
    type NewEvent = NewEvent;

    fn new_author(new: NewAuthor) -> NewAuthor {
        new
    }

    fn new_event(new: NewEvent) -> NewEvent {
        new
    }

    async fn authors(&mut self) -> Vec<Author> {
        let query = ::sqlx::query_as("SELECT id, name, hair_color FROM bench.author");
        query.fetch_all(&mut self.connection).await.unwrap()
    }

    async fn authors_with_posts(&mut self, hair_color: &str) -> Vec<AuthorWithPost> {
        let query = ::sqlx::query_as(
            "SELECT a.id, a.name, a.hair_color, p.id, p.title, p.body FROM bench.author AS a \
             LEFT JOIN bench.post AS p ON p.author_id = a.id WHERE a.hair_color = $1 ORDER BY a.name DESC",
        );
        query.bind(hair_color).fetch_all(&mut self.connection).await.unwrap()
    }

    async fn tree(&mut self) -> Tree<Author, Post, Comment> {
        let authors = self.authors().await;
        let ids: Vec<i64> = authors.iter().map(|author| author.id).collect();
        let posts = ::sqlx::query_as(
            "SELECT id, author_id, title, body FROM bench.post WHERE author_id = ANY ($1) ORDER BY id",
        );
        let posts: Vec<Post> = posts.bind(ids).fetch_all(&mut self.connection).await.unwrap();
        let ids: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let comments =
            ::sqlx::query_as("SELECT id, post_id, text FROM bench.comment WHERE post_id = ANY ($1) ORDER BY id");
        let comments: Vec<Comment> = comments.bind(ids).fetch_all(&mut self.connection).await.unwrap();
        let (posts, comments) = (grouped(posts, |post| post.author_id), grouped(comments, |comment| comment.post_id));
        tree(authors, |author| author.id, posts, |post| post.id, comments)
    }

    async fn event(&mut self, id: i64) -> Option<Event> {
        let query = ::sqlx::query_as(
            "SELECT id, account, kind, amount, is_test, note, created_at FROM bench.event WHERE id = $1",
        );
        query.bind(id).fetch_optional(&mut self.connection).await.unwrap()
    }

    async fn page(&mut self, after: After) -> Page<Event> {
        let query = ::sqlx::query_as(
            "SELECT id, account, kind, amount, is_test, note, created_at FROM bench.event \
             WHERE account = $1 AND (created_at, id) > ($2, $3) ORDER BY created_at, id LIMIT $4",
        );
        let query = query.bind(after.account).bind(after.created_at).bind(after.id).bind(PAGE as i64 + 1);
        Page::cut(query.fetch_all(&mut self.connection).await.unwrap(), PAGE)
    }

    async fn insert_author(&mut self, new: NewAuthor) -> Author {
        let query = ::sqlx::query_as(
            "INSERT INTO bench.author (name, hair_color) VALUES ($1, $2) RETURNING id, name, hair_color",
        );
        query.bind(&new.name).bind(&new.hair_color).fetch_one(&mut self.connection).await.unwrap()
    }

    async fn insert_authors(&mut self, new: Vec<NewAuthor>) -> Vec<Author> {
        let names: Vec<&str> = new.iter().map(|new| new.name.as_str()).collect();
        let hair_colors: Vec<Option<&str>> = new.iter().map(|new| new.hair_color.as_deref()).collect();
        let query = ::sqlx::query_as(
            "INSERT INTO bench.author (name, hair_color) SELECT * FROM UNNEST($1::text[], $2::text[]) \
             RETURNING id, name, hair_color",
        );
        query.bind(names).bind(hair_colors).fetch_all(&mut self.connection).await.unwrap()
    }

    async fn insert_events(&mut self, new: Vec<NewEvent>) -> Vec<Event> {
        let accounts: Vec<&str> = new.iter().map(|new| new.account.as_str()).collect();
        let kinds: Vec<&str> = new.iter().map(|new| new.kind.as_str()).collect();
        let amounts: Vec<i32> = new.iter().map(|new| new.amount).collect();
        let notes: Vec<Option<&str>> = new.iter().map(|new| new.note.as_deref()).collect();
        let created_ats: Vec<_> = new.iter().map(|new| new.created_at).collect();
        let query = ::sqlx::query_as(
            "INSERT INTO bench.event (account, kind, amount, note, created_at) \
             SELECT * FROM UNNEST($1::text[], $2::text[], $3::int4[], $4::text[], $5::timestamptz[]) \
             RETURNING id, account, kind, amount, is_test, note, created_at",
        );
        let query = query.bind(accounts).bind(kinds).bind(amounts).bind(notes).bind(created_ats);
        query.fetch_all(&mut self.connection).await.unwrap()
    }
}
