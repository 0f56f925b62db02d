//! Profiles: of Messenger, Instagram and WhatsApp.

use serde_json::{Value, json};
use switchboard_simulator::SimulatorConfig;

use crate::journal::Scratch;
use crate::rig::{IG, PAGE, PAGE_TOKEN, PHONE, Rig, WA_TOKEN, code};

const PROFILE: &str = "/v25.0/me/messenger_profile";

async fn delete(rig: &Rig, path: &str, token: &str, body: &Value) -> (u16, Value) {
    let request = rig.http.delete(rig.url(path)).bearer_auth(token).json(body);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn menu(items: usize) -> Value {
    let item = json!({"type": "postback", "title": "Help", "payload": "HELP"});
    json!([{"locale": "default", "call_to_actions": vec![item; items]}])
}

/// A profile's limit is off where a test needs more calls than Meta allows.
async fn unlimited() -> Rig {
    Rig::start_with(|config| config.settings.limits.profile_calls_per_10_minutes = 0).await
}

#[tokio::test]
async fn a_messenger_profile_is_kept_shown_and_deleted() {
    let rig = Rig::start().await;
    let done = (200, json!({"result": "success"}));
    // A menu needs the Get Started button, and the button the menu's leave to go.
    let lonely = rig.graph(PROFILE, PAGE_TOKEN, &json!({"persistent_menu": menu(1)})).await;
    assert_eq!(code(&lonely), (100, Some(2_018_145)));
    let whole = json!({
        "get_started": {"payload": "START"},
        "greeting": [{"locale": "default", "text": "Hello {{user_first_name}}"}],
        "persistent_menu": menu(20),
        "ice_breakers": [{"question": "Where?", "payload": "WHERE"}],
        "whitelisted_domains": ["https://shop.example"],
        "account_linking_url": "https://shop.example/login",
        "commands": [{"locale": "default", "commands": [{"name": "help", "description": "Helps"}]}],
    });
    assert_eq!(rig.graph(PROFILE, PAGE_TOKEN, &whole).await, done);
    let fields = "?fields=get_started,greeting,persistent_menu,ice_breakers,whitelisted_domains,\
                  account_linking_url,commands";
    let shown = rig.graph_get(&format!("{PROFILE}{fields}"), PAGE_TOKEN).await.1;
    assert_eq!(shown["data"][0], whole);
    let kept = json!({"fields": ["get_started"]});
    assert_eq!(code(&delete(&rig, PROFILE, PAGE_TOKEN, &kept).await), (100, Some(2_018_145)));
    let both = json!({"fields": ["persistent_menu", "get_started"]});
    assert_eq!(delete(&rig, PROFILE, PAGE_TOKEN, &both).await, done);
    let gone = rig.graph_get(&format!("{PROFILE}?fields=get_started"), PAGE_TOKEN).await;
    assert_eq!(gone, (200, json!({"data": []})));
    rig.stop().await;
}

#[tokio::test]
async fn a_messenger_profile_is_checked_strictly() {
    let rig = unlimited().await;
    let start = json!({"get_started": {"payload": "S"}});
    assert_eq!(rig.graph(PROFILE, PAGE_TOKEN, &start).await.0, 200);
    let item = json!({"type": "postback", "title": "t".repeat(31), "payload": "p"});
    let link = json!({"type": "web_url", "title": "Go", "url": "nowhere"});
    let question = json!({"question": "q", "payload": "p"});
    for (what, wrong) in [
        ("nothing", json!({})),
        ("unknown", json!({"get_stared": {"payload": "S"}})),
        ("payload", json!({"get_started": {"payload": "p".repeat(1001)}})),
        ("greeting", json!({"greeting": [{"locale": "default", "text": "g".repeat(161)}]})),
        ("locale", json!({"greeting": [{"locale": "de_DE", "text": "g"}]})),
        ("items", json!({"persistent_menu": menu(21)})),
        ("title", json!({"persistent_menu": [{"locale": "default", "call_to_actions": [item]}]})),
        ("url", json!({"persistent_menu": [{"locale": "default", "call_to_actions": [link]}]})),
        ("closed", json!({"persistent_menu": [{"locale": "default"}]})),
        ("ice", json!({"ice_breakers": vec![question; 5]})),
        ("domain", json!({"whitelisted_domains": ["http://shop.example"]})),
        ("login", json!({"account_linking_url": "http://shop.example"})),
        ("command", json!({"commands": [{"locale": "default", "commands": [{"name": "x"}]}]})),
        ("platform", json!({"platform": "whatsapp", "get_started": {"payload": "S"}})),
    ] {
        assert_eq!(code(&rig.graph(PROFILE, PAGE_TOKEN, &wrong).await).0, 100, "{what}");
    }
    assert_eq!(code(&rig.graph_get(PROFILE, PAGE_TOKEN).await).0, 100, "fields are needed");
    let path = format!("{PROFILE}?fields=nonsense");
    assert_eq!(code(&rig.graph_get(&path, PAGE_TOKEN).await).0, 100);
    rig.stop().await;
}

#[tokio::test]
async fn instagram_has_a_profile_of_its_own() {
    let rig = unlimited().await;
    let question = json!({"question": "Open?", "payload": "OPEN"});
    let plain = json!({"platform": "instagram", "ice_breakers": [question]});
    assert_eq!(code(&rig.graph(PROFILE, PAGE_TOKEN, &plain).await).0, 100, "a locale is needed");
    let breakers = json!([{"locale": "default", "call_to_actions": [question]}]);
    let whole =
        json!({"platform": "instagram", "ice_breakers": breakers, "persistent_menu": menu(2)});
    assert_eq!(rig.graph(PROFILE, PAGE_TOKEN, &whole).await.0, 200);
    for path in [
        format!("{PROFILE}?platform=instagram&fields=ice_breakers"),
        format!("/{IG}/messenger_profile?fields=ice_breakers"),
    ] {
        let shown = rig.graph_get(&path, PAGE_TOKEN).await.1;
        assert_eq!(shown["data"][0], json!({"ice_breakers": breakers}), "{path}");
    }
    let page = rig.graph_get(&format!("{PROFILE}?fields=ice_breakers"), PAGE_TOKEN).await.1;
    assert_eq!(page, json!({"data": []}), "the Page's is another");
    let greeting = json!({"platform": "instagram", "get_started": {"payload": "S"}});
    assert_eq!(code(&rig.graph(PROFILE, PAGE_TOKEN, &greeting).await).0, 100);
    rig.stop().await;
}

#[tokio::test]
async fn a_profile_may_be_called_ten_times_in_ten_minutes() {
    let rig = Rig::start().await;
    let path = format!("{PROFILE}?fields=greeting");
    for _ in 0..10 {
        assert_eq!(rig.graph_get(&path, PAGE_TOKEN).await.0, 200);
    }
    assert_eq!(code(&rig.graph_get(&path, PAGE_TOKEN).await).0, 613);
    assert_eq!(rig.get("/_sim/violations").await["violations"][0]["limit"], "profile");
    rig.control("/_sim/clock", json!({"advance_seconds": 601})).await;
    assert_eq!(rig.graph_get(&path, PAGE_TOKEN).await.0, 200);
    rig.stop().await;
}

#[tokio::test]
async fn a_business_profile_is_kept_and_checked() {
    let rig = Rig::start().await;
    let path = format!("/v25.0/{PHONE}/whatsapp_business_profile");
    let profile = json!({
        "messaging_product": "whatsapp",
        "about": "Flowers",
        "email": "a@shop.example",
        "vertical": "RETAIL",
        "websites": ["https://shop.example"],
        "profile_picture_handle": "4::aW",
    });
    assert_eq!(rig.graph(&path, WA_TOKEN, &profile).await, (200, json!({"success": true})));
    let fields = "?fields=about,address,email,vertical,websites,profile_picture_url";
    let shown = rig.graph_get(&format!("{path}{fields}"), WA_TOKEN).await.1["data"][0].clone();
    assert_eq!((&shown["about"], &shown["vertical"]), (&json!("Flowers"), &json!("RETAIL")));
    assert_eq!(shown["websites"], json!(["https://shop.example"]));
    assert!(shown["profile_picture_url"].as_str().unwrap().starts_with("https://"));
    assert_eq!((shown.get("address"), &shown["messaging_product"]), (None, &json!("whatsapp")));
    for (key, value, wanted) in [
        ("messaging_product", Value::Null, 131_008),
        ("about", json!(""), 131_008),
        ("about", json!("a".repeat(140)), 131_009),
        ("description", json!("d".repeat(513)), 131_009),
        ("email", json!("nobody"), 100),
        ("vertical", json!("PIRATES"), 100),
        (
            "websites",
            json!(["https://a.example", "https://b.example", "https://c.example"]),
            131_009,
        ),
        ("websites", json!(["shop"]), 100),
        ("motto", json!("x"), 100),
    ] {
        let mut wrong = profile.clone();
        wrong[key] = value;
        assert_eq!(code(&rig.graph(&path, WA_TOKEN, &wrong).await).0, wanted, "{key}");
    }
    let page = format!("/{PAGE}/whatsapp_business_profile");
    assert_eq!(code(&rig.graph(&page, PAGE_TOKEN, &profile).await), (100, Some(33)));
    rig.stop().await;
}

#[tokio::test]
async fn profiles_survive_a_restart() {
    let file = Scratch::new("profiles");
    let keep = |config: &mut SimulatorConfig| config.state_file = Some(file.0.clone());
    let rig = Rig::start_with(keep).await;
    let start = json!({"get_started": {"payload": "S"}});
    assert_eq!(rig.graph(PROFILE, PAGE_TOKEN, &start).await.0, 200);
    let rig = rig.restart(keep).await;
    let shown = rig.graph_get(&format!("{PROFILE}?fields=get_started"), PAGE_TOKEN).await.1;
    assert_eq!(shown["data"][0], start);
    rig.stop().await;
}

#[tokio::test]
async fn a_customer_has_a_menu_of_their_own_and_a_page_its_language_model() {
    let rig = unlimited().await;
    let path = "/v25.0/me/custom_user_settings";
    rig.play(PAGE, "51", json!({"text": "hello"})).await;
    let done = (200, json!({"result": "success"}));
    let own = json!({"psid": "51", "persistent_menu": menu(1)});
    assert_eq!(rig.graph(path, PAGE_TOKEN, &own).await, done);
    let shown = rig.graph_get(&format!("{path}?psid=51"), PAGE_TOKEN).await.1;
    assert_eq!(shown["data"][0], json!({"user_level_persistent_menu": menu(1)}));
    for wrong in [
        json!({"persistent_menu": menu(1)}),
        json!({"psid": "nobody", "persistent_menu": menu(1)}),
        json!({"psid": "51", "persistent_menu": menu(21)}),
        json!({"psid": "51", "greeting": []}),
    ] {
        assert_eq!(code(&rig.graph(path, PAGE_TOKEN, &wrong).await).0, 100, "{wrong}");
    }
    let end = json!({"psid": "51", "params": ["persistent_menu"]});
    assert_eq!(delete(&rig, path, PAGE_TOKEN, &end).await, done);
    let shown = rig.graph_get(&format!("{path}?psid=51"), PAGE_TOKEN).await.1;
    assert_eq!(shown, json!({"data": []}));
    let nlp = "/v25.0/me/nlp_configs";
    let on = rig.graph(&format!("{nlp}?nlp_enabled=true"), PAGE_TOKEN, &json!({})).await;
    assert_eq!(on, (200, json!({"success": true})));
    assert_eq!(code(&rig.graph(nlp, PAGE_TOKEN, &json!({"nlp_enabled": "yes"})).await).0, 100);
    let on_instagram = format!("/v25.0/{IG}/nlp_configs?nlp_enabled=true");
    assert!(rig.graph(&on_instagram, PAGE_TOKEN, &json!({})).await.0 >= 400);
    rig.stop().await;
}
