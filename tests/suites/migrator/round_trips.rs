//! What a boot costs when nothing is to be done, counted on the wire.

use lockstep::migrator::Migrator;
use lockstep_tests::proxy::Proxy;
use lockstep_tests::{block_on, server};

use super::{embed, run, versions};

const FILES: &[(&str, &str)] = &[("V1__a.sql", "CREATE TABLE a (id int);"), ("V2__b.sql", "CREATE TABLE b (id int);")];

#[test]
fn nothing_to_do_is_one_round_trip() {
    let database = server().scratch().unwrap();
    block_on(async {
        assert_eq!(versions(&run(&database.url(), FILES).await.unwrap()), [1, 2]);

        let proxy = Proxy::start(&database.url()).await.unwrap();
        let (mut client, connection) = proxy.config().connect(tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let migrator = Migrator::new(embed(FILES));

        let before = proxy.round_trips();
        client.simple_query("SELECT 1").await.unwrap();
        assert_eq!(proxy.round_trips() - before, 1, "the proxy counts a query as one");

        let before = proxy.round_trips();
        assert!(migrator.run_on(&mut client).await.unwrap().applied.is_empty());
        assert_eq!(proxy.round_trips() - before, 1);

        let before = proxy.round_trips();
        assert!(migrator.is_current(&client).await.unwrap());
        assert_eq!(proxy.round_trips() - before, 1);

        let before = proxy.round_trips();
        assert!(migrator.run(proxy.config()).await.unwrap().applied.is_empty());
        assert_eq!(proxy.round_trips() - before, 1, "a connection of its own costs no query either");
    });
}

#[test]
fn something_to_do_is_not_current() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let client = lockstep_tests::connect(&url).await;
        let migrator = Migrator::new(embed(FILES));
        assert!(!migrator.is_current(&client).await.unwrap(), "an empty database");
        run(&url, &FILES[..1]).await.unwrap();
        assert!(!migrator.is_current(&client).await.unwrap(), "one of two");
        let planned = migrator.plan(&client).await.unwrap();
        assert_eq!(planned.iter().map(|migration| migration.file).collect::<Vec<_>>(), ["V2__b.sql"]);
        run(&url, FILES).await.unwrap();
        assert!(migrator.is_current(&client).await.unwrap());
        assert!(migrator.plan(&client).await.unwrap().is_empty());
    });
}
