//! What `copy_in` loads is stored as `insert_many` stores it, whatever its type.

use super::*;

#[test]
fn copied_rows_are_stored_as_inserted_ones() {
    over_each_executor(async |db| {
        let inserted = Ranged::insert_many(db, &[full_ranged(1), ranged(2)]).await.unwrap();
        assert_eq!(Ranged::copy_in(db, &[full_ranged(3), ranged(4)]).await.unwrap(), 2);
        for (row, copy) in inserted.into_iter().zip([3, 4].map(Id::new)) {
            assert_eq!(Ranged::find(db, copy).await.unwrap(), Some(Ranged { id: copy, ..row }));
        }
        let inserted = Multiranged::insert_many(db, &[full_multiranged(1), multiranged(2)]).await.unwrap();
        assert_eq!(Multiranged::copy_in(db, &[full_multiranged(3), multiranged(4)]).await.unwrap(), 2);
        for (row, copy) in inserted.into_iter().zip([3, 4].map(Id::new)) {
            assert_eq!(Multiranged::find(db, copy).await.unwrap(), Some(Multiranged { id: copy, ..row }));
        }
        let inserted = Composed::insert_many(db, &[full_composed(1), composed(2)]).await.unwrap();
        assert_eq!(Composed::copy_in(db, &[full_composed(3), composed(4)]).await.unwrap(), 2);
        for (row, copy) in inserted.into_iter().zip([3, 4].map(Id::new)) {
            assert_eq!(Composed::find(db, copy).await.unwrap(), Some(Composed { id: copy, ..row }));
        }
        let inserted = Account::insert_many(db, &[full_account("a@b"), account("c@d")]).await.unwrap();
        assert_eq!(Account::copy_in(db, &[full_account("e@f"), account("g@h")]).await.unwrap(), 2);
        for (row, copy) in inserted.into_iter().zip(["e@f", "g@h"].map(|id| Id::new(Email(id.to_owned())))) {
            assert_eq!(Account::find(db, &copy).await.unwrap(), Some(Account { id: copy, ..row }));
        }
    });
}
