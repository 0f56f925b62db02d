//! Templates: listed in pages, created, edited, reviewed, deleted, and sent with every kind of
//! parameter.

use serde_json::{Value, json};
use switchboard_simulator::SimulatorConfig;
use switchboard_simulator::config::TemplateReview;

use crate::journal::Scratch;
use crate::rig::{MP4, PHONE, Rig, WA_ID, WA_TOKEN, WABA, code};

fn edge() -> String {
    format!("/v25.0/{WABA}/message_templates")
}

fn definition(name: &str) -> Value {
    json!({
        "name": name, "language": "en_US", "category": "UTILITY",
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Order"},
            {"type": "BODY", "text": "Hello {{1}}, it is ready.",
             "example": {"body_text": [["Ann"]]}},
            {"type": "FOOTER", "text": "The shop"},
            {"type": "BUTTONS", "buttons": [
                {"type": "QUICK_REPLY", "text": "Thanks"},
                {"type": "URL", "text": "Track", "url": "https://shop.example/{{1}}",
                 "example": ["https://shop.example/7"]},
            ]},
        ],
    })
}

async fn delete(rig: &Rig, query: &str) -> (u16, Value) {
    let request = rig.http.delete(rig.url(&format!("{}?{query}", edge()))).bearer_auth(WA_TOKEN);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_template_is_created_approved_edited_and_deleted() {
    let rig = Rig::start().await;
    let made = rig.graph(&edge(), WA_TOKEN, &definition("ready")).await;
    assert_eq!((made.0, &made.1["status"]), (200, &json!("PENDING")), "{made:?}");
    let id = made.1["id"].as_str().unwrap().to_owned();
    let told = rig.hooks(1).await[0].item();
    assert_eq!(
        (&told["event"], &told["message_template_name"]),
        (&json!("APPROVED"), &json!("ready"))
    );
    assert_eq!(told["message_template_id"].to_string(), id);
    let again = rig.graph(&edge(), WA_TOKEN, &definition("ready")).await;
    assert_eq!(code(&again), (100, Some(2_388_024)));

    let node = format!("/{id}");
    let path = format!("{node}?fields=name,status,category,quality_score");
    assert_eq!(rig.graph_get(&path, WA_TOKEN).await.1["status"], "APPROVED");
    let body = json!({"components": [{"type": "BODY", "text": "It is ready."}]});
    assert_eq!(rig.graph(&node, WA_TOKEN, &body).await, (200, json!({"success": true})));
    let twice = rig.graph(&node, WA_TOKEN, &body).await;
    assert_eq!(code(&twice).0, 100, "an approved template is edited once a day");

    assert_eq!(code(&delete(&rig, "name=nothing").await), (100, Some(2_593_002)));
    assert_eq!(delete(&rig, "name=ready").await, (200, json!({"success": true})));
    assert_eq!(rig.hooks(3).await[2].item()["event"], "DELETED");
    let taken = rig.graph(&edge(), WA_TOKEN, &definition("ready")).await;
    assert_eq!(code(&taken), (100, Some(2_388_023)));
    rig.control("/_sim/clock", json!({"advance_seconds": 31 * 86_400})).await;
    assert_eq!(rig.graph(&edge(), WA_TOKEN, &definition("ready")).await.0, 200);
    rig.stop().await;
}

#[tokio::test]
async fn a_template_that_is_not_approved_is_not_sent() {
    let rig =
        Rig::start_with(|config| config.settings.template_review = TemplateReview::Manual).await;
    let plain = json!({
        "name": "plain", "language": "en_US", "category": "MARKETING",
        "components": [{"type": "BODY", "text": "Hello"}],
    });
    let made = rig.graph(&edge(), WA_TOKEN, &plain).await.1;
    let review = format!("/_sim/templates/{}/review", made["id"].as_str().unwrap());
    let send = || send(&rig, "plain", json!([]));
    assert_eq!(code(&send().await).0, 132_001);
    for (event, wanted) in
        [("REJECTED", 132_001), ("PAUSED", 132_015), ("DISABLED", 132_016), ("REINSTATED", 0)]
    {
        rig.control(&review, json!({"event": event, "reason": "ABUSIVE_CONTENT"})).await;
        let answer = send().await;
        let got = if answer.0 == 200 { 0 } else { code(&answer).0 };
        assert_eq!(got, wanted, "{event}: {answer:?}");
    }
    assert_eq!(rig.hooks(1).await[0].item()["reason"], "ABUSIVE_CONTENT");
    rig.stop().await;
}

#[tokio::test]
async fn templates_survive_a_restart() {
    let file = Scratch::new("templates");
    let keep = |config: &mut SimulatorConfig| config.state_file = Some(file.0.clone());
    let rig = Rig::start_with(keep).await;
    rig.settings(json!({"template_review": "manual"})).await;
    let create = async |name: &str| {
        let definition = json!({"name": name, "language": "en_US", "category": "UTILITY",
            "components": [{"type": "BODY", "text": "Hello"}]});
        let (status, answer) = rig.graph(&edge(), WA_TOKEN, &definition).await;
        assert_eq!(status, 200, "{answer}");
        answer["id"].as_str().unwrap().to_owned()
    };
    let (approved, _) = (create("approved").await, create("pending").await);
    rig.control(&format!("/_sim/templates/{approved}/review"), json!({"event": "APPROVED"})).await;
    assert_eq!(delete(&rig, "name=order_ready").await.0, 200);
    let shown = async |rig: &Rig| rig.graph_get(&edge(), WA_TOKEN).await.1["data"].clone();
    let before = shown(&rig).await;
    assert_eq!(before.as_array().unwrap().len(), 2, "{before}");

    let rig = rig.restart(keep).await;
    assert_eq!(shown(&rig).await, before, "those of the configuration stay deleted");
    let rig = rig
        .restart(|config| {
            keep(config);
            config.whatsapp[0].templates[0].name = "newer".into();
        })
        .await;
    let names = shown(&rig).await;
    let names: Vec<&Value> = names.as_array().unwrap().iter().map(|own| &own["name"]).collect();
    assert_eq!(names, ["approved", "pending", "newer"]);
    rig.stop().await;
}

#[tokio::test]
async fn definitions_are_checked() {
    let rig = Rig::start().await;
    for (pointer, value, wanted) in [
        ("/name", json!("Ready Now"), None),
        ("/category", json!("NEWS"), None),
        ("/language", Value::Null, None),
        ("/components/0/text", json!("h".repeat(61)), None),
        ("/components/0/text", json!("{{1}}"), Some(2_388_043)),
        ("/components/0/format", json!("IMAGE"), Some(2_388_043)),
        ("/components/1/text", json!("b".repeat(1025)), None),
        ("/components/1/text", json!("Hello {{2}}!"), None),
        ("/components/1/text", json!("{{1}} is ready"), Some(2_388_299)),
        ("/components/1/example", Value::Null, Some(2_388_043)),
        ("/components/2/text", json!("f".repeat(61)), None),
        ("/components/3/buttons/0/text", json!("t".repeat(26)), None),
        ("/components/3/buttons/0/type", json!("TELEPORT"), None),
    ] {
        let mut body = definition("ready");
        *body.pointer_mut(pointer).unwrap() = value;
        let answer = code(&rig.graph(&edge(), WA_TOKEN, &body).await);
        assert_eq!(answer, (100, wanted), "{pointer}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn templates_come_in_pages() {
    let rig = Rig::start().await;
    for n in 0..6 {
        let seed = json!({"waba": WABA, "name": format!("t{n}"), "language": "de", "body": "x"});
        rig.control("/_sim/templates", seed).await;
    }
    let mut names = Vec::new();
    let mut next =
        Some(rig.url(&format!("{}?fields=name&limit=3&access_token={WA_TOKEN}", edge())));
    while let Some(url) = next {
        let page: Value = rig.http.get(url).send().await.unwrap().json().await.unwrap();
        assert!(page["paging"]["cursors"]["after"].is_string(), "{page}");
        let of_page = page["data"].as_array().unwrap().iter();
        names.extend(of_page.map(|own| own["name"].as_str().unwrap().to_owned()));
        next = page["paging"]["next"].as_str().map(str::to_owned);
    }
    assert_eq!(names, ["order_ready", "t0", "t1", "t2", "t3", "t4", "t5"]);
    let german = rig.graph_get(&format!("{}?language=de&name=t3", edge()), WA_TOKEN).await.1;
    assert_eq!(german["data"].as_array().unwrap().len(), 1);
    let counted = rig.graph_get(&format!("{}?summary=total_count,x", edge()), WA_TOKEN).await.1;
    assert_eq!(counted["summary"], json!({"total_count": 7}));
    let lost = rig.graph_get(&format!("{}?after=bm9uZQ", edge()), WA_TOKEN).await;
    assert_eq!(code(&lost).0, 100);
    rig.stop().await;
}

async fn send(rig: &Rig, name: &str, components: Value) -> (u16, Value) {
    let body = json!({
        "messaging_product": "whatsapp", "to": WA_ID, "type": "template",
        "template": {"name": name, "language": {"code": "en_US"}, "components": components},
    });
    rig.graph(&format!("/{PHONE}/messages"), WA_TOKEN, &body).await
}

/// Sends a template in several ways; code 0 is success.
async fn sends(rig: &Rig, name: &str, cases: Vec<(Value, i64)>) {
    for (components, wanted) in cases {
        let answer = send(rig, name, components.clone()).await;
        let got = if answer.0 == 200 { 0 } else { code(&answer).0 };
        assert_eq!(got, wanted, "{name} {components}: {answer:?}");
    }
}

fn seed(name: &str, components: Value) -> Value {
    json!({"waba": WABA, "name": name, "language": "en_US", "components": components})
}

fn body(parameters: Value) -> Value {
    json!({"type": "body", "parameters": parameters})
}

#[tokio::test]
async fn headers_and_bodies_take_what_they_have_places_for() {
    let rig = Rig::start().await;
    let picture = json!([
        {"type": "HEADER", "format": "IMAGE"},
        {"type": "BODY", "text": "{{1}} costs {{2}} until {{3}}"},
    ]);
    rig.control("/_sim/templates", seed("picture", picture)).await;
    let image = json!({"type": "header", "parameters": [
        {"type": "image", "image": {"link": rig.url("/_sim/sample.png")}}]});
    let words = json!({"type": "header", "parameters": [{"type": "text", "text": "x"}]});
    let empty = json!({"type": "header", "parameters": [{"type": "image", "image": {}}]});
    let text = json!({"type": "text", "text": "Tea"});
    let price = json!({"type": "currency", "currency": {
        "fallback_value": "$2", "code": "USD", "amount_1000": 2000}});
    let day = json!({"type": "date_time", "date_time": {"fallback_value": "Monday"}});
    let all = json!([text, price, day]);
    sends(
        &rig,
        "picture",
        vec![
            (json!([image, body(all.clone())]), 0),
            (json!([body(all.clone())]), 132_012),
            (json!([words, body(all.clone())]), 132_012),
            (json!([empty, body(all)]), 131_008),
            (json!([image, body(json!([text, price]))]), 132_000),
            (
                json!([image, body(json!([text, {"type": "currency", "currency": {}}, day]))]),
                131_008,
            ),
            (json!([image, body(json!([text, {"type": "image"}, day]))]), 132_012),
            (json!([image, body(json!([{"type": "text", "text": "a\nb"}, price, day]))]), 132_018),
            (
                json!([
                    image,
                    body(json!([{"type": "text", "text": "a".repeat(1100)}, price, day]))
                ]),
                132_005,
            ),
            (json!([image, {"type": "hat", "parameters": []}]), 132_018),
        ],
    )
    .await;
    let view = rig.get(&format!("/_sim/messages?account={PHONE}&customer={WA_ID}")).await;
    assert_eq!(view["messages"][0]["text"], "Tea costs $2 until Monday");
    rig.stop().await;
}

#[tokio::test]
async fn named_parameters_need_their_names() {
    let rig = Rig::start().await;
    let mut named = seed("named", json!([{"type": "BODY", "text": "Hi {{name}}, {{what}}!"}]));
    named["parameter_format"] = "NAMED".into();
    rig.control("/_sim/templates", named).await;
    let place =
        |name: &str, text: &str| json!({"type": "text", "parameter_name": name, "text": text});
    sends(
        &rig,
        "named",
        vec![
            (json!([body(json!([place("what", "done"), place("name", "Ann")]))]), 0),
            (json!([body(json!([place("name", "Ann")]))]), 132_000),
            (json!([body(json!([place("name", "Ann"), place("wat", "x")]))]), 132_018),
            (json!([body(json!([place("name", "Ann"), {"type": "text", "text": "x"}]))]), 100),
        ],
    )
    .await;
    let view = rig.get(&format!("/_sim/messages?account={PHONE}&customer={WA_ID}")).await;
    assert_eq!(view["messages"][0]["text"], "Hi Ann, done!");
    rig.stop().await;
}

fn button(kind: &str, index: Value, parameter: Value) -> Value {
    json!({"type": "button", "sub_type": kind, "index": index, "parameters": [parameter]})
}

#[tokio::test]
async fn buttons_take_what_they_need() {
    let rig = Rig::start().await;
    let buttons = json!([
        {"type": "BODY", "text": "Sale"},
        {"type": "BUTTONS", "buttons": [
            {"type": "QUICK_REPLY", "text": "Stop"},
            {"type": "URL", "text": "Go", "url": "https://x.example/{{1}}"},
            {"type": "URL", "text": "Home", "url": "https://x.example"},
            {"type": "COPY_CODE", "example": "SALE"},
        ]},
    ]);
    rig.control("/_sim/templates", seed("sale", buttons)).await;
    let link = button("url", json!("1"), json!({"type": "text", "text": "7"}));
    let coupon = |code: &str| {
        button("copy_code", json!(3), json!({"type": "coupon_code", "coupon_code": code}))
    };
    let stop = button("quick_reply", json!("0"), json!({"type": "payload", "payload": "STOP"}));
    sends(
        &rig,
        "sale",
        vec![
            (json!([link, coupon("SALE25"), stop]), 0),
            (json!([link, coupon("SALE25")]), 0),
            (json!([coupon("SALE25")]), 131_008),
            (json!([link]), 131_008),
            (json!([link, coupon(&"9".repeat(16))]), 132_018),
        ],
    )
    .await;
    let text = json!({"type": "text", "text": "x"});
    let strange = [
        (button("url", json!("2"), text.clone()), 132_018),
        (button("url", json!("9"), text.clone()), 132_018),
        (button("url", json!("0"), text), 132_018),
        (button("quick_reply", json!("0"), json!({"type": "text"})), 132_012),
    ];
    let strange = strange.map(|(extra, wanted)| (json!([link, coupon("A"), extra]), wanted));
    sends(&rig, "sale", strange.to_vec()).await;
    rig.stop().await;
}

#[tokio::test]
async fn carousels_and_codes_have_rules_of_their_own() {
    let rig = Rig::start().await;
    let card = json!({"components": [{"type": "HEADER", "format": "VIDEO"}, {"type": "BODY", "text": "Card"}]});
    let carousel =
        json!([{"type": "BODY", "text": "Look"}, {"type": "CAROUSEL", "cards": [card, card]}]);
    rig.control("/_sim/templates", seed("cards", carousel)).await;
    let film = json!({"link": rig.file(PHONE, MP4, "video/mp4").await});
    let given = json!({"card_index": 0, "components": [
        {"type": "header", "parameters": [{"type": "video", "video": film}]}]});
    let bare = json!({"card_index": 1, "components": []});
    sends(
        &rig,
        "cards",
        vec![
            (json!([{"type": "carousel", "cards": [given, given]}]), 0),
            (json!([{"type": "carousel", "cards": [given]}]), 132_012),
            (json!([{"type": "carousel", "cards": [given, bare]}]), 132_012),
        ],
    )
    .await;
    let otp = json!({
        "name": "otp", "language": "en_US", "category": "AUTHENTICATION",
        "components": [
            {"type": "BODY", "add_security_recommendation": true},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
        ],
    });
    assert_eq!(rig.graph(&edge(), WA_TOKEN, &otp).await.0, 200);
    let number = json!([{"type": "text", "text": "123456"}]);
    let button = json!({"type": "button", "sub_type": "url", "index": "0", "parameters": number});
    sends(
        &rig,
        "otp",
        vec![(json!([body(number.clone()), button]), 0), (json!([body(number)]), 131_008)],
    )
    .await;
    rig.stop().await;
}
