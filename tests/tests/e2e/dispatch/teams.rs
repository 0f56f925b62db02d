//! Whose a conversation is that was sent to a team, and where it goes when the team is no more.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{Outcome, World, shop::PAGE};

use super::{alex, asks, hired, is, is_with, team, transfers};

pub(crate) async fn a_team_picks_up_what_was_sent_to_it_until_it_is_merged(
    world: &mut World,
) -> Outcome {
    let alex = alex(world).await?;
    let (zoe, yan) = (hired(world, &alex, "zoe", 1).await?, hired(world, &alex, "yan", 1).await?);
    let first: Vec<Value> = alex.read("teams").await?;
    let service = first.first().and_then(|team| team["id"].as_str()).ok_or("no team")?.to_owned();
    let by_hand = json!({ "language": "en", "tell_every_minutes": 5, "strategy": "manual" });
    let returns = team(&alex, "Returns", by_hand).await?;
    let member = |team: &str| format!("teams/{team}/members/{}", yan.id);
    alex.write(Method::PUT, &member(&returns), &json!({})).await?;
    alex.write(Method::DELETE, &member(&service), &json!({})).await?;
    let _pages = (zoe.open_page().await?, yan.open_page().await?);
    is(&alex, &zoe, "online").await?;
    is(&alex, &yan, "online").await?;

    let customer = world.customer(PAGE, 1)?;
    let id = asks(&alex, &customer, "I want my money back").await?.id;
    is_with(&alex, &id, &zoe).await?;
    transfers(&zoe, &id, json!({ "team": returns }), "Please pay back.").await?;
    alex.sees_status(&id, "waiting").await?;
    assert_eq!(zoe.conversations("status=waiting").await?.len(), 0, "it is not theirs any more");
    let waiting = yan.conversations("status=waiting").await?;
    assert_eq!(waiting.first().map(|one| &one.id), Some(&id), "it is for yan's team");
    yan.write(Method::POST, &format!("conversations/{id}/assign"), &json!({ "agent": "me" }))
        .await?;
    is_with(&alex, &id, &yan).await?;
    yan.does(&id, "unassign").await?;
    yan.sees_status(&id, "waiting").await?;

    let into = json!({ "into_id": service });
    alex.write(Method::POST, &format!("teams/{returns}/merge"), &into).await?;
    is_with(&alex, &id, &zoe).await?;
    let left: Vec<Value> = alex.read("teams").await?;
    assert_eq!(left.len(), 1, "{left:?}");
    Ok(())
}
