//! Personas of a Page: made, shown, written as.

use serde_json::{Value, json};
use switchboard_simulator::SimulatorConfig;
use switchboard_simulator::config::{PageSeed, TokenKind, TokenSeed};

use crate::journal::Scratch;
use crate::rig::{APP, IG, IGSID, PAGE, PAGE_TOKEN, PHONE, PSID, Rig, WA_TOKEN, code};

const PERSONAS: &str = "/v25.0/me/personas";
const PICTURE: &str = "https://shop.example/john.png";

async fn create(rig: &Rig, name: &str) -> String {
    let body = json!({"name": name, "profile_picture_url": PICTURE});
    let answer = rig.graph(PERSONAS, PAGE_TOKEN, &body).await;
    assert_eq!(answer.0, 200, "{answer:?}");
    let id = answer.1["id"].as_str().unwrap();
    assert!(id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
    assert_eq!(answer.1, json!({ "id": id }));
    id.to_owned()
}

async fn delete(rig: &Rig, path: &str) -> (u16, Value) {
    let response = rig.http.delete(rig.url(path)).bearer_auth(PAGE_TOKEN).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn said_as(customer: &str, persona: &str) -> Value {
    json!({"recipient": {"id": customer}, "messaging_type": "RESPONSE",
        "message": {"text": "hello"}, "persona_id": persona})
}

#[tokio::test]
async fn personas_are_made_listed_shown_and_deleted() {
    let rig = Rig::start().await;
    let empty = rig.graph_get(PERSONAS, PAGE_TOKEN).await;
    assert_eq!(empty, (200, json!({"data": [], "paging": {}})));
    let (john, mary) = (create(&rig, "John Z.").await, create(&rig, "Mary").await);
    let shown =
        |id: &str, name: &str| json!({"id": id, "name": name, "profile_picture_url": PICTURE});
    let all = json!([shown(&john, "John Z."), shown(&mary, "Mary")]);
    for path in [PERSONAS.to_owned(), format!("/{PAGE}/personas")] {
        assert_eq!(rig.graph_get(&path, PAGE_TOKEN).await.1["data"], all);
    }
    let first = rig.graph_get(&format!("{PERSONAS}?limit=1"), PAGE_TOKEN).await.1;
    assert_eq!(first["data"], json!([shown(&john, "John Z.")]));
    let next = rig.http.get(first["paging"]["next"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(next.json::<Value>().await.unwrap()["data"], json!([shown(&mary, "Mary")]));

    let path = format!("/v25.0/{john}");
    let wanted = (200, shown(&john, "John Z."));
    assert_eq!(rig.graph_get(&path, PAGE_TOKEN).await, wanted);
    let named = rig.graph_get(&format!("{path}?fields=name"), PAGE_TOKEN).await.1;
    assert_eq!(named, json!({"id": john, "name": "John Z."}));
    assert_eq!(delete(&rig, &path).await, (200, json!({"success": true})));
    assert_eq!(code(&rig.graph_get(&path, PAGE_TOKEN).await), (100, Some(33)));
    assert_eq!(code(&delete(&rig, &path).await), (100, Some(33)));
    let left = rig.graph_get(PERSONAS, PAGE_TOKEN).await.1;
    assert_eq!(left["data"], json!([shown(&mary, "Mary")]));
    rig.stop().await;
}

#[tokio::test]
async fn a_persona_is_checked_strictly() {
    let rig = Rig::start().await;
    create(&rig, &"ü".repeat(50)).await;
    for (what, wrong) in [
        ("nothing", json!({})),
        ("no name", json!({"profile_picture_url": PICTURE})),
        ("empty name", json!({"name": "", "profile_picture_url": PICTURE})),
        ("long name", json!({"name": "n".repeat(51), "profile_picture_url": PICTURE})),
        ("no picture", json!({"name": "John"})),
        ("no URL", json!({"name": "John", "profile_picture_url": "john.png"})),
        ("no web", json!({"name": "John", "profile_picture_url": "ftp://shop.example/a.png"})),
        ("unknown", json!({"name": "John", "profile_picture_url": PICTURE, "bio": "x"})),
    ] {
        assert_eq!(code(&rig.graph(PERSONAS, PAGE_TOKEN, &wrong).await), (100, None), "{what}");
    }
    let right = json!({"name": "John", "profile_picture_url": PICTURE});
    for (account, token) in [(IG, PAGE_TOKEN), (PHONE, WA_TOKEN)] {
        let answer = rig.graph(&format!("/{account}/personas"), token, &right).await;
        assert_eq!(code(&answer), (100, Some(33)), "only Pages have personas");
    }
    rig.stop().await;
}

/// A token of the Page, that lacks something.
fn token(name: &str, change: impl FnOnce(&mut TokenSeed)) -> TokenSeed {
    let mut seed = TokenSeed {
        token: name.into(),
        app_id: APP.into(),
        kind: TokenKind::Page,
        subject: PAGE.into(),
        ..TokenSeed::default()
    };
    change(&mut seed);
    seed
}

#[tokio::test]
async fn personas_need_the_pages_token_with_permission_and_task() {
    let rig = Rig::start_with(|config| {
        let other = PageSeed {
            id: "2002".into(),
            app_id: APP.into(),
            access_token: "other-page".into(),
            ..PageSeed::default()
        };
        config.pages.push(other);
        config.tokens.push(token("scopeless", |seed| seed.scopes = Some(Vec::new())));
        config.tokens.push(token("taskless", |seed| seed.tasks = Some(Vec::new())));
        config.tokens.push(token("user", |seed| {
            seed.kind = TokenKind::User;
            seed.assets = vec![PAGE.to_owned()];
        }));
    })
    .await;
    let path = format!("/{PAGE}/personas");
    assert_eq!(code(&rig.graph_get(&path, "scopeless").await), (200, None));
    assert_eq!(code(&rig.graph_get(&path, "taskless").await), (200, None));
    assert_eq!(code(&rig.graph_get(&path, "user").await).0, 190);
    assert_eq!(code(&rig.graph_get(&path, "other-page").await), (100, Some(33)));
    let id = create(&rig, "John").await;
    assert_eq!(code(&rig.graph_get(&format!("/{id}"), "other-page").await), (100, Some(33)));
    assert_eq!(code(&rig.graph_get(&format!("/{id}"), "scopeless").await), (200, None));
    rig.play("2002", "52", json!({"text": "hi"})).await;
    let foreign = rig.graph("/me/messages", "other-page", &said_as("52", &id)).await;
    assert_eq!(code(&foreign), (100, None), "another Page's persona");
    rig.stop().await;
}

#[tokio::test]
async fn a_page_writes_and_types_as_a_persona() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let id = create(&rig, "John Z.").await;
    assert_eq!(rig.graph("/me/messages", PAGE_TOKEN, &said_as(PSID, &id)).await.0, 200);
    assert_eq!(rig.send_messenger("plain", "m").await.0, 200);
    let view = rig.get(&format!("/_sim/messages?account={PAGE}&customer={PSID}")).await;
    assert_eq!(view["messages"][1]["persona"], "John Z.");
    assert_eq!(view["messages"][2].get("persona"), None);

    let typing = |action: &str, persona: &str| json!({"recipient": {"id": PSID}, "sender_action": action, "persona_id": persona});
    for action in ["typing_on", "typing_off"] {
        let answer = rig.graph("/me/messages", PAGE_TOKEN, &typing(action, &id)).await;
        assert_eq!(answer, (200, json!({"recipient_id": PSID})));
        let answer = rig.graph("/me/messages", PAGE_TOKEN, &typing(action, "12345")).await;
        assert_eq!(code(&answer), (100, None));
    }
    let unknown = rig.graph("/me/messages", PAGE_TOKEN, &said_as(PSID, "12345")).await;
    assert_eq!(code(&unknown), (100, None));
    let instagram = rig.graph("/me/messages", PAGE_TOKEN, &said_as(IGSID, &id)).await;
    assert_eq!(code(&instagram), (100, None));

    assert_eq!(delete(&rig, &format!("/{id}")).await.0, 200);
    let gone = rig.graph("/me/messages", PAGE_TOKEN, &said_as(PSID, &id)).await;
    assert_eq!(code(&gone), (100, None));
    let view = rig.get(&format!("/_sim/messages?account={PAGE}&customer={PSID}")).await;
    assert_eq!(view["messages"][1]["persona"], "John Z.", "what was said stays");
    rig.stop().await;
}

#[tokio::test]
async fn personas_survive_a_restart() {
    let file = Scratch::new("personas");
    let keep = |config: &mut SimulatorConfig| config.state_file = Some(file.0.clone());
    let rig = Rig::start_with(keep).await;
    let id = create(&rig, "John").await;
    let rig = rig.restart(keep).await;
    let shown = rig.graph_get(&format!("/{id}"), PAGE_TOKEN).await.1;
    assert_eq!(shown["name"], "John");
    rig.stop().await;
}
