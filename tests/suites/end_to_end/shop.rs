//! A database with a service on it: scratch, seeded through SQL as an operator would.

use lockstep_postgres::scratch::Scratch;
use lockstep_postgres::server;

use super::service::Service;

/// A scratch database; dropped with the value, whoever is connected.
pub(crate) struct Shop {
    scratch: Scratch,
}

const PRODUCTS: &str = "
    INSERT INTO commerce.producer (slug, name) VALUES ('mill', 'The Mill'), ('farm', 'The Farm');
    INSERT INTO commerce.product (producer_id, sku, title, price_cents, currency, is_available)
    SELECT producer.id, sku, title, price_cents, currency, is_available
    FROM (VALUES (1, 'mill', 'F-1', 'Flour', 350, 'EUR', true), (2, 'mill', 'B-1', 'Bran', 120, 'EUR', true),
            (3, 'mill', 'S-1', 'Spelt', 480, 'EUR', false), (4, 'mill', 'O-1', 'Oats', 240, 'CHF', true),
            (5, 'farm', 'E-1', 'Eggs', 420, 'EUR', true), (6, 'mill', 'G-1', 'Gold', 9223372036854775807, 'EUR', true))
        AS product (number, producer, sku, title, price_cents, currency, is_available)
    JOIN commerce.producer ON producer.slug = product.producer
    ORDER BY number";

/// The products that [`Shop::open`] sells, by their ids.
pub(crate) const FLOUR: i64 = 1;
pub(crate) const BRAN: i64 = 2;
pub(crate) const NOT_AVAILABLE: i64 = 3;
pub(crate) const OTHER_CURRENCY: i64 = 4;
pub(crate) const OTHER_PRODUCER: i64 = 5;
pub(crate) const PRICELESS: i64 = 6;
pub(crate) const NO_PRODUCT: i64 = 7;

impl Shop {
    /// An empty database.
    pub(crate) fn empty() -> Self {
        let server = server::ensure(&super::root()).unwrap();
        Self { scratch: server.scratch().unwrap() }
    }

    /// An empty database, a service that has migrated it, and products.
    pub(crate) fn open(settings: &[(&str, &str)]) -> (Self, Service) {
        let mut shop = Self::empty();
        let service = shop.start(settings);
        shop.sell();
        (shop, service)
    }

    /// Puts the products into a migrated database.
    pub(crate) fn sell(&mut self) {
        self.execute(PRODUCTS);
    }

    /// Starts a service on it.
    pub(crate) fn start(&self, settings: &[(&str, &str)]) -> Service {
        Service::start(&self.scratch.url(), settings)
    }

    /// Its connection string.
    pub(crate) fn url(&self) -> String {
        self.scratch.url()
    }

    /// One more connection to it.
    pub(crate) fn connect(&self) -> postgres::Client {
        self.scratch.connect().unwrap()
    }

    /// Stops or starts letting anybody in.
    pub(crate) fn let_in(&self, allowed: bool) {
        let name = lockstep_core::name::quote_identifier(self.scratch.name());
        let mut admin = self.scratch.server().connect("postgres").unwrap();
        admin.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}")).unwrap();
    }

    pub(crate) fn execute(&mut self, sql: &str) {
        self.scratch.client().batch_execute(sql).unwrap();
    }

    /// The first column of the only row.
    pub(crate) fn one<T: for<'a> postgres::types::FromSql<'a>>(&mut self, sql: &str) -> T {
        self.scratch.client().query_one(sql, &[]).unwrap().get(0)
    }

    /// The number of rows that a table, or what stands after FROM, has.
    pub(crate) fn count(&mut self, from: &str) -> i64 {
        self.one(&format!("SELECT count(*) FROM {from}"))
    }
}
