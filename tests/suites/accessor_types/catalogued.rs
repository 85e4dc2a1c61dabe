//! What travels as text: the types of the server's own catalogs, domains over arrays of it.

use super::*;
use kinds::{Catalogued, CataloguedPatch, NewCatalogued, NewCataloguedOptional, NewTrail, Trail, TrailPatch};

fn catalogued(class: &str) -> NewCatalogued {
    NewCatalogued {
        a_class: Id::new(class.to_owned()),
        a_type: "integer[]".to_owned(),
        a_procedure: "abs(integer)".to_owned(),
        a_transaction: "18446744073709551615".to_owned(),
        a_snapshot: "10:20:10,14".to_owned(),
        a_place: "(4294967295,7)".to_owned(),
        a_vector: "1 2 3".to_owned(),
        items: vec!["=r/pg_database_owner".to_owned()],
        optional: NewCataloguedOptional::default(),
    }
}

#[test]
fn types_of_the_catalogs_come_back_as_they_went() {
    over_each_executor(async |db| {
        let new = catalogued("kinds.rare");
        let stored = Catalogued::insert(db, &new).await.unwrap();
        assert_eq!(
            (&stored.a_class, &stored.a_type, &stored.a_procedure),
            (&new.a_class, &new.a_type, &new.a_procedure)
        );
        assert_eq!((&stored.a_transaction, &stored.a_snapshot), (&new.a_transaction, &new.a_snapshot));
        assert_eq!((&stored.a_place, &stored.a_vector, &stored.items), (&new.a_place, &new.a_vector, &new.items));
        assert_eq!((stored.a_config.as_str(), &stored.n_role, &stored.classes), ("simple", &None, &None));
        let optional = NewCataloguedOptional {
            a_config: Some("german".to_owned()),
            n_role: Some("pg_monitor".to_owned()),
            classes: Some(vec!["kinds.rare".to_owned(), "pg_class".to_owned()]),
        };
        let filled = NewCatalogued { optional, ..catalogued("kinds.account") };
        let many = Catalogued::insert_many(db, &[filled.clone(), catalogued("kinds.session")]).await.unwrap();
        assert_eq!(many[1], Catalogued { a_class: many[1].a_class.clone(), ..stored.clone() });
        assert_eq!(
            (Some(&many[0].a_config), &many[0].classes),
            (filled.optional.a_config.as_ref(), &filled.optional.classes)
        );
        let patch = CataloguedPatch { n_role: Some(None), a_type: Some("text".to_owned()), ..Default::default() };
        let expected = CataloguedPatch { a_snapshot: Some(new.a_snapshot), ..Default::default() };
        let changed = Catalogued::compare_and_set(db, &many[0].a_class, &expected, &patch).await.unwrap().unwrap();
        assert_eq!(changed, Catalogued { n_role: None, a_type: "text".to_owned(), ..many[0].clone() });
        assert_eq!(Catalogued::find(db, &stored.a_class).await.unwrap(), Some(stored));
    });
}

#[test]
fn a_domain_over_an_array_of_texts_is_compared() {
    over_each_executor(async |db| {
        let paths = |last: &str| vec!["a.b".to_owned(), last.to_owned()];
        let new = NewTrail { id: Id::new(1), paths: paths("c"), optional: Default::default() };
        assert_eq!(Trail::insert(db, &new).await.unwrap().paths, paths("c"));
        let expected = TrailPatch { paths: Some(paths("c")), maybe: Some(None) };
        let patch = TrailPatch { maybe: Some(Some(paths("d"))), ..Default::default() };
        let changed = Trail::compare_and_set(db, Id::new(1), &expected, &patch).await.unwrap().unwrap();
        assert_eq!(changed.maybe, Some(paths("d")));
        assert_eq!(Trail::compare_and_set(db, Id::new(1), &expected, &patch).await.unwrap(), None);
    });
}
