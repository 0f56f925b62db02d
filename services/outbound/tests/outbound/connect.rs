//! Connecting and disconnecting against the simulator: each channel, and each thing that can be wrong.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use switchboard_backend::Backend;
use switchboard_chassis::clock;
use switchboard_domain::Channel;
use switchboard_outbound::setup::{
    Finding, Site, Verdict,
    connect::{Connection, Outcome, Secrets, Wish, connect},
    disconnect,
};
use switchboard_store::{accounts, apps};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::rig::{Rig, account, workspace};

const VERIFY: &str = "verify-token";

/// A callback that proves itself, as the ingress does.
async fn callback() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = [0; 4096];
            let count = stream.read(&mut buffer).await.unwrap();
            let request = String::from_utf8_lossy(buffer.get(..count).unwrap()).into_owned();
            let query = request.split_whitespace().nth(1).unwrap_or_default().to_owned();
            let query =
                query.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
            let value = |name: &str| {
                let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
            };
            let right = value("hub.verify_token").as_deref() == Some(VERIFY);
            let challenge = value("hub.challenge").unwrap_or_default();
            let (status, body) =
                if right { ("200 OK", challenge) } else { ("403 No", String::new()) };
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
            );
            stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        }
    });
    url
}

/// A site whose callback proves itself.
async fn site(rig: &Rig) -> Site {
    let mut settings = (*rig.backend.settings).clone();
    settings.ingress.public_url = callback().await.parse().unwrap();
    let (store, queue) = (rig.backend.store.clone(), Arc::clone(&rig.backend.queue));
    Site::new(&settings, (store, &rig.backend.keys), Some(queue)).unwrap()
}

/// The rig's app, with a verify token that the callback knows.
async fn app(backend: &Backend) -> apps::App {
    let all = backend.store.read(|db| apps::list(db, workspace())).await.unwrap();
    let app = all.into_iter().next().unwrap();
    let row = app.id.to_string();
    let place = apps::App::verify_token_place(app.workspace, &row);
    let verify_token = backend.keys.apps().unwrap().seal(place, &VERIFY.into()).unwrap();
    apps::App { verify_token, ..app }
}

fn wish(channel: Channel) -> Wish {
    Wish {
        channel,
        asset: None,
        business_id: None,
        messenger_profile: None,
        business_profile: None,
    }
}

async fn attempt(rig: &Rig, wish: &Wish, token: &str) -> Outcome {
    let secrets = Secrets { token: SecretString::from(token), pin: None };
    connect(&site(rig).await, app(&rig.backend).await, &secrets, wish).await
}

fn connected(outcome: Outcome) -> Connection {
    let Outcome { findings, connection, .. } = outcome;
    connection.unwrap_or_else(|| panic!("not connected: {findings:#?}"))
}

fn failed(outcome: &Outcome) -> &Finding {
    assert!(outcome.connection.is_none());
    let last = outcome.findings.last().unwrap();
    assert_eq!(last.verdict, Verdict::Failed, "{:#?}", outcome.findings);
    assert!(last.remedy.is_some(), "{last:?}");
    last
}

