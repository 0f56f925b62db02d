//! Fault switches.

use std::time::Duration;

use serde_json::{Value, json};

use crate::rig::{PAGE, PAGE_TOKEN, PHONE, PSID, Reply, Rig, WA_ID, code, messenger};

async fn switch(rig: &Rig, fault: Value) {
    rig.control("/_sim/faults", fault).await;
}

async fn marker_count(rig: &Rig, marker: &str) -> i64 {
    let answer = rig.get(&format!("/_sim/markers?marker={marker}")).await;
    answer["count"].as_i64().unwrap()
}

#[tokio::test]
async fn the_next_calls_of_one_account_are_refused() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    switch(&rig, json!({"kind": "refuse", "code": 131000, "account": PHONE, "next": 2})).await;
    let sent = rig.send_messenger("x", "m").await;
    assert_eq!(sent.0, 200, "another account is left alone");
    for _ in 0..2 {
        let answer = rig.send_whatsapp("x", "w").await;
        assert_eq!((answer.0, code(&answer).0), (500, 131_000));
    }
    assert_eq!(rig.send_whatsapp("x", "w").await.0, 200);
    assert_eq!(marker_count(&rig, "w").await, 1);
    let received = rig.get("/_sim/received?marker=w").await;
    assert_eq!(received["received"].as_array().unwrap().len(), 3);
    rig.stop().await;
}

#[tokio::test]
async fn a_refusal_carries_what_was_asked_for() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    switch(&rig, json!({"kind": "refuse", "code": 190, "subcode": 460, "status": 400, "next": 1}))
        .await;
    let answer = rig.send_messenger("x", "m").await;
    assert_eq!((answer.0, code(&answer)), (400, (190, Some(460))));
    switch(&rig, json!({"kind": "throttle", "customer": PSID})).await;
    assert_eq!(code(&rig.send_messenger("x", "m").await).0, 613);
    switch(&rig, json!({"kind": "throttle", "customer": WA_ID})).await;
    assert_eq!(code(&rig.send_whatsapp("x", "m").await).0, 130_429);
    rig.http.delete(rig.url("/_sim/faults")).send().await.unwrap();
    assert_eq!(rig.send_messenger("x", "m").await.0, 200);
    rig.stop().await;
}

/// Sends once with a short deadline.
async fn hurried(rig: &Rig, marker: &str) -> Result<reqwest::Response, reqwest::Error> {
    let request = rig.http.post(rig.url("/me/messages")).bearer_auth(PAGE_TOKEN);
    request.json(&messenger("x", marker)).timeout(Duration::from_millis(300)).send().await
}

#[tokio::test]
async fn lost_answers_differ_only_in_what_was_accepted() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    for (kind, accepted) in [("timeout_before", 0), ("accept_then_timeout", 1)] {
        switch(&rig, json!({"kind": kind, "next": 1})).await;
        assert!(hurried(&rig, kind).await.unwrap_err().is_timeout());
        assert_eq!(marker_count(&rig, kind).await, accepted, "{kind}");
    }
    for (kind, accepted) in [("drop_before", 0), ("accept_then_drop", 1)] {
        switch(&rig, json!({"kind": kind, "next": 1})).await;
        let error = hurried(&rig, kind).await.unwrap_err();
        assert!(!error.is_timeout() && !error.is_connect(), "{error:?}");
        assert_eq!(marker_count(&rig, kind).await, accepted, "{kind}");
    }
    switch(&rig, json!({"kind": "accept_then_500", "next": 1})).await;
    let answer = rig.send_messenger("x", "a500").await;
    assert_eq!((answer.0, code(&answer).0), (500, 1));
    assert_eq!(marker_count(&rig, "a500").await, 1);
    switch(&rig, json!({"kind": "accept_then_malformed", "next": 1})).await;
    let answer = hurried(&rig, "half").await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.json::<Value>().await.is_err());
    assert_eq!(marker_count(&rig, "half").await, 1);
    rig.stop().await;
}

#[tokio::test]
async fn an_accepted_message_is_echoed_even_when_its_answer_is_lost() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    switch(&rig, json!({"kind": "accept_then_drop", "next": 1})).await;
    hurried(&rig, "gw:lost").await.unwrap_err();
    assert_eq!(rig.hooks(1).await[0].item()["message"]["metadata"], "gw:lost");
    rig.stop().await;
}

#[tokio::test]
async fn the_echo_may_come_before_the_answer() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    rig.settings(json!({"event_delay_ms": 60_000, "webhook_timeout_ms": 60_000})).await;
    switch(&rig, json!({"kind": "echo_before_response", "next": 1})).await;
    rig.reply(&[Reply::Hang]);
    let (answer, hooks) = tokio::join!(hurried(&rig, "early"), rig.hooks(1));
    assert!(answer.unwrap_err().is_timeout(), "the answer waits for the echo's delivery");
    assert_eq!(hooks[0].item()["message"]["metadata"], "early");
    rig.stop().await;
}

#[tokio::test]
async fn webhooks_are_duplicated_dropped_and_overtaken() {
    let rig = Rig::start().await;
    rig.settings(json!({"auto_deliver": false})).await;
    rig.open_windows().await;
    switch(&rig, json!({"kind": "webhook_duplicate", "next": 1})).await;
    rig.play(PAGE, PSID, json!({"text": "twice"})).await;
    let hooks = rig.hooks(2).await;
    assert_eq!(hooks[0].bytes, hooks[1].bytes);

    rig.forget().await;
    switch(&rig, json!({"kind": "webhook_drop_echo", "next": 1})).await;
    rig.send_messenger("no echo", "m1").await;
    rig.send_messenger("echo", "m2").await;
    rig.play(PAGE, PSID, json!({"text": "seen"})).await;
    // The customer's answer marks both messages read first.
    let hooks = rig.hooks(3).await;
    assert_eq!(hooks[0].item()["message"]["metadata"], "m2");
    assert!(hooks[1].item()["read"].is_object());

    rig.forget().await;
    switch(&rig, json!({"kind": "webhook_reorder", "next": 1, "delay_ms": 300})).await;
    rig.play(PAGE, PSID, json!({"text": "first"})).await;
    rig.play(PAGE, PSID, json!({"text": "second"})).await;
    let hooks = rig.hooks(2).await;
    assert_eq!(hooks[0].item()["message"]["text"], "second");
    assert_eq!(hooks[1].item()["message"]["text"], "first");
    rig.stop().await;
}
