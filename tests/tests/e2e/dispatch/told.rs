//! What those who wait read.

use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World,
    shop::{self, PAGE},
};

use super::{alex, asks, hired, is_with, team, transfers};

const DAYS: [&str; 7] =
    ["thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"];

/// The day of the week in three days, UTC: the Unix epoch began on a Thursday.
fn in_three_days() -> Outcome<&'static str> {
    let days = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 86_400 + 3;
    let day = DAYS.iter().cycle().nth(usize::try_from(days % 7)?);
    Ok(day.ok_or("a week has seven days")?)
}

fn works(hours: Value) -> Value {
    let texts =
        json!({ "closed": "We are back at {opens}.", "waiting": "You are number {position}." });
    json!({ "hours": hours, "texts": { "en": texts }, "language": "en", "tell_every_minutes": 0 })
}

pub(crate) async fn those_who_wait_read_where_they_are_and_that_it_is_closed(
    world: &mut World,
) -> Outcome {
    let alex = alex(world).await?;
    let zoe = hired(world, &alex, "zoe", 1).await?;
    let teams: Vec<Value> = alex.read("teams").await?;
    let service = teams.first().and_then(|team| team.get("id")?.as_str()).ok_or("no team")?;
    let always = works(json!({ "zone": "UTC", "week": [], "holidays": [] }));
    alex.sends(Method::PUT, &format!("teams/{service}/settings"), &always).await?;
    let week = json!([{ "days": [in_three_days()?], "from": "08:00", "to": "09:00" }]);
    let night = works(json!({ "zone": "UTC", "week": week, "holidays": [] }));
    let night = team(&alex, "Night", night).await?;

    let mut customers = Vec::new();
    for (number, place) in
        [(1, "You are number 1."), (2, "You are number 2."), (3, "You are number 3.")]
    {
        let customer = world.customer(PAGE, number)?;
        let id = asks(&alex, &customer, &format!("{number} asks")).await?.id;
        assert_eq!(customer.receives(2).await?, [shop::ONE_MOMENT, place]);
        customers.push((customer, id));
    }
    let [(_, first), (second, _), (third, last)] = customers.as_slice() else {
        return Err("three customers wait".into());
    };

    let _page = zoe.open_page().await?;
    is_with(&alex, first, &zoe).await?;
    assert_eq!(second.receives(3).await?.last().map(String::as_str), Some("You are number 1."));
    assert_eq!(third.receives(3).await?.last().map(String::as_str), Some("You are number 2."));

    transfers(&alex, last, json!({ "team": night }), "").await?;
    let heard = third.receives(4).await?;
    let closed = heard.last().ok_or("nothing is said")?;
    assert!(closed.starts_with("We are back at 20") && closed.ends_with(" 08:00."), "{closed}");
    Ok(())
}
