//! tokio-postgres by hand: statements prepared once and held in variables, values and rows in the binary format, columns
//! read by position, one array per column for many rows. What all others are compared with.

use tokio_postgres::{Client, Row, Statement};

use super::{grouped, tree};
use crate::contender::{Contender, PAGE};
use crate::model::{After, Author, AuthorWithPost, Comment, Event, NewAuthor, NewEvent, Page, Post, Tree};

pub struct HandWritten {
    client: Client,
    authors: Statement,
    authors_with_posts: Statement,
    posts_of: Statement,
    comments_of: Statement,
    event: Statement,
    events_after: Statement,
    insert_author: Statement,
    insert_authors: Statement,
    insert_events: Statement,
}

impl HandWritten {
    pub async fn connect(url: &str) -> Self {
        let client = crate::database::connect(url).await;
        let prepare = async |sql| client.prepare(sql).await.expect("the statement is right");
        Self {
            authors: prepare("SELECT id, name, hair_color FROM bench.author").await,
            authors_with_posts: prepare(
                "SELECT a.id, a.name, a.hair_color, p.id, p.title, p.body FROM bench.author AS a \
                 LEFT JOIN bench.post AS p ON p.author_id = a.id WHERE a.hair_color = $1 ORDER BY a.name DESC",
            )
            .await,
            posts_of: prepare(
                "SELECT id, author_id, title, body FROM bench.post WHERE author_id = ANY ($1) ORDER BY id",
            )
            .await,
            comments_of: prepare("SELECT id, post_id, text FROM bench.comment WHERE post_id = ANY ($1) ORDER BY id")
                .await,
            event: prepare(
                "SELECT id, account, kind, amount, is_test, note, created_at FROM bench.event WHERE id = $1",
            )
            .await,
            events_after: prepare(
                "SELECT id, account, kind, amount, is_test, note, created_at FROM bench.event \
                 WHERE account = $1 AND (created_at, id) > ($2, $3) ORDER BY created_at, id LIMIT $4",
            )
            .await,
            insert_author: prepare(
                "INSERT INTO bench.author (name, hair_color) VALUES ($1, $2) RETURNING id, name, hair_color",
            )
            .await,
            insert_authors: prepare(
                "INSERT INTO bench.author (name, hair_color) SELECT * FROM UNNEST($1::text[], $2::text[]) \
                 RETURNING id, name, hair_color",
            )
            .await,
            insert_events: prepare(
                "INSERT INTO bench.event (account, kind, amount, note, created_at) \
                 SELECT * FROM UNNEST($1::text[], $2::text[], $3::int4[], $4::text[], $5::timestamptz[]) \
                 RETURNING id, account, kind, amount, is_test, note, created_at",
            )
            .await,
            client,
        }
    }
}

fn author(row: &Row) -> Author {
    Author { id: row.get(0), name: row.get(1), hair_color: row.get(2) }
}

fn author_with_post(row: &Row) -> AuthorWithPost {
    let author = author(row);
    let post = row.get::<_, Option<i64>>(3);
    let post = post.map(|id| Post { id, author_id: author.id, title: row.get(4), body: row.get(5) });
    AuthorWithPost { author, post }
}

fn post(row: &Row) -> Post {
    Post { id: row.get(0), author_id: row.get(1), title: row.get(2), body: row.get(3) }
}

fn comment(row: &Row) -> Comment {
    Comment { id: row.get(0), post_id: row.get(1), text: row.get(2) }
}

fn event(row: &Row) -> Event {
    Event {
        id: row.get(0),
        account: row.get(1),
        kind: row.get(2),
        amount: row.get(3),
        is_test: row.get(4),
        note: row.get(5),
        created_at: row.get(6),
    }
}

impl Contender for HandWritten {
    const NAME: &'static str = "hand-written";

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
        self.client.query(&self.authors, &[]).await.unwrap().iter().map(author).collect()
    }

    async fn authors_with_posts(&mut self, hair_color: &str) -> Vec<AuthorWithPost> {
        let rows = self.client.query(&self.authors_with_posts, &[&hair_color]).await.unwrap();
        rows.iter().map(author_with_post).collect()
    }

    async fn tree(&mut self) -> Tree<Author, Post, Comment> {
        let authors = self.authors().await;
        let ids: Vec<i64> = authors.iter().map(|author| author.id).collect();
        let posts = self.client.query(&self.posts_of, &[&ids]).await.unwrap();
        let posts: Vec<Post> = posts.iter().map(post).collect();
        let ids: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let comments = self.client.query(&self.comments_of, &[&ids]).await.unwrap();
        let comments = comments.iter().map(comment).collect();
        let (posts, comments) = (grouped(posts, |post| post.author_id), grouped(comments, |comment| comment.post_id));
        tree(authors, |author| author.id, posts, |post| post.id, comments)
    }

    async fn event(&mut self, id: i64) -> Option<Event> {
        self.client.query_opt(&self.event, &[&id]).await.unwrap().as_ref().map(event)
    }

    async fn page(&mut self, after: After) -> Page<Event> {
        let After { account, created_at, id } = after;
        let limit = PAGE as i64 + 1;
        let rows = self.client.query(&self.events_after, &[&account, &created_at, &id, &limit]).await.unwrap();
        Page::cut(rows.iter().map(event).collect(), PAGE)
    }

    async fn insert_author(&mut self, new: NewAuthor) -> Author {
        author(&self.client.query_one(&self.insert_author, &[&new.name, &new.hair_color]).await.unwrap())
    }

    async fn insert_authors(&mut self, new: Vec<NewAuthor>) -> Vec<Author> {
        let names: Vec<&str> = new.iter().map(|new| new.name.as_str()).collect();
        let hair_colors: Vec<Option<&str>> = new.iter().map(|new| new.hair_color.as_deref()).collect();
        let rows = self.client.query(&self.insert_authors, &[&names, &hair_colors]).await.unwrap();
        rows.iter().map(author).collect()
    }

    async fn insert_events(&mut self, new: Vec<NewEvent>) -> Vec<Event> {
        let accounts: Vec<&str> = new.iter().map(|new| new.account.as_str()).collect();
        let kinds: Vec<&str> = new.iter().map(|new| new.kind.as_str()).collect();
        let amounts: Vec<i32> = new.iter().map(|new| new.amount).collect();
        let notes: Vec<Option<&str>> = new.iter().map(|new| new.note.as_deref()).collect();
        let created_ats: Vec<_> = new.iter().map(|new| new.created_at).collect();
        let rows =
            self.client.query(&self.insert_events, &[&accounts, &kinds, &amounts, &notes, &created_ats]).await.unwrap();
        rows.iter().map(event).collect()
    }
}
