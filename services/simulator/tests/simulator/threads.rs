//! Conversation routing: who answers, who only listens, and what they are told.

use serde_json::{Value, json};
use switchboard_simulator::SimulatorConfig;
use switchboard_simulator::config::{AppSeed, EntryPoint, RoutingSeed, TokenKind, TokenSeed};

use crate::journal::Scratch;
use crate::rig::{
    APP, Hook, IG, IGSID, PAGE, PAGE_TOKEN, PHONE, PSID, Rig, WA_ID, WA_TOKEN, code, messenger,
};

const INBOX: &str = "263902037430900";
const OTHER: &str = "1002";
const OTHER_TOKEN: &str = "other-token";

/// A second app on the same Page, with its own endpoint.
fn second_app(config: &mut SimulatorConfig) {
    let callback = config.apps[0].callback_url.clone().unwrap();
    config.apps.push(AppSeed {
        id: OTHER.into(),
        secret: "other".into(),
        callback_url: Some(format!("{callback}/other")),
        ..AppSeed::default()
    });
    config.tokens.push(TokenSeed {
        token: OTHER_TOKEN.into(),
        app_id: OTHER.into(),
        kind: TokenKind::Page,
        subject: PAGE.into(),
        ..TokenSeed::default()
    });
}

fn routed(account: &str) -> RoutingSeed {
    RoutingSeed {
        account: account.into(),
        default_app: Some(APP.into()),
        may_take: vec![APP.into()],
        ..RoutingSeed::default()
    }
}

async fn two_apps(change: impl FnOnce(&mut SimulatorConfig)) -> Rig {
    let rig = Rig::start_with(|config| {
        second_app(config);
        change(config);
    })
    .await;
    let fields = "messages,message_echoes,messaging_postbacks,messaging_referrals,messaging_handovers,standby";
    let body = json!({ "subscribed_fields": fields });
    let answer = rig.graph(&format!("/{PAGE}/subscribed_apps"), OTHER_TOKEN, &body).await;
    assert_eq!(answer.0, 200, "{answer:?}");
    rig
}

impl Hook {
    /// The one item of the given array, if the webhook has that array.
    fn of(&self, array: &str) -> Option<Value> {
        self.json()["entry"][0].get(array).map(|items| items[0].clone())
    }

    fn is_for_other(&self) -> bool {
        self.path.ends_with("/other")
    }
}

async fn edge(rig: &Rig, edge: &str, token: &str, body: Value) -> (u16, Value) {
    rig.graph(&format!("/v25.0/{PAGE}/{edge}"), token, &body).await
}

fn to(customer: &str) -> Value {
    json!({"recipient": {"id": customer}})
}

async fn holder(rig: &Rig, account: &str, customer: &str) -> Value {
    rig.get(&format!("/_sim/accounts/{account}/control?customer={customer}")).await["app"].clone()
}

#[tokio::test]
async fn without_a_default_app_all_hear_all_answer_and_the_first_who_asks_gets_it() {
    let rig = two_apps(|_| ()).await;
    rig.play(PAGE, PSID, json!({"text": "hi"})).await;
    let hooks = rig.hooks(2).await;
    assert!(hooks.iter().all(|hook| hook.of("messaging").is_some()));
    for token in [PAGE_TOKEN, OTHER_TOKEN] {
        assert_eq!(rig.graph("/me/messages", token, &messenger("a", "m")).await.0, 200);
    }
    let answer = edge(&rig, "take_thread_control", PAGE_TOKEN, to(PSID)).await;
    assert_eq!(code(&answer), (10, Some(2_018_171)), "take is blocked");
    rig.forget().await;
    assert_eq!(edge(&rig, "request_thread_control", OTHER_TOKEN, to(PSID)).await.0, 200);
    assert_eq!(holder(&rig, PAGE, PSID).await, OTHER);
    let pass = rig.hooks(2).await[0].of("messaging").unwrap()["pass_thread_control"].clone();
    assert_eq!(pass, json!({"previous_owner_app_id": null, "new_owner_app_id": OTHER}));
    let refused = rig.send_messenger("late", "m").await;
    assert_eq!(code(&refused), (10, Some(2_018_300)));
    rig.stop().await;
}

