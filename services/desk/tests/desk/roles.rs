//! Who sees and may do what.

use reqwest::StatusCode;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn agents_see_what_is_theirs_and_what_waits_for_their_teams() {
    let world = World::new().await;
    let ids = |names: &[&str]| {
        let all = names.iter().map(|name| world.here.conversation(name).to_string());
        all.collect::<Vec<_>>()
    };
    let ann = world.as_user("ann").await;
    assert_eq!(ann.conversations("").await, ids(&["waiting", "anns", "old", "ancient"]));
    for hidden in ["bobs", "elsewhere"] {
        let path = format!("/conversations/{}", world.here.conversation(hidden));
        assert_eq!(ann.get(&path).await.0, StatusCode::NOT_FOUND);
        assert_eq!(ann.get(&format!("{path}/messages")).await.0, StatusCode::NOT_FOUND);
        let message = world.here.message(hidden, 2);
        let revisions = format!("{path}/messages/{message}/revisions");
        assert_eq!(ann.get(&revisions).await.0, StatusCode::NOT_FOUND);
        let take = ann.post(&format!("{path}/thread"), json!({"do": "take"})).await;
        assert_eq!(take.0, StatusCode::NOT_FOUND);
        assert_eq!(ann.post(&format!("{path}/resolve"), json!({})).await.0, StatusCode::NOT_FOUND);
    }
    let supervisor = world.as_user("supervisor").await;
    let all = ids(&["waiting", "anns", "bobs", "elsewhere", "old", "ancient"]);
    assert_eq!(supervisor.conversations("").await, all);
    world.stop().await;
}

#[tokio::test]
async fn filters_hold_together_and_pages_join_without_gap() {
    let world = World::new().await;
    let ids = |names: &[&str]| {
        let all = names.iter().map(|name| world.here.conversation(name).to_string());
        all.collect::<Vec<_>>()
    };
    let admin = world.as_user("admin").await;
    assert_eq!(admin.conversations("status=waiting").await, ids(&["waiting"]));
    assert_eq!(admin.conversations("status=bot,resolved").await, ids(&["elsewhere", "ancient"]));
    let unassigned = admin.conversations("unassigned=true").await;
    assert_eq!(unassigned, ids(&["waiting", "elsewhere", "ancient"]));
    let number = format!("account={}", world.here.account("number"));
    assert_eq!(admin.conversations(&number).await, ids(&["elsewhere", "old"]));
    let ann = world.as_user("ann").await;
    assert_eq!(ann.conversations("mine=true").await, ids(&["anns", "old"]));

    let (mut cursor, mut joined) = (String::new(), Vec::new());
    loop {
        let (_, page) = admin.get(&format!("/conversations?limit=4{cursor}")).await;
        let found = page["conversations"].as_array().unwrap();
        joined.extend(found.iter().map(|one| one["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(joined, admin.conversations("").await);

    for wrong in ["status=lost", "cursor=!", "colour=red"] {
        let (status, _) = admin.get(&format!("/conversations?{wrong}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    world.stop().await;
}

#[tokio::test]
async fn administration_is_for_administrators() {
    let world = World::new().await;
    for who in ["ann", "supervisor"] {
        let client = world.as_user(who).await;
        let linking = format!("/accounts/{}/linking", world.here.account("page"));
        for path in ["/users", "/unrouted", "/data-deletions", &linking] {
            assert_eq!(client.get(path).await.0, StatusCode::FORBIDDEN, "{who} {path}");
        }
        let (status, _) = client.post("/teams", json!({"name": "Mine"})).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
    world.stop().await;
}

#[tokio::test]
async fn a_transcript_is_read_backwards() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let path = format!("/conversations/{}/messages", world.here.conversation("anns"));
    let seqs = async |query: &str| {
        let (status, page) = client.get(&format!("{path}{query}")).await;
        assert_eq!(status, StatusCode::OK);
        let all = page["messages"].as_array().unwrap().iter();
        all.map(|one| one["seq"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(seqs("").await, [1, 2, 3]);
    assert_eq!(seqs("?limit=2").await, [2, 3]);
    assert_eq!(seqs("?limit=2&before=2").await, [1]);
    world.stop().await;
}
