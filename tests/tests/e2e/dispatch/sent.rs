//! Conversations that the bot hands off, and that agents send on.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World,
    shop::{self, PAGE},
    simulator::Customer,
    wait,
};

use super::{alex, asks, hired, is, is_with, team, told_of, transfers};

/// Taps a button of that title, once it is on the phone.
async fn taps(customer: &Customer, title: &str) -> Outcome {
    let tap = wait::until(&format!("{title:?} can be tapped"), async || {
        let shown = customer.shown().await?;
        let offers = ["buttons", "quick_replies"].map(|kind| {
            let lists = shown.iter().filter_map(move |message| message.get(kind)?.as_array());
            lists.flatten().cloned().collect::<Vec<Value>>()
        });
        let mut all = offers.into_iter().flatten();
        let found = all.find(|one| one.get("title").and_then(Value::as_str) == Some(title));
        found.and_then(|one| one.get("tap").cloned()).ok_or(format!("there is {shown:?}").into())
    })
    .await?;
    customer.plays(&tap).await.map(drop)
}

pub(crate) async fn a_bot_hands_off_with_what_it_found_out(world: &mut World) -> Outcome {
    let alex = alex(world).await?;
    let customer = world.customer(PAGE, 1)?;
    customer.says("order").await?;
    customer.receives(1).await?;
    taps(&customer, "Yes").await?;
    customer.receives(2).await?;
    customer.says("A-12345").await?;
    customer.receives(3).await?;
    taps(&customer, "Where is it?").await?;
    let heard = customer.receives(5).await?;
    assert_eq!(heard.last().map(String::as_str), Some(shop::ONE_MOMENT));
    let id = alex.conversation_with("A-12345").await?.id;
    alex.sees_status(&id, "waiting").await?;
    let told = told_of(&alex, &id).await?;
    let expected =
        json!({ "reason": "asked", "summary": "Where is the order A-12345?", "by": null });
    assert_eq!(told.get("hand_off"), Some(&expected));
    Ok(())
}

pub(crate) async fn conversations_are_sent_on_with_their_notes(world: &mut World) -> Outcome {
    let alex = alex(world).await?;
    let (zoe, yan) = (hired(world, &alex, "zoe", 1).await?, hired(world, &alex, "yan", 1).await?);
    let returns =
        team(&alex, "Returns", json!({ "language": "en", "tell_every_minutes": 5 })).await?;
    let _page = zoe.open_page().await?;
    is(&alex, &zoe, "online").await?;
    let customer = world.customer(PAGE, 1)?;
    let id = asks(&alex, &customer, "I want my money back").await?.id;
    is_with(&alex, &id, &zoe).await?;

    transfers(&zoe, &id, json!({ "agent": yan.id }), "Order A-12345, twice.").await?;
    is_with(&alex, &id, &yan).await?;
    let told = told_of(&yan, &id).await?;
    let expected =
        json!({ "reason": "transferred", "summary": "Order A-12345, twice.", "by": zoe.id });
    assert_eq!(told.get("hand_off"), Some(&expected));
    yan.sees(&id, "the note is in the transcript", |transcript| {
        transcript
            .iter()
            .any(|one| one.text() == "Transferred to another agent. Order A-12345, twice.")
    })
    .await?;

    transfers(&yan, &id, json!({ "team": returns }), "Please pay back.").await?;
    alex.sees_status(&id, "waiting").await?;
    assert_eq!(told_of(&alex, &id).await?.get("team_id"), Some(&json!(returns)));
    let member = format!("teams/{returns}/members/{}", zoe.id);
    alex.write(Method::PUT, &member, &json!({})).await?;
    is_with(&alex, &id, &zoe).await?;

    transfers(&zoe, &id, json!("bot"), "Paid back.").await?;
    alex.sees_status(&id, "bot").await?;
    customer.says("hours").await?;
    assert_eq!(customer.receives(2).await?, [shop::ONE_MOMENT, shop::HOURS], "no note goes out");
    assert_eq!(told_of(&alex, &id).await?.get("hand_off"), Some(&Value::Null));
    Ok(())
}
