//! From a row to those that it refers to, and back.

use super::*;
use shop::{Message, NewMessage, NewMessageOptional, NewShipment, Shipment};

#[test]
fn a_row_leads_to_those_that_refer_to_it_and_back() {
    over_each_executor(async |db| {
        let parent = producer(db, "a@b", None).await;
        let new: Vec<NewOrder> = (0..3).map(|row| order(parent.id, row, "2024-01-01T00:00:00Z")).collect();
        let orders = Order::insert_many(db, &new).await.unwrap();
        let item =
            |order: usize, position| NewOrderItem { order_id: orders[order].id, position, title: "t".to_owned() };
        let items = OrderItem::insert_many(db, &[item(0, 2), item(2, 1), item(0, 1)]).await.unwrap();
        assert_eq!(orders[0].items(db).await.unwrap(), [items[2].clone(), items[0].clone()]);
        assert_eq!(orders[1].items(db).await.unwrap(), []);
        assert_eq!(items[1].order(db).await.unwrap(), orders[2]);
        assert_eq!(orders[0].producer(db).await.unwrap(), parent);
        // By time and then by key, the latest first.
        let latest: Vec<Order> = orders.iter().rev().cloned().collect();
        assert_eq!(parent.orders(db).await.unwrap(), latest);

        let ids = [orders[2].id, orders[1].id, orders[0].id, orders[2].id];
        let grouped = OrderItem::for_orders(db, &ids).await.unwrap();
        let expected =
            [vec![items[1].clone()], vec![], vec![items[2].clone(), items[0].clone()], vec![items[1].clone()]];
        assert_eq!(grouped, expected);
        assert_eq!(OrderItem::for_orders(db, &[]).await.unwrap(), Vec::<Vec<OrderItem>>::new());

        let new = NewShipment { order_id: items[0].order_id, position: 2, optional: Default::default() };
        let shipment = Shipment::insert(db, &new).await.unwrap();
        assert_eq!(shipment.order_item(db).await.unwrap(), items[0]);
        assert_eq!(items[0].shipments(db).await.unwrap(), std::slice::from_ref(&shipment));
        let keys = [(orders[0].id, 1), (orders[0].id, 2)];
        assert_eq!(Shipment::for_order_items(db, &keys).await.unwrap(), [vec![], vec![shipment]]);
    });
}

#[test]
fn references_that_may_be_missing_are_optional() {
    over_each_executor(async |db| {
        let one = producer(db, "a@b", None).await;
        let other = producer(db, "c@d", Some(one.id)).await;
        assert_eq!(other.parent(db).await.unwrap().as_ref(), Some(&one));
        assert_eq!(one.parent(db).await.unwrap(), None);
        assert_eq!(one.producers_by_parent_id(db).await.unwrap(), std::slice::from_ref(&other));
        let ids = [other.id, one.id];
        assert_eq!(Producer::for_producers_by_parent_id(db, &ids).await.unwrap(), [vec![], vec![other.clone()]]);

        let stored = Order::insert(db, &order(one.id, 1, "2024-01-01T00:00:00Z")).await.unwrap();
        let country = kinds::NewCountry { code: kinds::CountryId::new("de".to_owned()), name: "D".to_owned() };
        let country = Country::insert(db, &country).await.unwrap();
        let new =
            kinds::NewCity { country_code: country.code.clone(), name: "Ulm".to_owned(), optional: Default::default() };
        let city = kinds::City::insert(db, &new).await.unwrap();
        assert_eq!(city.country(db).await.unwrap(), country);
        assert_eq!(country.cities(db).await.unwrap(), std::slice::from_ref(&city));
        let codes = [kinds::CountryId::new("at".to_owned()), country.code.clone()];
        assert_eq!(kinds::City::for_countries(db, &codes).await.unwrap(), [vec![], vec![city.clone()]]);
        let optional = NewMessageOptional {
            recipient_id: Some(other.id),
            order_token: Some(stored.public_token),
            city: Some(city.name.clone()),
            country_code: Some(country.code.clone()),
            ..Default::default()
        };
        let full = Message::insert(db, &NewMessage { sender_id: one.id, optional }).await.unwrap();
        let bare = NewMessage { sender_id: one.id, optional: NewMessageOptional::default() };
        let bare = Message::insert(db, &bare).await.unwrap();
        assert_eq!(full.sender(db).await.unwrap(), one);
        assert_eq!(full.recipient(db).await.unwrap(), Some(other.clone()));
        assert_eq!(bare.recipient(db).await.unwrap(), None);
        assert_eq!(full.order(db).await.unwrap(), Some(stored));
        assert_eq!(full.city(db).await.unwrap(), Some(city.clone()));
        assert_eq!(bare.city(db).await.unwrap(), None);
        assert_eq!(one.messages_by_sender_id(db).await.unwrap().len(), 2);
        assert_eq!(other.messages_by_recipient_id(db).await.unwrap(), std::slice::from_ref(&full));
        assert_eq!(city.messages(db).await.unwrap(), std::slice::from_ref(&full));
        let keys = [(city.name.clone(), country.code.clone())];
        assert_eq!(Message::for_cities(db, &keys).await.unwrap(), [vec![full]]);
    });
}

#[test]
fn a_row_that_is_gone_meanwhile_is_an_error() {
    on_database(async |url| {
        let db = connect(&url).await;
        let parent = producer(&db, "a@b", None).await;
        let stored = Order::insert(&db, &order(parent.id, 1, "2024-01-01T00:00:00Z")).await.unwrap();
        assert!(Order::delete(&db, stored.id).await.unwrap());
        assert!(Producer::delete(&db, parent.id).await.unwrap());
        let failed = stored.producer(&db).await.unwrap_err();
        assert_eq!(failed.to_string(), "shop.producer.find: the row that a foreign key leads to is not there");
    });
}
