//! Comments, visitors' posts, and the one private reply to each.

use serde_json::{Value, json};
use switchboard_simulator::SimulatorConfig;
use switchboard_simulator::config::PageSeed;

use crate::journal::Scratch;
use crate::rig::{APP, IG, IGSID, PAGE, PAGE_TOKEN, PSID, Rig, code};

const DAY: i64 = 86_400;
const AUTHOR: &str = "8801";

/// Somebody comments, or posts; the answer is the id that a reply names.
async fn told(rig: &Rig, account: &str, comment: Value) -> String {
    let body = json!({ "comment": comment });
    let answer = rig.control(&format!("/_sim/accounts/{account}/events"), body).await;
    answer["id"].as_str().unwrap().to_owned()
}

async fn commented(rig: &Rig, account: &str, author: &str) -> String {
    let from = json!({"id": author, "name": "Al Roe"});
    told(rig, account, json!({"from": from, "message": "How much?"})).await
}

fn reply(key: &str, id: &str) -> Value {
    json!({"recipient": { key: id }, "message": {"text": "Ten.", "metadata": "r1"}})
}

async fn replied(rig: &Rig, id: &str) -> (u16, Value) {
    rig.graph("/v25.0/me/messages", PAGE_TOKEN, &reply("comment_id", id)).await
}

/// A plain message to who commented.
async fn written(rig: &Rig, customer: &str) -> (u16, Value) {
    let body = json!({"recipient": {"id": customer}, "message": {"text": "And?"}});
    rig.graph("/v25.0/me/messages", PAGE_TOKEN, &body).await
}

#[tokio::test]
async fn a_comment_is_replied_to_once_and_opens_no_window() {
    let rig = Rig::start().await;
    assert_eq!(code(&written(&rig, AUTHOR).await), (100, Some(2_018_001)), "nobody yet");
    let id = commented(&rig, PAGE, AUTHOR).await;
    let told = rig.hooks(1).await[0].item();
    assert_eq!((&told["comment_id"], &told["item"]), (&json!(id), &json!("comment")));
    rig.forget().await;

    let answer = replied(&rig, &id).await;
    assert_eq!(answer.0, 200, "{answer:?}");
    let mid = answer.1["message_id"].clone();
    assert_eq!(answer.1, json!({"recipient_id": AUTHOR, "message_id": mid}));
    let echo = rig.hooks(1).await[0].item();
    assert_eq!((&echo["recipient"]["id"], &echo["message"]["mid"]), (&json!(AUTHOR), &mid));
    assert_eq!(echo["message"]["metadata"], "r1");
    let path = format!("/_sim/messages?account={PAGE}&customer={AUTHOR}");
    let view = rig.get(&path).await["messages"][0].clone();
    assert_eq!((&view["from"], &view["text"]), (&json!("business"), &json!("Ten.")));
    let known = rig.get(&format!("/_sim/comments?account={PAGE}&customer={AUTHOR}")).await;
    let comment = &known["comments"][0];
    assert_eq!((&comment["id"], &comment["replied"]), (&json!(id), &json!(true)));
    assert_eq!((&comment["kind"], &comment["name"]), (&json!("comment"), &json!("Al Roe")));
    assert_eq!(rig.get("/_sim/received").await["received"][1]["customer"], AUTHOR);

    assert_eq!(code(&replied(&rig, &id).await), (10_900, None));
    assert_eq!(code(&written(&rig, AUTHOR).await), (10, Some(2_018_278)), "no window");
    let second = commented(&rig, PAGE, AUTHOR).await;
    assert_eq!(replied(&rig, &second).await.0, 200, "each comment has its own reply");
    rig.play(PAGE, AUTHOR, json!({"text": "Thanks"})).await;
    assert_eq!(written(&rig, AUTHOR).await.0, 200);
    rig.stop().await;
}

#[tokio::test]
async fn a_known_customer_is_replied_to_in_the_same_conversation() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let id = commented(&rig, PAGE, PSID).await;
    assert_eq!(replied(&rig, &id).await.1["recipient_id"], PSID);
    let view = rig.get(&format!("/_sim/messages?account={PAGE}&customer={PSID}")).await;
    assert_eq!(view["messages"].as_array().unwrap().len(), 2);
    let accounts = rig.get("/_sim/accounts").await;
    let page = accounts["accounts"].as_array().unwrap().iter().find(|own| own["id"] == PAGE);
    assert_eq!(page.unwrap()["customers"][0]["name"], "Ann Lee", "not renamed");
    rig.stop().await;
}

