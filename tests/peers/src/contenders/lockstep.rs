//! Lockstep: generated accessors and checked queries, over a client that keeps its statements prepared.

use ::lockstep::{Cached, Cursor, Page as Asked};

use crate::accessors::bench::{
    Author, AuthorId, Comment, Event, EventId, NewAuthor, NewAuthorOptional, NewEvent, NewEventOptional, Post, PostId,
};
use crate::accessors::queries::bench::{self as queries, AuthorsRow, AuthorsWithPostsRow};
use crate::contender::{Contender, PAGE};
use crate::model::{self, After, Page, Tree};

pub struct Lockstep {
    db: Cached,
}

impl Lockstep {
    pub async fn connect(url: &str) -> Self {
        Self { db: Cached::new(crate::database::connect(url).await) }
    }
}

impl From<AuthorsRow> for model::Author {
    fn from(AuthorsRow { id, name, hair_color }: AuthorsRow) -> Self {
        Self { id: id.0, name, hair_color }
    }
}

impl From<Author> for model::Author {
    fn from(Author { id, name, hair_color }: Author) -> Self {
        Self { id: id.0, name, hair_color }
    }
}

impl From<AuthorsWithPostsRow> for model::AuthorWithPost {
    fn from(row: AuthorsWithPostsRow) -> Self {
        let AuthorsWithPostsRow { id, name, hair_color, post_id, title, body } = row;
        let author = model::Author { id: id.0, name, hair_color: Some(hair_color) };
        let post = post_id.map(|post| model::Post {
            id: post.0,
            author_id: author.id,
            title: title.expect("a post has a title"),
            body,
        });
        Self { author, post }
    }
}

impl From<Post> for model::Post {
    fn from(Post { id, author_id, title, body }: Post) -> Self {
        Self { id: id.0, author_id: author_id.0, title, body }
    }
}

impl From<Comment> for model::Comment {
    fn from(Comment { id, post_id, text }: Comment) -> Self {
        Self { id: id.0, post_id: post_id.0, text }
    }
}

impl From<Event> for model::Event {
    fn from(Event { id, account, kind, amount, is_test, note, created_at }: Event) -> Self {
        Self { id: id.0, account, kind, amount, is_test, note, created_at }
    }
}

impl Contender for Lockstep {
    const NAME: &'static str = "Lockstep";

    type Author = AuthorsRow;
    type Inserted = Author;
    type AuthorWithPost = AuthorsWithPostsRow;
    type Post = Post;
    type Comment = Comment;
    type Event = Event;
    type NewAuthor = NewAuthor;
    type NewEvent = NewEvent;

    fn new_author(model::NewAuthor { name, hair_color }: model::NewAuthor) -> NewAuthor {
        NewAuthor { name, optional: NewAuthorOptional { hair_color } }
    }

    fn new_event(new: model::NewEvent) -> NewEvent {
        let model::NewEvent { account, kind, amount, note, created_at } = new;
        let optional = NewEventOptional { note, ..Default::default() };
        NewEvent { account, kind, amount, created_at, optional }
    }

    async fn authors(&mut self) -> Vec<AuthorsRow> {
        queries::authors(&self.db).await.unwrap()
    }

    async fn authors_with_posts(&mut self, hair_color: &str) -> Vec<AuthorsWithPostsRow> {
        queries::authors_with_posts(&self.db, hair_color).await.unwrap()
    }

    async fn tree(&mut self) -> Tree<AuthorsRow, Post, Comment> {
        let authors = queries::authors(&self.db).await.unwrap();
        let ids: Vec<AuthorId> = authors.iter().map(|author| author.id).collect();
        let posts = Post::for_authors(&self.db, &ids).await.unwrap();
        let ids: Vec<PostId> = posts.iter().flatten().map(|post| post.id).collect();
        let mut comments = Comment::for_posts(&self.db, &ids).await.unwrap().into_iter();
        let with_comments = |posts: Vec<Post>| posts.into_iter().zip(&mut comments).collect();
        let posts: Vec<Vec<(Post, Vec<Comment>)>> = posts.into_iter().map(with_comments).collect();
        authors.into_iter().zip(posts).collect()
    }

    async fn event(&mut self, id: i64) -> Option<Event> {
        Event::find(&self.db, EventId::new(id)).await.unwrap()
    }

    async fn page(&mut self, after: After) -> Page<Event> {
        let After { account, created_at, id } = after;
        let page = Asked::after(Cursor((created_at, EventId::new(id))), PAGE as u32);
        let page = Event::list_by_account_and_created_at(&self.db, &account, page).await.unwrap();
        Page { rows: page.rows, has_next: page.next.is_some() }
    }

    async fn insert_author(&mut self, new: NewAuthor) -> Author {
        Author::insert(&self.db, &new).await.unwrap()
    }

    async fn insert_authors(&mut self, new: Vec<NewAuthor>) -> Vec<Author> {
        Author::insert_many(&self.db, &new).await.unwrap()
    }

    async fn insert_events(&mut self, new: Vec<NewEvent>) -> Vec<Event> {
        Event::insert_many(&self.db, &new).await.unwrap()
    }
}
