//! Account linking: the buttons, the browser's way there and back, unlinking.

use serde_json::{Value, json};

use crate::rig::{PAGE, PAGE_TOKEN, PSID, Reply, Rig, code};

const URL: &str = "https://shop.example/login?lang=en";

async fn offer(rig: &Rig) {
    rig.open_windows().await;
    let buttons = json!([{"type": "account_link", "url": URL}, {"type": "account_unlink"}]);
    let payload = json!({"template_type": "button", "text": "Please", "buttons": buttons});
    let message = json!({"attachment": {"type": "template", "payload": payload}});
    let body = json!({"recipient": {"id": PSID}, "message": message});
    let answer = rig.graph("/me/messages", PAGE_TOKEN, &body).await;
    assert_eq!(answer.0, 200, "{answer:?}");
    rig.forget().await;
}

/// Taps Log In: the token, and the place to go back to.
async fn tap(rig: &Rig) -> (String, String) {
    let path = format!("/_sim/customers/{PAGE}/{PSID}/login");
    let opened = rig.control(&path, json!({ "url": URL })).await;
    let opened = url::Url::parse(opened["url"].as_str().unwrap()).unwrap();
    let query: Vec<(String, String)> = opened.query_pairs().into_owned().collect();
    assert_eq!(opened.host_str(), Some("shop.example"));
    let keys: Vec<&str> = query.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["lang", "account_linking_token", "redirect_uri"], "joined with &");
    (query[1].1.clone(), query[2].1.clone())
}

async fn open(rig: &Rig, url: &str) -> String {
    let page = rig.http.get(url).send().await.unwrap();
    assert_eq!(page.status(), 200);
    page.text().await.unwrap()
}

async fn recipient(rig: &Rig, token: &str) -> (u16, Value) {
    let path = format!("/v25.0/me?fields=recipient&account_linking_token={token}");
    rig.graph_get(&path, PAGE_TOKEN).await
}

#[tokio::test]
async fn a_customer_logs_in() {
    let rig = Rig::start().await;
    offer(&rig).await;
    let view = rig.get(&format!("/_sim/messages?account={PAGE}&customer={PSID}")).await;
    let buttons = view["messages"][1]["buttons"].clone();
    assert_eq!((&buttons[0]["title"], &buttons[0]["login"]), (&json!("Log In"), &json!(URL)));
    assert_eq!(buttons[1]["title"], "Log Out");
    let (token, redirect_uri) = tap(&rig).await;
    assert_eq!(recipient(&rig, &token).await.1, json!({"id": PAGE, "recipient": PSID}));
    let page = open(&rig, &format!("{redirect_uri}&authorization_code=c%2F1")).await;
    assert!(page.contains("data-outcome=\"linked\""), "{page}");
    let item = rig.hooks(1).await[0].item();
    assert_eq!(item["sender"]["id"], PSID);
    let wanted = json!({"status": "linked", "authorization_code": "c/1"});
    assert_eq!(item["account_linking"], wanted);
    let page = open(&rig, &format!("{redirect_uri}&authorization_code=again")).await;
    assert!(page.contains("data-outcome=\"aborted\""), "a token works once");
    rig.stop().await;
}

#[tokio::test]
async fn without_a_code_or_an_answer_logging_in_is_aborted() {
    let rig = Rig::start().await;
    offer(&rig).await;
    let (_, redirect_uri) = tap(&rig).await;
    assert!(open(&rig, &redirect_uri).await.contains("data-outcome=\"aborted\""));
    let (_, redirect_uri) = tap(&rig).await;
    rig.reply(&[Reply::Status(500)]);
    let page = open(&rig, &format!("{redirect_uri}&authorization_code=c")).await;
    assert!(page.contains("data-outcome=\"aborted\""));
    rig.idle().await;
    assert_eq!(rig.hooks(1).await.len(), 1, "it is not tried again");
    rig.stop().await;
}

#[tokio::test]
async fn an_app_that_does_not_listen_aborts_the_login() {
    let fields = vec!["messages".to_owned(), "messaging_postbacks".to_owned()];
    let rig = Rig::start_with(|config| config.pages[0].subscribed_fields = Some(fields)).await;
    rig.play(PAGE, PSID, json!({"text": "hello"})).await;
    offer(&rig).await;
    let (_, redirect_uri) = tap(&rig).await;
    let page = open(&rig, &format!("{redirect_uri}&authorization_code=c")).await;
    assert!(page.contains("does not listen"), "{page}");
    rig.stop().await;
}

#[tokio::test]
async fn a_token_lives_for_five_minutes_and_only_a_button_makes_one() {
    let rig = Rig::start().await;
    let path = rig.url(&format!("/_sim/customers/{PAGE}/{PSID}/login"));
    let request = rig.http.post(path).json(&json!({ "url": URL }));
    assert_eq!(request.send().await.unwrap().status(), 422, "no button was sent");
    offer(&rig).await;
    let (token, redirect_uri) = tap(&rig).await;
    rig.control("/_sim/clock", json!({"advance_seconds": 301})).await;
    assert_eq!(code(&recipient(&rig, &token).await).0, 10_303);
    assert_eq!(code(&recipient(&rig, "unknown").await).0, 10_303);
    let page = open(&rig, &format!("{redirect_uri}&authorization_code=c")).await;
    assert!(page.contains("data-outcome=\"aborted\""));
    rig.stop().await;
}

#[tokio::test]
async fn a_customer_is_unlinked_by_the_business_or_logs_out() {
    let rig = Rig::start().await;
    offer(&rig).await;
    let answer = rig.graph("/me/unlink_accounts", PAGE_TOKEN, &json!({ "psid": PSID })).await;
    assert_eq!(answer, (200, json!({"result": "unlink account success"})));
    let view = rig.get(&format!("/_sim/messages?account={PAGE}&customer={PSID}")).await;
    rig.play(PAGE, PSID, view["messages"][1]["buttons"][1]["tap"].clone()).await;
    for hook in rig.hooks(2).await {
        assert_eq!(hook.item()["account_linking"], json!({"status": "unlinked"}));
    }
    rig.stop().await;
}

#[tokio::test]
async fn a_login_without_tls_needs_the_setting() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let buttons = json!([{"type": "account_link", "url": "http://127.0.0.1:1/login"}]);
    let payload = json!({"template_type": "button", "text": "Please", "buttons": buttons});
    let message = json!({"attachment": {"type": "template", "payload": payload}});
    let body = json!({"recipient": {"id": PSID}, "message": message});
    assert_eq!(code(&rig.graph("/me/messages", PAGE_TOKEN, &body).await).0, 100);
    rig.settings(json!({"insecure_login": true})).await;
    assert_eq!(rig.graph("/me/messages", PAGE_TOKEN, &body).await.0, 200);
    rig.stop().await;
}
