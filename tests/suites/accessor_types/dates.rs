//! The same schema with the types of another crate for dates and times.

use lockstep::Id;
use lockstep_tests::connect;

use super::on_database_of;

mod by_jiff {
    lockstep::schema!(root = "tests/ui/fixtures/jiff");
}

mod by_time {
    lockstep::schema!(root = "tests/ui/fixtures/time");
}

#[test]
fn dates_and_times_are_those_of_the_crate_that_the_workspace_names() {
    on_database_of("jiff", async |url| {
        use by_jiff::dates::{Dated, NewDated, NewDatedOptional, Season};
        let client = connect(&url).await;
        let at: lockstep::types::jiff::Timestamp = "2024-02-29T12:00:00.000001Z".parse().unwrap();
        let new = NewDated {
            id: Id::new(1),
            day: "2024-02-29".parse().unwrap(),
            hour: "23:59:59.999999".parse().unwrap(),
            local: "2024-02-29T12:00:00".parse().unwrap(),
            at,
            days: vec!["0001-01-01".parse().unwrap()],
            during: (..at).into(),
            season: Season::Autumn,
            optional: NewDatedOptional::default(),
        };
        let stored = Dated::insert(&client, &new).await.unwrap();
        assert_eq!((stored.day, stored.hour, stored.local, stored.at), (new.day, new.hour, new.local, at));
        assert_eq!((&stored.days, stored.during, stored.maybe), (&new.days, new.during, None));
        let page = Dated::list_by_at_and_id(&client, lockstep::Page::first(1)).await.unwrap();
        assert_eq!(std::collections::HashSet::from([page.rows[0].clone()]), [stored].into());
    });
    on_database_of("time", async |url| {
        use by_time::dates::{Dated, NewDated, NewDatedOptional, Season};
        use lockstep::types::time::{Date, Month, OffsetDateTime, Time};
        let client = connect(&url).await;
        let at = OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap();
        let day = Date::from_calendar_date(2024, Month::February, 29).unwrap();
        let hour = Time::from_hms_micro(23, 59, 59, 999_999).unwrap();
        let new = NewDated {
            id: Id::new(1),
            day,
            hour,
            local: day.with_time(hour),
            at,
            days: vec![day],
            during: (..at).into(),
            season: Season::Spring,
            optional: NewDatedOptional { maybe: Some(at) },
        };
        let stored = Dated::insert_many(&client, std::slice::from_ref(&new)).await.unwrap().remove(0);
        assert_eq!((stored.day, stored.hour, stored.local, stored.at), (day, hour, new.local, at));
        assert_eq!((&stored.days, stored.during, stored.maybe), (&new.days, new.during, Some(at)));
    });
}