#[tokio::test]
async fn the_default_app_answers_and_the_others_stand_by_without_payloads() {
    let rig = two_apps(|config| config.routing.push(routed(PAGE))).await;
    rig.play(PAGE, PSID, json!({"postback": {"title": "Go", "payload": "G"}})).await;
    for hook in rig.hooks(2).await {
        if hook.is_for_other() {
            let heard = hook.of("standby").unwrap();
            assert_eq!(
                (&heard["postback"]["title"], heard["postback"].get("payload")),
                (&json!("Go"), None)
            );
            assert_eq!(hook.of("messaging"), None);
        } else {
            assert_eq!(hook.of("messaging").unwrap()["postback"]["payload"], "G");
        }
    }
    let path = format!("/{PAGE}/thread_owner?recipient={PSID}");
    let (_, owner) = rig.graph_get(&path, PAGE_TOKEN).await;
    assert_eq!(owner["data"][0]["thread_owner"]["app_id"], APP);
    assert!(owner["data"][0]["thread_owner"]["expiration"].is_i64());
    let refused = rig.graph("/me/messages", OTHER_TOKEN, &messenger("no", "m")).await;
    assert_eq!(code(&refused), (10, Some(2_018_300)));
    rig.control("/_sim/clock", json!({"advance_seconds": 86_401})).await;
    assert_eq!(rig.graph_get(&path, PAGE_TOKEN).await.1["data"], json!([]), "it lapsed");
    let refused = rig.graph("/me/messages", OTHER_TOKEN, &messenger("no", "m")).await;
    assert_eq!(code(&refused), (10, Some(2_018_300)), "idle is for the default app");
    let path = format!("/{PAGE}?fields=messaging_feature_status");
    let (_, status) = rig.graph_get(&path, PAGE_TOKEN).await;
    let wanted = json!({"hop_v2": true, "msgr_multi_app": true, "ig_multi_app": false});
    assert_eq!(status["messaging_feature_status"], wanted);
    rig.stop().await;
}

#[tokio::test]
async fn control_is_passed_requested_taken_extended_and_released() {
    let rig = two_apps(|config| config.routing.push(routed(PAGE))).await;
    rig.open_windows().await;
    let pass = json!({"recipient": {"id": PSID}, "target_app_id": OTHER, "metadata": "why"});
    assert_eq!(
        edge(&rig, "pass_thread_control", PAGE_TOKEN, pass.clone()).await.1,
        json!({"success": true})
    );
    let event = rig.hooks(2).await[0].of("messaging").unwrap();
    assert_eq!(event["sender"]["id"], PSID);
    let wanted =
        json!({"previous_owner_app_id": APP, "new_owner_app_id": OTHER, "metadata": "why"});
    assert_eq!(event["pass_thread_control"], wanted);
    let again = edge(&rig, "pass_thread_control", PAGE_TOKEN, pass).await;
    assert_eq!(code(&again), (10, Some(2_018_300)), "only the holder passes");

    rig.forget().await;
    edge(&rig, "request_thread_control", PAGE_TOKEN, to(PSID)).await;
    let event = rig.hooks(2).await[0].of("messaging").unwrap();
    assert_eq!(event["request_thread_control"], json!({"requested_owner_app_id": 1001}));
    assert_eq!(holder(&rig, PAGE, PSID).await, OTHER, "asking is not taking");

    rig.forget().await;
    assert_eq!(edge(&rig, "take_thread_control", PAGE_TOKEN, to(PSID)).await.0, 200);
    let event = rig.hooks(2).await[0].of("messaging").unwrap();
    let wanted = json!({"previous_owner_app_id": OTHER, "new_owner_app_id": APP});
    assert_eq!(event["take_thread_control"], wanted);
    let refused = edge(&rig, "take_thread_control", OTHER_TOKEN, to(PSID)).await;
    assert_eq!(code(&refused), (10, Some(2_018_171)), "the business did not allow it");

    let mut extend = to(PSID);
    extend["duration"] = json!(604_801);
    assert_eq!(code(&edge(&rig, "extend_thread_control", PAGE_TOKEN, extend.clone()).await).0, 100);
    extend["duration"] = json!(604_800);
    assert_eq!(edge(&rig, "extend_thread_control", PAGE_TOKEN, extend).await.0, 200);
    rig.control("/_sim/clock", json!({"advance_seconds": 600_000})).await;
    assert_eq!(holder(&rig, PAGE, PSID).await, APP);
    assert_eq!(edge(&rig, "release_thread_control", PAGE_TOKEN, to(PSID)).await.0, 200);
    assert_eq!(holder(&rig, PAGE, PSID).await, Value::Null);
    rig.stop().await;
}

#[tokio::test]
async fn a_message_may_pass_control_in_the_same_call() {
    let rig = two_apps(|config| config.routing.push(routed(PAGE))).await;
    rig.open_windows().await;
    let mut body = messenger("over to you", "m");
    body["thread_control"] = json!({"control_type": "pass", "app_id": 7});
    assert_eq!(code(&rig.graph("/me/messages", PAGE_TOKEN, &body).await).0, 100, "no such app");
    body["thread_control"] = json!({"control_type": "pass", "app_id": OTHER});
    assert_eq!(rig.graph("/me/messages", PAGE_TOKEN, &body).await.0, 200);
    assert_eq!(holder(&rig, PAGE, PSID).await, OTHER);
    rig.stop().await;
}

