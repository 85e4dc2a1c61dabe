//! SeaORM: entities as its command line writes them, over a pool of one connection.

use ::sea_orm::{
    ActiveValue, ColumnTrait as _, DatabaseConnection, EntityTrait as _, ExprTrait as _, LoaderTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, SqlxPostgresConnector,
};
use ::sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::contender::{Contender, PAGE, chunks};
use crate::model::{self, After, Page, Tree};

pub mod author {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "bench", table_name = "author")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(column_type = "Text")]
        pub name: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub hair_color: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::post::Entity")]
        Post,
    }

    impl Related<super::post::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Post.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod post {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "bench", table_name = "post")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub author_id: i64,
        #[sea_orm(column_type = "Text")]
        pub title: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub body: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::author::Entity", from = "Column::AuthorId", to = "super::author::Column::Id")]
        Author,
        #[sea_orm(has_many = "super::comment::Entity")]
        Comment,
    }

    impl Related<super::author::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Author.def()
        }
    }

    impl Related<super::comment::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Comment.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod comment {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "bench", table_name = "comment")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub post_id: i64,
        #[sea_orm(column_type = "Text")]
        pub text: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::post::Entity", from = "Column::PostId", to = "super::post::Column::Id")]
        Post,
    }

    impl Related<super::post::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Post.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod event {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "bench", table_name = "event")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(column_type = "Text")]
        pub account: String,
        #[sea_orm(column_type = "Text")]
        pub kind: String,
        pub amount: i32,
        pub is_test: bool,
        #[sea_orm(column_type = "Text", nullable)]
        pub note: Option<String>,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl From<author::Model> for model::Author {
    fn from(author::Model { id, name, hair_color }: author::Model) -> Self {
        Self { id, name, hair_color }
    }
}

/// What SeaORM makes of two tables that are joined.
pub struct Joined(author::Model, Option<post::Model>);

impl From<Joined> for model::AuthorWithPost {
    fn from(Joined(author, post): Joined) -> Self {
        Self { author: author.into(), post: post.map(Into::into) }
    }
}

impl From<post::Model> for model::Post {
    fn from(post::Model { id, author_id, title, body }: post::Model) -> Self {
        Self { id, author_id, title, body }
    }
}

impl From<comment::Model> for model::Comment {
    fn from(comment::Model { id, post_id, text }: comment::Model) -> Self {
        Self { id, post_id, text }
    }
}

impl From<event::Model> for model::Event {
    fn from(event::Model { id, account, kind, amount, is_test, note, created_at }: event::Model) -> Self {
        Self { id, account, kind, amount, is_test, note, created_at }
    }
}

pub struct SeaOrm {
    db: DatabaseConnection,
}

impl SeaOrm {
    pub async fn connect(options: &PgConnectOptions) -> Self {
        // The pool would ask the server whether it is there before every statement.
        let pool = PgPoolOptions::new().max_connections(1).test_before_acquire(false);
        let pool = pool.connect_with(options.clone()).await.expect("the server takes connections");
        Self { db: SqlxPostgresConnector::from_sqlx_postgres_pool(pool) }
    }
}

impl Contender for SeaOrm {
    const NAME: &'static str = "SeaORM";

    type Author = author::Model;
    type Inserted = author::Model;
    type AuthorWithPost = Joined;
    type Post = post::Model;
    type Comment = comment::Model;
    type Event = event::Model;
    type NewAuthor = author::ActiveModel;
    type NewEvent = event::ActiveModel;

    fn new_author(model::NewAuthor { name, hair_color }: model::NewAuthor) -> author::ActiveModel {
        author::ActiveModel {
            id: ActiveValue::NotSet,
            name: ActiveValue::Set(name),
            hair_color: ActiveValue::Set(hair_color),
        }
    }

    fn new_event(new: model::NewEvent) -> event::ActiveModel {
        let model::NewEvent { account, kind, amount, note, created_at } = new;
        event::ActiveModel {
            id: ActiveValue::NotSet,
            account: ActiveValue::Set(account),
            kind: ActiveValue::Set(kind),
            amount: ActiveValue::Set(amount),
            is_test: ActiveValue::NotSet,
            note: ActiveValue::Set(note),
            created_at: ActiveValue::Set(created_at),
        }
    }

    async fn authors(&mut self) -> Vec<author::Model> {
        author::Entity::find().all(&self.db).await.unwrap()
    }

    async fn authors_with_posts(&mut self, hair_color: &str) -> Vec<Joined> {
        let query = author::Entity::find()
            .find_also_related(post::Entity)
            .filter(author::Column::HairColor.eq(hair_color))
            .order_by_desc(author::Column::Name);
        let rows = query.all(&self.db).await.unwrap();
        rows.into_iter().map(|(author, post)| Joined(author, post)).collect()
    }

    async fn tree(&mut self) -> Tree<author::Model, post::Model, comment::Model> {
        let authors = author::Entity::find().all(&self.db).await.unwrap();
        let ordered = post::Entity::find().order_by_asc(post::Column::Id);
        let groups = authors.load_many(ordered, &self.db).await.unwrap();
        let counts: Vec<usize> = groups.iter().map(Vec::len).collect();
        let posts: Vec<post::Model> = groups.into_iter().flatten().collect();
        let ordered = comment::Entity::find().order_by_asc(comment::Column::Id);
        let comments = posts.load_many(ordered, &self.db).await.unwrap();
        let mut posts = posts.into_iter().zip(comments);
        authors.into_iter().zip(counts).map(|(author, count)| (author, posts.by_ref().take(count).collect())).collect()
    }

    async fn event(&mut self, id: i64) -> Option<event::Model> {
        event::Entity::find_by_id(id).one(&self.db).await.unwrap()
    }

    async fn page(&mut self, after: After) -> Page<event::Model> {
        let After { account, created_at, id } = after;
        let rows = event::Entity::find()
            .filter(event::Column::Account.eq(account))
            // Its cursors compare no rows either; the first condition is what the index starts from.
            .filter(event::Column::CreatedAt.gte(created_at))
            .filter(event::Column::CreatedAt.gt(created_at).or(event::Column::Id.gt(id)))
            .order_by_asc(event::Column::CreatedAt)
            .order_by_asc(event::Column::Id)
            .limit(PAGE as u64 + 1)
            .all(&self.db)
            .await
            .unwrap();
        Page::cut(rows, PAGE)
    }

    async fn insert_author(&mut self, new: author::ActiveModel) -> author::Model {
        author::Entity::insert(new).exec_with_returning(&self.db).await.unwrap()
    }

    async fn insert_authors(&mut self, new: Vec<author::ActiveModel>) -> Vec<author::Model> {
        author::Entity::insert_many(new).exec_with_returning(&self.db).await.unwrap()
    }

    async fn insert_events(&mut self, new: Vec<event::ActiveModel>) -> Vec<event::Model> {
        let mut inserted = Vec::new();
        for chunk in chunks(new, super::diesel::EVENT_COLUMNS) {
            inserted.append(&mut event::Entity::insert_many(chunk).exec_with_returning(&self.db).await.unwrap());
        }
        inserted
    }
}
