//! Limits count exactly, and calls over them are on record.

use serde_json::json;

use crate::rig::{
    APP, MP4, PAGE, PAGE_TOKEN, PHONE, PSID, Rig, WA_ID, WA_TOKEN, code, messenger, whatsapp,
};

#[tokio::test]
async fn the_pair_bucket_holds_its_burst_and_refills() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    for n in 0..45 {
        let answer = rig.send_whatsapp("x", &format!("p{n}")).await;
        assert_eq!(answer.0, 200, "message {n}: {answer:?}");
    }
    assert_eq!(code(&rig.send_whatsapp("x", "over").await).0, 131_056);
    rig.control("/_sim/clock", json!({"advance_seconds": 6})).await;
    assert_eq!(rig.send_whatsapp("x", "again").await.0, 200);
    assert_eq!(code(&rig.send_whatsapp("x", "over").await).0, 131_056);
    let violations = rig.get("/_sim/violations").await;
    assert_eq!(violations["count"], 2);
    assert_eq!(violations["violations"][0]["limit"], "pair");
    assert_eq!(violations["violations"][0]["customer"], WA_ID);
    rig.stop().await;
}

#[tokio::test]
async fn a_number_sends_so_many_a_second_and_no_more() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    // An hour in one second: the window cannot move on during the test.
    rig.settings(json!({"limits": {"number_per_second": 5, "pair_interval_ms": 0}})).await;
    let calls = (0..40).map(|n| {
        let rig = &rig;
        async move {
            let path = format!("/{PHONE}/messages");
            rig.graph(&path, WA_TOKEN, &whatsapp("x", &format!("n{n}"))).await
        }
    });
    let begun = rig.get("/_sim/clock").await["now_ms"].as_i64().unwrap();
    let answers = futures_util::future::join_all(calls).await;
    let seconds = rig.get("/_sim/clock").await["now_ms"].as_i64().unwrap() - begun;
    let accepted = answers.iter().filter(|answer| answer.0 == 200).count();
    let refused = answers.iter().filter(|a| a.0 != 200).map(code).collect::<Vec<_>>();
    assert!(refused.iter().all(|code| code.0 == 130_429));
    let most = 5 * (1 + usize::try_from(seconds / 1000 + 1).unwrap());
    assert!((5..=most).contains(&accepted), "{accepted} accepted in {seconds} ms");
    assert_eq!(rig.get("/_sim/violations").await["count"], refused.len());
    assert_eq!(rig.get("/_sim/received").await["accepted"], accepted);
    rig.control("/_sim/clock", json!({"advance_seconds": 1})).await;
    assert_eq!(rig.send_whatsapp("x", "later").await.0, 200);
    rig.stop().await;
}

#[tokio::test]
async fn audio_and_video_have_their_own_limit() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    rig.settings(json!({"limits": {"media_per_second": 1, "text_per_second": 100}})).await;
    let url = rig.file(PAGE, MP4, "video/mp4").await;
    let video = json!({
        "recipient": {"id": PSID},
        "message": {"attachment": {"type": "video", "payload": {"url": url}}},
    });
    let calls = (0..20).map(|_| rig.graph("/me/messages", PAGE_TOKEN, &video));
    let answers = futures_util::future::join_all(calls).await;
    let refused: Vec<_> = answers.iter().filter(|answer| answer.0 != 200).map(code).collect();
    assert!(!refused.is_empty() && refused.iter().all(|code| code.0 == 613), "{refused:?}");
    assert_eq!(rig.send_messenger("text", "m").await.0, 200);
    rig.stop().await;
}

#[tokio::test]
async fn usage_headers_show_what_is_counted_or_forced() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    rig.settings(json!({"limits": {"app_calls_per_hour": 4, "account_calls_per_day": 10}})).await;
    let call = || async {
        let request = rig.http.post(rig.url("/me/messages")).bearer_auth(PAGE_TOKEN);
        let response = request.json(&messenger("x", "m")).send().await.unwrap();
        let header = |name: &str| -> serde_json::Value {
            serde_json::from_str(response.headers()[name].to_str().unwrap()).unwrap()
        };
        let both = (header("X-App-Usage"), header("X-Business-Use-Case-Usage"));
        (both.0["call_count"].clone(), both.1[PAGE][0].clone(), response.status().as_u16())
    };
    let (app, account, status) = call().await;
    assert_eq!((app, &account["call_count"], status), (json!(25), &json!(10), 200));
    assert_eq!(account["type"], "messenger");
    for _ in 0..3 {
        call().await;
    }
    assert_eq!(code(&rig.send_messenger("x", "m").await), (4, None));
    rig.control("/_sim/clock", json!({"advance_seconds": 3700})).await;
    let forced = rig.http.put(rig.url("/_sim/usage")).json(&json!({"id": APP, "percent": 96}));
    assert_eq!(forced.send().await.unwrap().status(), 200);
    let (app, _, status) = call().await;
    assert_eq!((app, status), (json!(96), 200));
    rig.stop().await;
}