#[tokio::test]
async fn an_agent_in_the_inbox_takes_a_routed_conversation() {
    let rig = Rig::start_with(|config| {
        config.routing = vec![routed(PAGE), routed(IG)];
    })
    .await;
    rig.open_windows().await;
    for (account, customer, inbox, refusal) in [
        (PAGE, PSID, INBOX, (10, Some(2_018_300))),
        (IG, IGSID, "1217981644879628", (100, Some(2_534_037))),
    ] {
        let body = json!({"customer": customer, "text": "from the inbox"});
        rig.control(&format!("/_sim/accounts/{account}/elsewhere"), body).await;
        rig.idle().await;
        let hooks = rig.hooks(2).await;
        let take = hooks[0].of("messaging").unwrap()["take_thread_control"].clone();
        assert_eq!(take["new_owner_app_id"], inbox);
        let echo = hooks[1].of("standby").unwrap()["message"].clone();
        assert_eq!(echo["app_id"].to_string(), inbox);
        assert_eq!((&echo["is_echo"], &echo["text"]), (&json!(true), &json!("from the inbox")));
        let mut body = messenger("no", "m");
        body["recipient"]["id"] = customer.into();
        let refused = rig.graph(&format!("/{account}/messages"), PAGE_TOKEN, &body).await;
        assert_eq!(code(&refused), refusal);
        rig.forget().await;
        rig.play(account, customer, json!({"text": "thanks"})).await;
        assert_eq!(rig.hooks(1).await[0].of("standby").unwrap()["message"]["text"], "thanks");
        let done = json!({"customer": customer});
        rig.control(&format!("/_sim/accounts/{account}/control"), done).await;
        let sent = rig.graph(&format!("/{account}/messages"), PAGE_TOKEN, &body).await;
        assert_eq!(sent.0, 200, "the inbox let go of it");
        rig.forget().await;
    }
    rig.stop().await;
}

/// The second app answers who comes by the link `sale` or by one of two ads.
fn entry_points() -> Vec<EntryPoint> {
    let to_other = EntryPoint { app: OTHER.into(), ..EntryPoint::default() };
    let ad = |id: &str, control_days| EntryPoint {
        ad_id: Some(id.into()),
        control_days,
        ..to_other.clone()
    };
    let link = EntryPoint { r#ref: Some("sale".into()), ..to_other.clone() };
    vec![link, ad("77", Some(3)), ad("78", Some(31))]
}

/// The apps that find an act of a customer in `messaging`.
async fn heard_by(rig: &Rig, customer: &str, act: Value) -> Vec<&'static str> {
    rig.forget().await;
    rig.play(PAGE, customer, act).await;
    rig.idle().await;
    let hooks = rig.hooks(1).await;
    let holders = hooks.iter().filter(|hook| hook.of("messaging").is_some());
    holders.map(|hook| if hook.is_for_other() { OTHER } else { APP }).collect()
}

#[tokio::test]
async fn links_and_ads_lead_to_the_app_that_is_set_for_them() {
    let routing = RoutingSeed { entry_points: entry_points(), ..routed(PAGE) };
    let rig = two_apps(|config| config.routing.push(routing)).await;
    let ad = |id: &str| json!({"text": "Hi", "referral": {"source": "ADS", "ad_id": id}});
    let started = json!({"postback": {"title": "Start", "payload": "S",
        "referral": {"ref": "sale", "source": "SHORTLINK", "type": "OPEN_THREAD"}}});
    for (customer, act, app) in [
        ("71", json!({"text": "Hi"}), APP),
        ("72", json!({"text": "Hi", "referral": {"ref": "sale"}}), OTHER),
        ("73", json!({"text": "Hi", "referral": {"ref": "Sale"}}), APP),
        ("74", started, OTHER),
        ("75", ad("77"), OTHER),
        ("76", ad("79"), APP),
    ] {
        assert_eq!(heard_by(&rig, customer, act).await, [app], "{customer}");
        assert_eq!(holder(&rig, PAGE, customer).await, app);
        let path = format!("/{PAGE}/thread_owner?recipient={customer}");
        let (_, owner) = rig.graph_get(&path, PAGE_TOKEN).await;
        assert_eq!(owner["data"][0]["thread_owner"]["app_id"], app);
        let mut body = messenger("Hello", "m");
        body["recipient"]["id"] = customer.into();
        let (mine, others) =
            if app == APP { (PAGE_TOKEN, OTHER_TOKEN) } else { (OTHER_TOKEN, PAGE_TOKEN) };
        assert_eq!(rig.graph("/me/messages", mine, &body).await.0, 200);
        let refused = rig.graph("/me/messages", others, &body).await;
        assert_eq!(code(&refused), (10, Some(2_018_300)));
    }
    // Somebody answers here already.
    let link = json!({"referral": {"ref": "sale"}});
    heard_by(&rig, "71", link.clone()).await;
    assert_eq!(holder(&rig, PAGE, "71").await, APP);
    rig.control("/_sim/clock", json!({"advance_seconds": 86_401})).await;
    heard_by(&rig, "71", link).await;
    assert_eq!(holder(&rig, PAGE, "71").await, OTHER, "it was idle");
    rig.stop().await;
}