#[tokio::test]
async fn a_visitors_post_is_replied_to_by_its_own_key() {
    let rig = Rig::start().await;
    let from = json!({"id": AUTHOR, "name": "Al Roe"});
    let post = told(&rig, PAGE, json!({"item": "post", "from": from, "message": "Open?"})).await;
    let value = rig.hooks(1).await[0].item();
    assert_eq!((&value["post_id"], value.get("comment_id")), (&json!(post), None));
    let as_comment = replied(&rig, &post).await;
    assert_eq!(code(&as_comment), (100, Some(2_018_292)), "a post is no comment");
    let body = reply("post_id", &post);
    assert_eq!(rig.graph("/me/messages", PAGE_TOKEN, &body).await.1["recipient_id"], AUTHOR);
    assert_eq!(code(&rig.graph("/me/messages", PAGE_TOKEN, &body).await), (10_900, None));
    let comment = commented(&rig, PAGE, AUTHOR).await;
    let as_post = rig.graph("/me/messages", PAGE_TOKEN, &reply("post_id", &comment)).await;
    assert_eq!(code(&as_post), (100, None), "a comment is no post");
    let own = json!({"item": "post", "from": {"id": PAGE, "name": "Page"}});
    let own = told(&rig, PAGE, own).await;
    let to_itself = rig.graph("/me/messages", PAGE_TOKEN, &reply("post_id", &own)).await;
    assert_eq!(code(&to_itself), (10_902, None));
    rig.stop().await;
}

#[tokio::test]
async fn a_comment_must_be_known_own_there_and_young() {
    let rig = Rig::start_with(|config| {
        config.adopt_strangers = true;
        config.pages.push(PageSeed {
            id: "2002".into(),
            app_id: APP.into(),
            access_token: "other-page".into(),
            ..PageSeed::default()
        });
    })
    .await;
    assert_eq!(code(&replied(&rig, "1_2").await), (100, Some(2_018_292)));
    let id = commented(&rig, PAGE, AUTHOR).await;
    let foreign = rig.graph("/me/messages", "other-page", &reply("comment_id", &id)).await;
    assert_eq!(code(&foreign), (100, Some(2_018_292)));
    let page = commented(&rig, PAGE, "2002").await;
    assert_eq!(code(&replied(&rig, &page).await), (10_902, None), "another Page");
    let removed = commented(&rig, PAGE, AUTHOR).await;
    let gone = json!({"verb": "remove", "comment_id": removed, "from": {"id": AUTHOR}});
    told(&rig, PAGE, gone).await;
    assert_eq!(code(&replied(&rig, &removed).await), (100, Some(2_018_292)));

    let now = rig.get("/_sim/clock").await["now_ms"].as_i64().unwrap() / 1_000;
    let from = json!({"id": AUTHOR, "name": "Al"});
    let late = told(&rig, PAGE, json!({"from": from, "created_time": now - 7 * DAY - 60})).await;
    assert_eq!(code(&replied(&rig, &late).await), (10_901, None));
    rig.control("/_sim/clock", json!({"advance_seconds": 7 * DAY - 60})).await;
    assert_eq!(replied(&rig, &id).await.0, 200, "the last minute");
    rig.stop().await;
}

#[tokio::test]
async fn a_private_reply_is_checked_like_every_message() {
    let rig = Rig::start().await;
    let id = commented(&rig, PAGE, AUTHOR).await;
    let persona = json!({"name": "John", "profile_picture_url": "https://shop.example/a.png"});
    let persona = rig.graph("/me/personas", PAGE_TOKEN, &persona).await.1["id"].clone();
    let changed = |key: &str, value: Value| {
        let mut body = reply("comment_id", &id);
        body[key] = value;
        body
    };
    let both = json!({"comment_id": id, "id": PSID});
    let typing = json!({"recipient": {"comment_id": id}, "sender_action": "typing_on"});
    for (what, wrong, wanted) in [
        ("empty", changed("message", json!({})), (100, Some(2_018_034))),
        ("long", changed("message", json!({"text": "x".repeat(2_001)})), (100, None)),
        ("persona", changed("persona_id", json!("1")), (100, None)),
        ("tag", changed("messaging_type", json!("MESSAGE_TAG")), (100, None)),
        ("two", changed("recipient", both), (100, None)),
        ("number", changed("recipient", json!({"comment_id": 5})), (100, None)),
        ("action", typing, (100, None)),
    ] {
        let answer = rig.graph("/me/messages", PAGE_TOKEN, &wrong).await;
        assert_eq!(code(&answer), wanted, "{what}");
    }
    let pass = json!({"recipient": {"comment_id": id}, "target_app_id": APP});
    let pass = rig.graph("/me/pass_thread_control", PAGE_TOKEN, &pass).await;
    assert_eq!(code(&pass), (100, None), "control is of customers");
    let right = changed("persona_id", persona);
    assert_eq!(rig.graph("/me/messages", PAGE_TOKEN, &right).await.0, 200, "nothing was used up");
    let view = rig.get(&format!("/_sim/messages?account={PAGE}&customer={AUTHOR}")).await;
    assert_eq!(view["messages"][0]["persona"], "John");
    rig.stop().await;
}

