// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct EventsAfterParams<T1: crate::StringSql> {
    pub account: T1,
    pub created_at: chrono::DateTime<chrono::Utc>,
    pub id: i64,
    pub row_limit: i64,
}
#[derive(Debug)]
pub struct InsertAuthorParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub name: T1,
    pub hair_color: Option<T2>,
}
#[derive(Debug)]
pub struct InsertAuthorsParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = Option<T3>>,
> {
    pub names: T2,
    pub hair_colors: T4,
}
#[derive(Debug)]
pub struct InsertEventsParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::ArraySql<Item = i32>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = Option<T6>>,
    T8: crate::ArraySql<Item = chrono::DateTime<chrono::Utc>>,
> {
    pub accounts: T2,
    pub kinds: T4,
    pub amounts: T5,
    pub notes: T7,
    pub created_ats: T8,
}
#[derive(Debug, Clone, PartialEq)]
pub struct Author {
    pub id: i64,
    pub name: String,
    pub hair_color: Option<String>,
}
pub struct AuthorBorrowed<'a> {
    pub id: i64,
    pub name: &'a str,
    pub hair_color: Option<&'a str>,
}
impl<'a> From<AuthorBorrowed<'a>> for Author {
    fn from(
        AuthorBorrowed {
            id,
            name,
            hair_color,
        }: AuthorBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            name: name.into(),
            hair_color: hair_color.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct AuthorWithPost {
    pub id: i64,
    pub name: String,
    pub hair_color: Option<String>,
    pub post_id: Option<i64>,
    pub title: Option<String>,
    pub body: Option<String>,
}
pub struct AuthorWithPostBorrowed<'a> {
    pub id: i64,
    pub name: &'a str,
    pub hair_color: Option<&'a str>,
    pub post_id: Option<i64>,
    pub title: Option<&'a str>,
    pub body: Option<&'a str>,
}
impl<'a> From<AuthorWithPostBorrowed<'a>> for AuthorWithPost {
    fn from(
        AuthorWithPostBorrowed {
            id,
            name,
            hair_color,
            post_id,
            title,
            body,
        }: AuthorWithPostBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            name: name.into(),
            hair_color: hair_color.map(|v| v.into()),
            post_id,
            title: title.map(|v| v.into()),
            body: body.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    pub id: i64,
    pub author_id: i64,
    pub title: String,
    pub body: Option<String>,
}
pub struct PostBorrowed<'a> {
    pub id: i64,
    pub author_id: i64,
    pub title: &'a str,
    pub body: Option<&'a str>,
}
impl<'a> From<PostBorrowed<'a>> for Post {
    fn from(
        PostBorrowed {
            id,
            author_id,
            title,
            body,
        }: PostBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            author_id,
            title: title.into(),
            body: body.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct CommentsOf {
    pub id: i64,
    pub post_id: i64,
    pub text: String,
}
pub struct CommentsOfBorrowed<'a> {
    pub id: i64,
    pub post_id: i64,
    pub text: &'a str,
}
impl<'a> From<CommentsOfBorrowed<'a>> for CommentsOf {
    fn from(CommentsOfBorrowed { id, post_id, text }: CommentsOfBorrowed<'a>) -> Self {
        Self {
            id,
            post_id,
            text: text.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: i64,
    pub account: String,
    pub kind: String,
    pub amount: i32,
    pub is_test: bool,
    pub note: Option<String>,
    pub created_at: chrono::DateTime<chrono::Utc>,
}
pub struct EventBorrowed<'a> {
    pub id: i64,
    pub account: &'a str,
    pub kind: &'a str,
    pub amount: i32,
    pub is_test: bool,
    pub note: Option<&'a str>,
    pub created_at: chrono::DateTime<chrono::Utc>,
}
impl<'a> From<EventBorrowed<'a>> for Event {
    fn from(
        EventBorrowed {
            id,
            account,
            kind,
            amount,
            is_test,
            note,
            created_at,
        }: EventBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            account: account.into(),
            kind: kind.into(),
            amount,
            is_test,
            note: note.map(|v| v.into()),
            created_at,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct AuthorQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<AuthorBorrowed, tokio_postgres::Error>,
    mapper: fn(AuthorBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> AuthorQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(AuthorBorrowed) -> R) -> AuthorQuery<'c, 'a, 's, C, R, N> {
        AuthorQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct AuthorWithPostQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<AuthorWithPostBorrowed, tokio_postgres::Error>,
    mapper: fn(AuthorWithPostBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> AuthorWithPostQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(AuthorWithPostBorrowed) -> R,
    ) -> AuthorWithPostQuery<'c, 'a, 's, C, R, N> {
        AuthorWithPostQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct PostQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<PostBorrowed, tokio_postgres::Error>,
    mapper: fn(PostBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> PostQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(PostBorrowed) -> R) -> PostQuery<'c, 'a, 's, C, R, N> {
        PostQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct CommentsOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<CommentsOfBorrowed, tokio_postgres::Error>,
    mapper: fn(CommentsOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> CommentsOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(CommentsOfBorrowed) -> R,
    ) -> CommentsOfQuery<'c, 'a, 's, C, R, N> {
        CommentsOfQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct EventQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<EventBorrowed, tokio_postgres::Error>,
    mapper: fn(EventBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> EventQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(EventBorrowed) -> R) -> EventQuery<'c, 'a, 's, C, R, N> {
        EventQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct AuthorsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn authors() -> AuthorsStmt {
    AuthorsStmt("SELECT id, name, hair_color FROM bench.author", None)
}
impl AuthorsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
    ) -> AuthorQuery<'c, 'a, 's, C, Author, 0> {
        AuthorQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<AuthorBorrowed, tokio_postgres::Error> {
                    Ok(AuthorBorrowed {
                        id: row.try_get(0)?,
                        name: row.try_get(1)?,
                        hair_color: row.try_get(2)?,
                    })
                },
            mapper: |it| Author::from(it),
        }
    }
}
pub struct AuthorsWithPostsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn authors_with_posts() -> AuthorsWithPostsStmt {
    AuthorsWithPostsStmt(
        "SELECT a.id, a.name, a.hair_color, p.id AS post_id, p.title, p.body FROM bench.author AS a LEFT JOIN bench.post AS p ON p.author_id = a.id WHERE a.hair_color = $1 ORDER BY a.name DESC",
        None,
    )
}
impl AuthorsWithPostsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        hair_color: &'a T1,
    ) -> AuthorWithPostQuery<'c, 'a, 's, C, AuthorWithPost, 1> {
        AuthorWithPostQuery {
            client,
            params: [hair_color],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<AuthorWithPostBorrowed, tokio_postgres::Error> {
                Ok(AuthorWithPostBorrowed {
                    id: row.try_get(0)?,
                    name: row.try_get(1)?,
                    hair_color: row.try_get(2)?,
                    post_id: row.try_get(3)?,
                    title: row.try_get(4)?,
                    body: row.try_get(5)?,
                })
            },
            mapper: |it| AuthorWithPost::from(it),
        }
    }
}
pub struct PostsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn posts_of() -> PostsOfStmt {
    PostsOfStmt(
        "SELECT id, author_id, title, body FROM bench.post WHERE author_id = ANY ($1) ORDER BY id",
        None,
    )
}
impl PostsOfStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = i64>>(
        &'s self,
        client: &'c C,
        authors: &'a T1,
    ) -> PostQuery<'c, 'a, 's, C, Post, 1> {
        PostQuery {
            client,
            params: [authors],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<PostBorrowed, tokio_postgres::Error> {
                Ok(PostBorrowed {
                    id: row.try_get(0)?,
                    author_id: row.try_get(1)?,
                    title: row.try_get(2)?,
                    body: row.try_get(3)?,
                })
            },
            mapper: |it| Post::from(it),
        }
    }
}
pub struct CommentsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn comments_of() -> CommentsOfStmt {
    CommentsOfStmt(
        "SELECT id, post_id, text FROM bench.comment WHERE post_id = ANY ($1) ORDER BY id",
        None,
    )
}
impl CommentsOfStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = i64>>(
        &'s self,
        client: &'c C,
        posts: &'a T1,
    ) -> CommentsOfQuery<'c, 'a, 's, C, CommentsOf, 1> {
        CommentsOfQuery {
            client,
            params: [posts],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<CommentsOfBorrowed, tokio_postgres::Error> {
                    Ok(CommentsOfBorrowed {
                        id: row.try_get(0)?,
                        post_id: row.try_get(1)?,
                        text: row.try_get(2)?,
                    })
                },
            mapper: |it| CommentsOf::from(it),
        }
    }
}
pub struct EventStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn event() -> EventStmt {
    EventStmt(
        "SELECT id, account, kind, amount, is_test, note, created_at FROM bench.event WHERE id = $1",
        None,
    )
}
impl EventStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        id: &'a i64,
    ) -> EventQuery<'c, 'a, 's, C, Event, 1> {
        EventQuery {
            client,
            params: [id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<EventBorrowed, tokio_postgres::Error> {
                Ok(EventBorrowed {
                    id: row.try_get(0)?,
                    account: row.try_get(1)?,
                    kind: row.try_get(2)?,
                    amount: row.try_get(3)?,
                    is_test: row.try_get(4)?,
                    note: row.try_get(5)?,
                    created_at: row.try_get(6)?,
                })
            },
            mapper: |it| Event::from(it),
        }
    }
}
pub struct EventsAfterStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn events_after() -> EventsAfterStmt {
    EventsAfterStmt(
        "SELECT id, account, kind, amount, is_test, note, created_at FROM bench.event WHERE account = $1 AND (created_at, id) > ($2, $3) ORDER BY created_at, id LIMIT $4",
        None,
    )
}
impl EventsAfterStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        account: &'a T1,
        created_at: &'a chrono::DateTime<chrono::Utc>,
        id: &'a i64,
        row_limit: &'a i64,
    ) -> EventQuery<'c, 'a, 's, C, Event, 4> {
        EventQuery {
            client,
            params: [account, created_at, id, row_limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<EventBorrowed, tokio_postgres::Error> {
                Ok(EventBorrowed {
                    id: row.try_get(0)?,
                    account: row.try_get(1)?,
                    kind: row.try_get(2)?,
                    amount: row.try_get(3)?,
                    is_test: row.try_get(4)?,
                    note: row.try_get(5)?,
                    created_at: row.try_get(6)?,
                })
            },
            mapper: |it| Event::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        EventsAfterParams<T1>,
        EventQuery<'c, 'a, 's, C, Event, 4>,
        C,
    > for EventsAfterStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a EventsAfterParams<T1>,
    ) -> EventQuery<'c, 'a, 's, C, Event, 4> {
        self.bind(
            client,
            &params.account,
            &params.created_at,
            &params.id,
            &params.row_limit,
        )
    }
}
pub struct InsertAuthorStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_author() -> InsertAuthorStmt {
    InsertAuthorStmt(
        "INSERT INTO bench.author (name, hair_color) VALUES ($1, $2) RETURNING id, name, hair_color",
        None,
    )
}
impl InsertAuthorStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        name: &'a T1,
        hair_color: &'a Option<T2>,
    ) -> AuthorQuery<'c, 'a, 's, C, Author, 2> {
        AuthorQuery {
            client,
            params: [name, hair_color],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<AuthorBorrowed, tokio_postgres::Error> {
                    Ok(AuthorBorrowed {
                        id: row.try_get(0)?,
                        name: row.try_get(1)?,
                        hair_color: row.try_get(2)?,
                    })
                },
            mapper: |it| Author::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        InsertAuthorParams<T1, T2>,
        AuthorQuery<'c, 'a, 's, C, Author, 2>,
        C,
    > for InsertAuthorStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a InsertAuthorParams<T1, T2>,
    ) -> AuthorQuery<'c, 'a, 's, C, Author, 2> {
        self.bind(client, &params.name, &params.hair_color)
    }
}
pub struct InsertAuthorsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_authors() -> InsertAuthorsStmt {
    InsertAuthorsStmt(
        "INSERT INTO bench.author (name, hair_color) SELECT * FROM UNNEST($1::text[], $2::text[]) RETURNING id, name, hair_color",
        None,
    )
}
impl InsertAuthorsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::ArraySql<Item = T1>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = Option<T3>>,
    >(
        &'s self,
        client: &'c C,
        names: &'a T2,
        hair_colors: &'a T4,
    ) -> AuthorQuery<'c, 'a, 's, C, Author, 2> {
        AuthorQuery {
            client,
            params: [names, hair_colors],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<AuthorBorrowed, tokio_postgres::Error> {
                    Ok(AuthorBorrowed {
                        id: row.try_get(0)?,
                        name: row.try_get(1)?,
                        hair_color: row.try_get(2)?,
                    })
                },
            mapper: |it| Author::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = Option<T3>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        InsertAuthorsParams<T1, T2, T3, T4>,
        AuthorQuery<'c, 'a, 's, C, Author, 2>,
        C,
    > for InsertAuthorsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a InsertAuthorsParams<T1, T2, T3, T4>,
    ) -> AuthorQuery<'c, 'a, 's, C, Author, 2> {
        self.bind(client, &params.names, &params.hair_colors)
    }
}
pub struct InsertEventsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_events() -> InsertEventsStmt {
    InsertEventsStmt(
        "INSERT INTO bench.event (account, kind, amount, note, created_at) SELECT * FROM UNNEST($1::text[], $2::text[], $3::int4[], $4::text[], $5::timestamptz[]) RETURNING id, account, kind, amount, is_test, note, created_at",
        None,
    )
}
impl InsertEventsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::ArraySql<Item = T1>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
        T5: crate::ArraySql<Item = i32>,
        T6: crate::StringSql,
        T7: crate::ArraySql<Item = Option<T6>>,
        T8: crate::ArraySql<Item = chrono::DateTime<chrono::Utc>>,
    >(
        &'s self,
        client: &'c C,
        accounts: &'a T2,
        kinds: &'a T4,
        amounts: &'a T5,
        notes: &'a T7,
        created_ats: &'a T8,
    ) -> EventQuery<'c, 'a, 's, C, Event, 5> {
        EventQuery {
            client,
            params: [accounts, kinds, amounts, notes, created_ats],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<EventBorrowed, tokio_postgres::Error> {
                Ok(EventBorrowed {
                    id: row.try_get(0)?,
                    account: row.try_get(1)?,
                    kind: row.try_get(2)?,
                    amount: row.try_get(3)?,
                    is_test: row.try_get(4)?,
                    note: row.try_get(5)?,
                    created_at: row.try_get(6)?,
                })
            },
            mapper: |it| Event::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::ArraySql<Item = i32>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = Option<T6>>,
    T8: crate::ArraySql<Item = chrono::DateTime<chrono::Utc>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        InsertEventsParams<T1, T2, T3, T4, T5, T6, T7, T8>,
        EventQuery<'c, 'a, 's, C, Event, 5>,
        C,
    > for InsertEventsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a InsertEventsParams<T1, T2, T3, T4, T5, T6, T7, T8>,
    ) -> EventQuery<'c, 'a, 's, C, Event, 5> {
        self.bind(
            client,
            &params.accounts,
            &params.kinds,
            &params.amounts,
            &params.notes,
            &params.created_ats,
        )
    }
}