#[tokio::test]
async fn an_ad_says_how_long_its_app_answers() {
    let routing = RoutingSeed { entry_points: entry_points(), ..routed(PAGE) };
    let rig = two_apps(|config| config.routing.push(routing)).await;
    for (customer, ad) in [("71", "77"), ("72", "78")] {
        rig.play(PAGE, customer, json!({"text": "Hi", "referral": {"ad_id": ad}})).await;
    }
    rig.control("/_sim/clock", json!({"advance_seconds": 2 * 86_400})).await;
    assert_eq!(holder(&rig, PAGE, "71").await, OTHER, "three days");
    assert_eq!(holder(&rig, PAGE, "72").await, Value::Null, "31 days count as one");
    rig.stop().await;
}

#[tokio::test]
async fn without_a_default_app_only_ads_lead_to_one() {
    let routing = RoutingSeed { default_app: None, entry_points: entry_points(), ..routed(PAGE) };
    let rig = two_apps(|config| config.routing.push(routing)).await;
    rig.play(PAGE, "71", json!({"text": "Hi", "referral": {"ref": "sale"}})).await;
    assert_eq!(holder(&rig, PAGE, "71").await, Value::Null);
    rig.play(PAGE, "72", json!({"text": "Hi", "referral": {"ad_id": "77"}})).await;
    assert_eq!(holder(&rig, PAGE, "72").await, OTHER);
    rig.stop().await;
}

#[tokio::test]
async fn control_survives_a_restart() {
    let scratch = Scratch::new("control");
    let change = |config: &mut SimulatorConfig| {
        config.routing = vec![routed(PAGE)];
        config.state_file = Some(scratch.0.clone());
    };
    let rig = Rig::start_with(change).await;
    rig.open_windows().await;
    rig.control(
        &format!("/_sim/accounts/{PAGE}/elsewhere"),
        json!({"customer": PSID, "text": "a"}),
    )
    .await;
    let rig = rig.restart(change).await;
    assert_eq!(holder(&rig, PAGE, PSID).await, INBOX);
    rig.stop().await;
}

#[tokio::test]
async fn the_business_agent_answers_until_the_app_does() {
    let rig = Rig::start_with(|config| {
        config.routing = vec![RoutingSeed { business_agent: true, ..routed(PHONE) }];
    })
    .await;
    let field = |hook: &Hook| hook.json()["entry"][0]["changes"][0]["field"].clone();
    rig.play(PHONE, WA_ID, json!({"text": "hi"})).await;
    assert_eq!(field(&rig.hooks(1).await[0]), "standby");
    let said = json!({"customer": WA_ID, "app": "agent", "text": "Hello, I am a machine."});
    rig.control(&format!("/_sim/accounts/{PHONE}/elsewhere"), said.clone()).await;
    let hook = &rig.hooks(2).await[1];
    assert_eq!(field(hook), "standby");
    assert_eq!(hook.item()["message_echoes"][0]["text"]["body"], "Hello, I am a machine.");

    rig.forget().await;
    assert_eq!(rig.send_whatsapp("I am here", "m").await.0, 200);
    assert!(rig.hooks(3).await.iter().all(|hook| field(hook) == "messages"));
    rig.play(PHONE, WA_ID, json!({"text": "good"})).await;
    assert_eq!(field(&rig.hooks(4).await[3]), "messages");
    let path = format!("/_sim/accounts/{PHONE}/elsewhere");
    let request = rig.http.post(rig.url(&path)).json(&said);
    assert_eq!(request.send().await.unwrap().status(), 422, "the agent is silent now");

    let body = json!({"messaging_product": "whatsapp", "to": WA_ID, "action": "release"});
    let path = format!("/{PHONE}/thread_control");
    assert_eq!(rig.graph(&path, WA_TOKEN, &body).await.0, 200);
    assert_eq!(holder(&rig, PHONE, WA_ID).await, Value::Null);
    rig.forget().await;
    let handed = json!({"customer": WA_ID, "app": APP, "metadata": "needs a person"});
    rig.control(&format!("/_sim/accounts/{PHONE}/control"), handed).await;
    let event = rig.hooks(1).await[0].item();
    assert_eq!(event["control_passed"]["metadata"], "needs a person");
    assert_eq!(holder(&rig, PHONE, WA_ID).await, APP);
    rig.stop().await;
}