#[tokio::test]
async fn instagram_refuses_with_one_code() {
    let rig = Rig::start().await;
    let comment = json!({"from": {"id": "9901", "username": "al"}, "text": "How much?"});
    let id = told(&rig, IG, comment.clone()).await;
    assert_eq!(rig.hooks(1).await[0].item()["id"], id);
    let path = format!("/{IG}/messages");
    let unknown = rig.graph(&path, PAGE_TOKEN, &reply("comment_id", "1")).await;
    assert_eq!(code(&unknown), (100, Some(2_534_025)));
    let post = rig.graph(&path, PAGE_TOKEN, &reply("post_id", &id)).await;
    assert_eq!(code(&post), (100, None));
    let answer = replied(&rig, &id).await;
    assert_eq!((answer.0, &answer.1["recipient_id"]), (200, &json!("9901")), "the Page's token");
    assert_eq!(code(&replied(&rig, &id).await), (100, Some(2_534_025)), "once");
    assert_eq!(code(&written(&rig, "9901").await), (10, Some(2_534_022)), "no window");
    let old = told(&rig, IG, comment.clone()).await;
    let direct = told(&rig, IG, json!({"from": {"id": IGSID}, "text": "Hi"})).await;
    let known = rig.graph(&path, PAGE_TOKEN, &reply("comment_id", &direct)).await;
    assert_eq!(known.1["recipient_id"], IGSID);
    rig.control("/_sim/clock", json!({"advance_seconds": 7 * DAY + 1})).await;
    assert_eq!(code(&replied(&rig, &old).await), (100, Some(2_534_025)), "too old");
    rig.stop().await;
}

#[tokio::test]
async fn so_many_private_replies_an_hour() {
    let rig = Rig::start().await;
    rig.settings(json!({"limits": {"private_replies_per_hour": 2}})).await;
    for _ in 0..2 {
        let id = commented(&rig, PAGE, AUTHOR).await;
        assert_eq!(replied(&rig, &id).await.0, 200);
    }
    let id = commented(&rig, PAGE, AUTHOR).await;
    assert_eq!(code(&replied(&rig, &id).await), (613, None));
    let violations = rig.get("/_sim/violations").await["violations"].clone();
    assert_eq!(violations[0]["limit"], "private_reply");
    assert_eq!(violations[0]["customer"], AUTHOR);
    rig.control("/_sim/clock", json!({"advance_seconds": 3_601})).await;
    assert_eq!(replied(&rig, &id).await.0, 200, "the refused one may come again");
    rig.stop().await;
}

#[tokio::test]
async fn faults_meet_private_replies_too() {
    let rig = Rig::start().await;
    let id = commented(&rig, PAGE, AUTHOR).await;
    let whose = |kind: &str| json!({"kind": kind, "account": PAGE, "customer": AUTHOR, "next": 1});
    rig.control("/_sim/faults", whose("throttle")).await;
    assert_eq!(code(&replied(&rig, &id).await), (613, None));
    rig.control("/_sim/faults", whose("accept_then_500")).await;
    assert_eq!(replied(&rig, &id).await.0, 500);
    assert_eq!(code(&replied(&rig, &id).await), (10_900, None), "it was accepted");
    assert_eq!(rig.get("/_sim/markers?marker=r1").await["count"], 1);
    rig.stop().await;
}

#[tokio::test]
async fn an_app_in_development_replies_to_people_with_a_role() {
    let rig = Rig::start().await;
    let request = rig.http.put(rig.url(&format!("/_sim/apps/{APP}")));
    let request = request.json(&json!({"development": true}));
    assert_eq!(request.send().await.unwrap().status(), 200);
    let id = commented(&rig, PAGE, AUTHOR).await;
    assert_eq!(code(&replied(&rig, &id).await), (200, Some(2_018_028)));
    let tester = json!({"account": PAGE, "id": AUTHOR, "has_role": true});
    rig.control("/_sim/customers", tester).await;
    assert_eq!(replied(&rig, &id).await.0, 200);
    rig.stop().await;
}

#[tokio::test]
async fn comments_and_their_replies_survive_a_restart() {
    let file = Scratch::new("comments");
    let keep = |config: &mut SimulatorConfig| config.state_file = Some(file.0.clone());
    let rig = Rig::start_with(keep).await;
    let (old, new) = (commented(&rig, PAGE, AUTHOR).await, commented(&rig, PAGE, AUTHOR).await);
    assert_eq!(replied(&rig, &old).await.0, 200);
    rig.idle().await;
    let rig = rig.restart(keep).await;
    assert_eq!(code(&replied(&rig, &old).await), (10_900, None));
    assert_eq!(replied(&rig, &new).await.0, 200);
    rig.stop().await;
}
