//! What META K names, and the test that shows it: the table of the README, and what no other file
//! shows.

use std::path::Path;

use serde_json::{Value, json};
use switchboard_simulator::SimulatorConfig;

use crate::rig::{APP, PAGE, PAGE_TOKEN, PSID, Reply, Rig, SECRET, WA_TOKEN, code, messenger};

/// What the simulator is to be like Meta in, in META's order.
const POINTS: [&str; 24] = [
    "challenge check",
    "escaped Unicode, signed",
    "5 s to answer",
    "retries: alert after 15 min",
    "retries: unsubscribed after 1 h",
    "retries: given up after 36 h, WhatsApp 7 d",
    "duplicates to all apps",
    "shuffled statuses",
    "echo or status before the answer",
    "accepted, then no answer",
    "windows of 24 h and 7 d",
    "72 h of free entry",
    "131056: 10 a minute, 45 at once",
    "80 messages a second",
    "300 and 10 calls a second",
    "usage headers",
    "131047 at once and by status",
    "states of a token",
    "5 minutes of a media URL",
    "5 minutes of a linking token",
    "no `wa_id`, no `from`",
    "standby",
    "unknown kinds and fields",
    "no idempotency: markers come back, nothing is looked up",
];

#[test]
fn each_point_is_shown_by_tests_that_exist() {
    let readme = include_str!("../../README.md");
    let (_, table) = readme.split_once("## What META K names").expect("the table is there");
    let table = table.split("\n## ").next().unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let rows: Vec<(&str, &str)> = rows.filter_map(|row| row.split_once(" | ")).skip(1).collect();
    let named: Vec<&str> = rows.iter().map(|(point, _)| *point).collect();
    assert_eq!(named, POINTS);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/simulator");
    for (point, tests) in rows {
        for test in tests.split(", ") {
            let name = test.trim_matches('`');
            let (file, function) = name.split_once("::").expect(point);
            let text = std::fs::read_to_string(folder.join(file).with_extension("rs"));
            let wanted = format!("#[tokio::test]\nasync fn {function}()");
            assert!(text.is_ok_and(|text| text.contains(&wanted)), "{point}: there is no {test}");
        }
    }
}

#[tokio::test]
async fn the_figures_are_metas_unless_somebody_changes_them() {
    let sim = switchboard_simulator::start(SimulatorConfig::default()).await.unwrap();
    let url = format!("{}/_sim/settings", sim.url());
    let settings: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    for (setting, figure) in [
        ("/webhook_timeout_ms", 5_000),
        ("/fetch_timeout_ms", 10_000),
        ("/video_fetch_timeout_ms", 75_000),
        ("/limits/number_per_second", 80),
        ("/limits/pair_interval_ms", 6_000),
        ("/limits/pair_burst", 45),
        ("/limits/text_per_second", 300),
        ("/limits/media_per_second", 10),
        ("/limits/profile_calls_per_10_minutes", 10),
        ("/limits/private_replies_per_hour", 750),
    ] {
        assert_eq!(settings.pointer(setting), Some(&json!(figure)), "{setting}");
    }
    sim.stop().await.unwrap();
}

#[tokio::test]
async fn a_token_is_alive_expired_revoked_or_unknown() {
    let rig = Rig::start().await;
    let now = rig.get("/_sim/clock").await["now_ms"].as_i64().unwrap() / 1_000;
    for (token, expires_at, revoked) in
        [("brief", now + 100, None), ("changed", 0, Some(460)), ("removed", 0, Some(458))]
    {
        let seed = json!({"token": token, "app_id": APP, "kind": "PAGE", "subject": PAGE,
            "expires_at": expires_at, "revoked_subcode": revoked});
        rig.control("/_sim/tokens", seed).await;
    }
    let examined = async |token: &str| {
        let path = format!("/debug_token?input_token={token}&access_token={APP}%7C{SECRET}");
        let answer = rig.http.get(rig.url(&path)).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["data"].clone()
    };
    let alive = examined("brief").await;
    assert_eq!((&alive["is_valid"], &alive["expires_at"]), (&json!(true), &json!(now + 100)));
    assert_eq!((&alive["type"], &alive["profile_id"]), (&json!("PAGE"), &json!(PAGE)));
    let for_ever = examined(PAGE_TOKEN).await;
    assert_eq!((&for_ever["expires_at"], &for_ever["error"]), (&json!(0), &Value::Null));
    rig.control("/_sim/clock", json!({"advance_seconds": 101})).await;
    for (token, subcode) in [
        ("brief", json!(463)),
        ("changed", json!(460)),
        ("removed", json!(458)),
        ("junk", Value::Null),
    ] {
        let data = examined(token).await;
        assert_eq!((&data["is_valid"], &data["error"]["code"]), (&json!(false), &json!(190)));
        assert_eq!(data["error"]["subcode"], subcode, "{token}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn a_status_may_come_before_the_answer() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    rig.settings(json!({"event_delay_ms": 60_000, "webhook_timeout_ms": 60_000})).await;
    rig.control("/_sim/faults", json!({"kind": "echo_before_response", "next": 1})).await;
    rig.reply(&[Reply::Hold]);
    {
        let sent = rig.send_whatsapp("hi", "early");
        tokio::pin!(sent);
        let hooks = tokio::select! {
            answer = &mut sent => panic!("the answer came before the status: {answer:?}"),
            hooks = rig.hooks(1) => hooks,
        };
        let status = hooks[0].item()["statuses"][0].clone();
        assert_eq!(status["status"], "sent");
        assert_eq!(status["biz_opaque_callback_data"], "early");
        rig.release();
        assert_eq!(sent.await.0, 200);
    }
    rig.stop().await;
}

#[tokio::test]
async fn the_same_marker_twice_is_two_messages() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let first = rig.send_messenger("hi", "gw:1").await.1["message_id"].clone();
    let second = rig.send_messenger("hi", "gw:1").await.1["message_id"].clone();
    assert_ne!(first, second);
    for _ in 0..2 {
        assert_eq!(rig.send_whatsapp("hi", "gw:2").await.0, 200);
    }
    let count = rig.get("/_sim/markers").await["markers"].clone();
    assert_eq!(count, json!({"gw:1": 2, "gw:2": 2}));
    rig.stop().await;
}

#[tokio::test]
async fn a_sent_whatsapp_message_cannot_be_looked_up() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let wamid = rig.send_whatsapp("hi", "m").await.1["messages"][0]["id"].clone();
    let path = format!("/{}", wamid.as_str().unwrap());
    assert_eq!(code(&rig.graph_get(&path, WA_TOKEN).await), (100, Some(33)));
    rig.stop().await;
}

#[tokio::test]
async fn an_action_has_no_echo() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let typing = json!({"recipient": {"id": PSID}, "sender_action": "typing_on"});
    let (status, answer) = rig.graph("/me/messages", PAGE_TOKEN, &typing).await;
    assert_eq!((status, answer), (200, json!({"recipient_id": PSID})));
    let sent = rig.graph("/me/messages", PAGE_TOKEN, &messenger("hi", "m")).await;
    assert_eq!(sent.0, 200);
    assert_eq!(
        rig.hooks(1).await[0].item()["message"]["metadata"],
        "m",
        "nothing came before the message"
    );
    rig.stop().await;
}