/// A token at the simulator.
async fn token(rig: &Rig, token: &str, more: Value) {
    let mut body = json!({ "token": token, "app_id": "1001" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    rig.post("/_sim/tokens", body).await;
}

#[tokio::test]
async fn each_channel_is_connected_and_connecting_again_changes_nothing() {
    let rig = Rig::idle(|_| {}).await;
    for (channel, own_token, node) in [
        (Channel::Messenger, "page-token", "2001"),
        (Channel::Instagram, "page-token", "2001"),
        (Channel::WhatsApp, "phone-token", "4101"),
    ] {
        for _ in 0..2 {
            let wish = Wish { business_id: Some("4001".into()), ..wish(channel) };
            let found = connected(attempt(&rig, &wish, own_token).await);
            let external = crate::rig::node(channel);
            assert_eq!((&*found.external_id, &*found.sender_id), (external, node), "{channel}");
            assert_eq!(found.token.expose_secret(), own_token);
            let business = (channel == Channel::WhatsApp).then(|| "4001".to_owned());
            assert_eq!(found.business_id, business);
        }
    }
    rig.stop().await;
}

#[tokio::test]
async fn a_user_token_of_hours_becomes_a_pages_own() {
    let rig = Rig::idle(|_| {}).await;
    let soon = clock::now().as_micros() / 1_000_000 + 3_600;
    let user = json!({
        "kind": "USER", "subject": "501", "expires_at": soon, "assets": ["2001", "3001"]
    });
    token(&rig, "user-token", user).await;
    let outcome = attempt(&rig, &wish(Channel::Messenger), "user-token").await;
    assert!(outcome.findings.iter().any(|finding| finding.check == "exchange"));
    let found = connected(outcome);
    assert_eq!(found.external_id, "2001");
    assert_ne!(found.token.expose_secret(), "user-token", "the Page's own token is kept");
    rig.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_said_with_a_remedy() {
    let rig = Rig::idle(|_| {}).await;
    token(&rig, "other-app", json!({ "app_id": "1002", "kind": "PAGE", "subject": "2001" })).await;
    token(&rig, "dead", json!({ "kind": "PAGE", "subject": "2001", "revoked_subcode": 460 })).await;
    let poor = json!({ "kind": "PAGE", "subject": "2001", "scopes": ["pages_show_list"] });
    token(&rig, "poor", poor).await;
    token(&rig, "pageless", json!({ "kind": "USER", "subject": "502", "assets": [] })).await;
    let analyst =
        json!({ "kind": "USER", "subject": "503", "assets": ["2001"], "tasks": ["ANALYZE"] });
    token(&rig, "analyst", analyst).await;
    let mute = json!({ "kind": "PAGE", "subject": "2001", "tasks": ["MODERATE"] });
    token(&rig, "mute", mute).await;
    for (bad, check) in [
        ("nonsense", "token"),
        ("analyst", "token_tasks"),
        ("mute", "token_tasks"),
        ("dead", "token"),
        ("other-app", "token"),
        ("poor", "token_scopes"),
        ("pageless", "asset"),
    ] {
        let outcome = attempt(&rig, &wish(Channel::Messenger), bad).await;
        let checks: Vec<_> = outcome
            .findings
            .iter()
            .filter(|finding| finding.verdict == Verdict::Failed)
            .map(|finding| finding.check)
            .collect();
        assert_eq!(checks, [check], "{bad}: {:#?}", outcome.findings);
        assert!(outcome.connection.is_none(), "{bad}");
    }
    let absent = Wish { asset: Some("999".into()), ..wish(Channel::WhatsApp) };
    let absent = Wish { business_id: Some("4001".into()), ..absent };
    let outcome = attempt(&rig, &absent, "phone-token").await;
    assert!(failed(&outcome).evidence.contains("does not reach 999"));
    assert_eq!(outcome.choices.len(), 1, "what there is, is named");
    rig.stop().await;
}

#[tokio::test]
async fn a_callback_that_does_not_prove_itself_is_refused_by_meta() {
    let rig = Rig::idle(|_| {}).await;
    let mut site = site(&rig).await;
    site.public_url = "http://127.0.0.1:1/".parse().unwrap();
    let secrets = Secrets { token: "page-token".into(), pin: None };
    let app = app(&rig.backend).await;
    let outcome = connect(&site, app, &secrets, &wish(Channel::Messenger)).await;
    let finding = failed(&outcome);
    assert_eq!(finding.check, "app_subscription", "{finding:?}");
    assert!(finding.evidence.contains("/meta/webhooks/"), "{finding:?}");
    rig.stop().await;
}

#[tokio::test]
async fn a_wrong_app_secret_is_found_first() {
    let rig = Rig::idle(|_| {}).await;
    let mut app = app(&rig.backend).await;
    let row = app.id.to_string();
    let place = apps::App::secret_place(app.workspace, &row);
    app.secret = rig.backend.keys.apps().unwrap().seal(place, &"wrong".into()).unwrap();
    let secrets = Secrets { token: "page-token".into(), pin: None };
    let outcome = connect(&site(&rig).await, app, &secrets, &wish(Channel::Messenger)).await;
    assert_eq!(failed(&outcome).check, "app_secret");
    rig.stop().await;
}

#[tokio::test]
async fn profiles_are_set_and_metas_refusal_is_told() {
    let rig = Rig::idle(|_| {}).await;
    let menu = json!({ "greeting": [{ "locale": "default", "text": "Welcome!" }] });
    let wished = Wish { messenger_profile: Some(menu), ..wish(Channel::Messenger) };
    connected(attempt(&rig, &wished, "page-token").await);
    // A menu needs a Get Started button.
    let item = json!({ "type": "postback", "title": "Hours", "payload": "HOURS" });
    let menu = json!([{ "locale": "default", "call_to_actions": [item] }]);
    let menu = Some(json!({ "persistent_menu": menu }));
    let wished = Wish { messenger_profile: menu, ..wish(Channel::Messenger) };
    assert_eq!(failed(&attempt(&rig, &wished, "page-token").await).check, "messenger_profile");

    let about = Some(json!({ "about": "Flowers since 1904" }));
    let number = Wish { business_id: Some("4001".into()), ..wish(Channel::WhatsApp) };
    let wished = Wish { business_profile: about, ..number };
    let outcome = attempt(&rig, &wished, "phone-token").await;
    let seen = outcome.findings.iter().find(|finding| finding.check == "business_profile").unwrap();
    assert!(seen.evidence.contains("about"), "{seen:?}");
    connected(outcome);
    rig.stop().await;
}

#[tokio::test]
async fn disconnecting_ends_the_subscriptions_that_nobody_else_needs() {
    let rig = Rig::idle(|_| {}).await;
    let site = site(&rig).await;
    let app = app(&rig.backend).await;
    for (channel, own) in [(Channel::Messenger, "page-token"), (Channel::WhatsApp, "phone-token")] {
        let secrets = Secrets { token: own.into(), pin: None };
        let wish = Wish { business_id: Some("4001".into()), ..wish(channel) };
        connected(connect(&site, app.clone(), &secrets, &wish).await);
    }
    let page = account(Channel::Messenger);
    let page = rig.backend.store.read(move |db| accounts::by_id(db, workspace(), page));
    let found = disconnect(&site, page.await.unwrap().unwrap()).await;
    // The Instagram account of the same Page needs the Page's subscription.
    let verdicts: Vec<_> = found.iter().map(|one| (one.check, one.verdict)).collect();
    let expected = [("subscription", Verdict::Skipped), ("app_subscription", Verdict::Ok)];
    assert_eq!(verdicts, expected, "{found:#?}");
    let number = account(Channel::WhatsApp);
    let number = rig.backend.store.read(move |db| accounts::by_id(db, workspace(), number));
    let found = disconnect(&site, number.await.unwrap().unwrap()).await;
    assert!(found.iter().all(|one| one.verdict == Verdict::Ok), "{found:#?}");
    rig.stop().await;
}

/// A profile as the simulator keeps it.
async fn profile_of(rig: &Rig, node: &str) -> Value {
    rig.get(&format!("/_sim/nodes/{node}")).await["messenger_profile"].clone()
}

#[tokio::test]
async fn disconnecting_takes_away_what_connecting_set_and_nothing_else() {
    let rig = Rig::idle(|_| {}).await;
    let (site, app) = (site(&rig).await, app(&rig.backend).await);
    // What somebody else does below comes from another app.
    rig.put("/_sim/apps/1001", json!({ "require_proof": false })).await;
    let breakers = json!([{ "question": "Hours?", "payload": "hours" }]);
    let item = json!({ "type": "postback", "title": "Hours", "payload": "HOURS" });
    let menu = json!([{ "locale": "default", "call_to_actions": [item] }]);
    for (channel, breakers) in [
        (Channel::Messenger, breakers.clone()),
        (Channel::Instagram, json!([{ "locale": "default", "call_to_actions": breakers }])),
    ] {
        let (id, node) = (account(channel), crate::rig::node(channel));
        let mut profile = json!({ "ice_breakers": breakers, "persistent_menu": menu });
        if channel == Channel::Messenger {
            profile["get_started"] = json!({ "payload": "START" });
        }
        let wish = Wish { messenger_profile: Some(profile), ..wish(channel) };
        let secrets = Secrets { token: "page-token".into(), pin: None };
        let connection = connected(connect(&site, app.clone(), &secrets, &wish).await);
        let read = rig.backend.store.read(move |db| accounts::by_id(db, workspace(), id));
        let mut own = read.await.unwrap().unwrap();
        own.settings.messenger_profile = connection.messenger_profile;
        let kept = own.clone();
        rig.backend.store.write(move |db| accounts::reconnect(db, &kept)).await.unwrap();

        // Somebody else changes the menu, and on Messenger sets domains.
        let mut change = json!({ "persistent_menu": menu });
        change["persistent_menu"][0]["call_to_actions"][0]["title"] = "Other".into();
        if channel == Channel::Messenger {
            change["whitelisted_domains"] = json!(["https://shop.example"]);
        }
        let url = format!("{}/{node}/messenger_profile", rig.url());
        let call = rig.http.post(url).bearer_auth("page-token").json(&change);
        let answer = call.send().await.unwrap().text().await.unwrap();
        assert!(answer.contains("success"), "{channel}: {answer}");

        let found = disconnect(&site, own).await;
        let finding = found.iter().find(|one| one.check == "messenger_profile").unwrap();
        assert_eq!(finding.verdict, Verdict::Ok, "{finding:?}");
        let left = profile_of(&rig, node).await;
        assert_eq!(left["persistent_menu"], change["persistent_menu"], "{left}");
        assert_eq!(left.get("ice_breakers"), None, "{left}");
        // A menu without Get Started is impossible, so that stays with it.
        let expected = if channel == Channel::Messenger { 3 } else { 1 };
        assert_eq!(left.as_object().unwrap().len(), expected, "{left}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn what_meta_does_not_take_away_is_told_by_name() {
    let rig = Rig::idle(|_| {}).await;
    let id = account(Channel::Messenger);
    let read = rig.backend.store.read(move |db| accounts::by_id(db, workspace(), id));
    let mut own = read.await.unwrap().unwrap();
    own.settings.messenger_profile.insert("greeting".into(), json!([]));
    rig.put("/_sim/settings", json!({ "limits": { "profile_calls_per_10_minutes": 1 } })).await;
    let site = site(&rig).await;
    let first = disconnect(&site, own.clone()).await;
    assert!(first.iter().all(|one| one.verdict != Verdict::Warning), "it is gone: {first:#?}");
    let found = disconnect(&site, own).await;
    let finding = found.iter().find(|one| one.check == "messenger_profile").unwrap();
    assert_eq!(finding.verdict, Verdict::Warning);
    assert!(finding.remedy.as_ref().unwrap().ends_with("settings: greeting."), "{finding:?}");
    rig.stop().await;
}
