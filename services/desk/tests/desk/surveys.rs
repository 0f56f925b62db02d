//! How accounts ask their customers how it went, and what these answered.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_domain::ids::ContactId;

use crate::{client::answer, world::World};

#[tokio::test]
async fn an_account_asks_as_it_was_told() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let path = format!("/accounts/{}/survey", world.here.account("page"));
    let (status, usual) = admin.get(&path).await;
    assert_eq!((status, &usual["enabled"]), (StatusCode::OK, &json!(false)), "{usual}");
    let mut wanted = usual.clone();
    wanted["enabled"] = json!(true);
    wanted["texts"]["de"] = json!({"question": "Wie war es?", "comment": "Warum?", "thanks": ""});
    wanted["comment"] = json!(true);
    let put =
        async |body: Value| answer(admin.send(Method::PUT, &path, Some(body), &[]).await).await;
    assert_eq!(put(wanted.clone()).await, (StatusCode::OK, wanted.clone()));
    assert_eq!(admin.get(&path).await.1, wanted);

    for (change, why) in [
        (json!({"language": "fr"}), "fr"),
        (json!({"texts": {"en": {"question": " "}}}), "question"),
        (json!({"texts": {"en": {"thanks": "x".repeat(1001)}}}), "1000"),
        (json!({"texts": {"en": {"comment": ""}}, "comment": true}), "comment"),
        (json!({"comment_minutes": 0}), "comment_minutes"),
        (json!({"pause_days": 367}), "pause_days"),
        (json!({"colour": "red"}), "colour"),
    ] {
        let (status, problem) = put(change).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(why), "{problem}");
    }
    assert_eq!(admin.get(&path).await.1, wanted, "what is refused changes nothing");
    let supervisor = world.as_user("supervisor").await;
    assert_eq!(supervisor.get(&path).await.0, StatusCode::FORBIDDEN);
    world.stop().await;
}

#[tokio::test]
async fn supervisors_read_what_customers_answered() {
    let world = World::new().await;
    let supervisor = world.as_user("supervisor").await;
    let (status, sum) = supervisor.get("/surveys/summary").await;
    assert_eq!(status, StatusCode::OK, "{sum}");
    let all = json!({
        "asked": 3, "not_asked": 1, "answered": 2, "mean": 2.5,
        "distribution": [1, 0, 0, 1, 0], "satisfied": 0.5
    });
    assert_eq!(sum, all);
    let bob = format!("agent={}", world.here.user("bob"));
    let (_, sum) = supervisor.get(&format!("/surveys/summary?{bob}")).await;
    assert_eq!((&sum["asked"], &sum["mean"]), (&json!(1), &json!(1.0)), "{sum}");
    let later = clock::now().as_millis() + 60_000;
    let (_, none) = supervisor.get(&format!("/surveys/summary?from={later}")).await;
    assert_eq!((&none["answered"], &none["mean"]), (&json!(0), &Value::Null));

    let (_, page) = supervisor.get(&format!("/surveys/answers?{bob}")).await;
    let [only] = page["answers"].as_array().unwrap().as_slice() else { panic!("{page}") };
    assert_eq!((&only["score"], &only["comment"]), (&json!(1), &json!("too slow")));
    assert_eq!(only["conversation_id"], json!(world.here.conversation("bobs")));
    let (_, first) = supervisor.get("/surveys/answers?limit=1").await;
    let next = first["next"].as_str().unwrap();
    let (_, second) = supervisor.get(&format!("/surveys/answers?limit=1&cursor={next}")).await;
    assert_ne!(first["answers"][0]["id"], second["answers"][0]["id"]);
    assert_eq!(
        supervisor.get("/surveys/answers?colour=red").await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );

    let ann = world.as_user("ann").await;
    for path in ["/surveys/answers", "/surveys/summary"] {
        assert_eq!(ann.get(path).await.0, StatusCode::FORBIDDEN);
    }
    world.stop().await;
}

#[tokio::test]
async fn an_export_has_what_the_customer_answered() {
    let world = World::new().await;
    let supervisor = world.as_user("supervisor").await;
    let path =
        format!("/contacts/{}/export", ContactId::derive(&format!("{}/bobs", world.here.name)));
    let (status, export) = supervisor.get(&path).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(export["conversations"][0]["surveys"][0]["comment"], "too slow");
    world.stop().await;
}
