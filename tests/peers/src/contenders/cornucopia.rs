//! cornucopia: functions of the queries in `queries/`, over a pooled connection that caches its statements.

use ::deadpool_postgres::{Client, Manager, Pool};
use ::peers_cornucopia::queries::bench as queries;
use ::peers_cornucopia::queries::bench::{AuthorWithPost, CommentsOf, Event, Post};
use ::tokio_postgres::NoTls;

use super::{grouped, tree};
use crate::contender::{Contender, PAGE};
use crate::model::{self, After, NewAuthor, NewEvent, Page, Tree};

/// A row of `bench.author`.
pub type Author = queries::Author;

pub struct Cornucopia {
    client: Client,
}

impl Cornucopia {
    pub async fn connect(url: &str) -> Self {
        let config = url.parse().expect("the address is one");
        let pool = Pool::builder(Manager::new(config, NoTls)).max_size(1).build().expect("a pool can be made");
        Self { client: pool.get().await.expect("the server takes connections") }
    }
}

impl From<Author> for model::Author {
    fn from(Author { id, name, hair_color }: Author) -> Self {
        Self { id, name, hair_color }
    }
}

impl From<AuthorWithPost> for model::AuthorWithPost {
    fn from(row: AuthorWithPost) -> Self {
        let AuthorWithPost { id, name, hair_color, post_id, title, body } = row;
        let post = post_id.map(|post| model::Post {
            id: post,
            author_id: id,
            title: title.expect("a post has a title"),
            body,
        });
        Self { author: model::Author { id, name, hair_color }, post }
    }
}

impl From<Post> for model::Post {
    fn from(Post { id, author_id, title, body }: Post) -> Self {
        Self { id, author_id, title, body }
    }
}

impl From<CommentsOf> for model::Comment {
    fn from(CommentsOf { id, post_id, text }: CommentsOf) -> Self {
        Self { id, post_id, text }
    }
}

impl From<Event> for model::Event {
    fn from(Event { id, account, kind, amount, is_test, note, created_at }: Event) -> Self {
        Self { id, account, kind, amount, is_test, note, created_at }
    }
}

impl Contender for Cornucopia {
    const NAME: &'static str = "cornucopia";

    type Author = Author;
    type Inserted = Author;
    type AuthorWithPost = AuthorWithPost;
    type Post = Post;
    type Comment = CommentsOf;
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
        queries::authors().bind(&self.client).all().await.unwrap()
    }

    async fn authors_with_posts(&mut self, hair_color: &str) -> Vec<AuthorWithPost> {
        queries::authors_with_posts().bind(&self.client, &hair_color).all().await.unwrap()
    }

    async fn tree(&mut self) -> Tree<Author, Post, CommentsOf> {
        let authors = self.authors().await;
        let ids: Vec<i64> = authors.iter().map(|author| author.id).collect();
        let posts = queries::posts_of().bind(&self.client, &ids).all().await.unwrap();
        let ids: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let comments = queries::comments_of().bind(&self.client, &ids).all().await.unwrap();
        let (posts, comments) = (grouped(posts, |post| post.author_id), grouped(comments, |comment| comment.post_id));
        tree(authors, |author| author.id, posts, |post| post.id, comments)
    }

    async fn event(&mut self, id: i64) -> Option<Event> {
        queries::event().bind(&self.client, &id).opt().await.unwrap()
    }

    async fn page(&mut self, after: After) -> Page<Event> {
        let After { account, created_at, id } = after;
        let limit = PAGE as i64 + 1;
        let query = queries::events_after();
        Page::cut(query.bind(&self.client, &account, &created_at, &id, &limit).all().await.unwrap(), PAGE)
    }

    async fn insert_author(&mut self, new: NewAuthor) -> Author {
        queries::insert_author().bind(&self.client, &new.name, &new.hair_color).one().await.unwrap()
    }

    async fn insert_authors(&mut self, new: Vec<NewAuthor>) -> Vec<Author> {
        let names: Vec<&str> = new.iter().map(|new| new.name.as_str()).collect();
        let hair_colors: Vec<Option<&str>> = new.iter().map(|new| new.hair_color.as_deref()).collect();
        queries::insert_authors().bind(&self.client, &names, &hair_colors).all().await.unwrap()
    }

    async fn insert_events(&mut self, new: Vec<NewEvent>) -> Vec<Event> {
        let accounts: Vec<&str> = new.iter().map(|new| new.account.as_str()).collect();
        let kinds: Vec<&str> = new.iter().map(|new| new.kind.as_str()).collect();
        let amounts: Vec<i32> = new.iter().map(|new| new.amount).collect();
        let notes: Vec<Option<&str>> = new.iter().map(|new| new.note.as_deref()).collect();
        let created_ats: Vec<_> = new.iter().map(|new| new.created_at).collect();
        let query = queries::insert_events();
        query.bind(&self.client, &accounts, &kinds, &amounts, &notes, &created_ats).all().await.unwrap()
    }
}
