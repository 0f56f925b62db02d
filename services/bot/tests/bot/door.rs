//! What bots that were written for Meta's platform say, and are refused, at the door.

use std::time::Duration;

use reqwest::{Client, Method};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use switchboard_bot::Running;
use switchboard_chassis::clock;
use switchboard_contract::{Body, wire::bot_said::Act};
use switchboard_domain::{
    Content, Timestamp,
    conversation::Status,
    ids::{BotId, ConversationId, UserId},
};
use switchboard_store::{Db, bot_tokens};

use crate::{
    counterpart::Counterpart,
    rig::{Rig, workspace},
    shop::{PSID, SECRET, Shop, settings},
};

/// A bot's program, at the door.
struct Caller {
    http: Client,
    door: String,
    token: String,
}

impl Caller {
    fn new(bot: &Running, token: &SecretString) -> Self {
        let http = Client::builder().no_proxy().build().unwrap();
        let door = format!("http://{}", bot.addr());
        Self { http, door, token: token.expose_secret().to_owned() }
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}{path}", self.door);
        let request = self.http.request(method, url).bearer_auth(&self.token).json(body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn says(&self, text: &str) -> (u16, Value) {
        let body = json!({"recipient": {"id": PSID}, "message": {"text": text}});
        self.call(Method::POST, "/v25.0/me/messages", &body).await
    }

    /// The code and the subcode that it hears.
    async fn hears(&self, text: &str) -> (u16, Value, Value) {
        let (status, answer) = self.says(text).await;
        let error = &answer["error"];
        assert!(error["message"].is_string() && error["fbtrace_id"].is_string(), "{answer}");
        (status, error["code"].clone(), error["error_subcode"].clone())
    }
}

/// What the router is told next.
async fn told(rig: &mut Rig) -> Act {
    match rig.envelopes(1).await.remove(0).body {
        Some(Body::BotSaid(said)) => {
            assert_eq!(said.bot_id, BotId::derive("florist").to_string());
            assert_eq!(said.conversation_id, ConversationId::derive("conversation").to_string());
            said.act.unwrap()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_a_bot_says_is_durable_and_named_before_it_is_answered() {
    let (mut rig, program) = (Rig::new().await, Counterpart::start().await);
    rig.add("florist", "meta", settings(&program, ""), SECRET).await;
    let shop = Shop::open(&rig, "florist").await;
    let (_, token) = shop.token(&rig, "florist").await;
    let bot = rig.start().await;
    let caller = Caller::new(&bot, &token);
    let (status, answer) = caller.says("Roses it is").await;
    assert_eq!((status, &answer["recipient_id"]), (200, &json!(PSID)), "{answer}");
    let Act::Say(said) = told(&mut rig).await else { panic!("it says something") };
    assert_eq!(answer["message_id"], format!("m_{}", said.message_id));
    let content = Content::try_from(said.contents[0].clone()).unwrap();
    assert_eq!(content, Content::text("Roses it is"));

    // The same as a form, under /graph, with the token in the query.
    let url = format!("{}/graph/v2.6/page/messages?access_token={}", caller.door, caller.token);
    let form = "recipient=%7B%22id%22%3A%2251%22%7D&message=%7B%22text%22%3A%22As+a+form%22%7D";
    let request = caller.http.post(url).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(request.body(form).send().await.unwrap().status(), 200);
    let Act::Say(said) = told(&mut rig).await else { panic!("it says something") };
    let content = Content::try_from(said.contents[0].clone()).unwrap();
    assert_eq!(content, Content::text("As a form"));

    // And two in a batch, of which one is wrong.
    let batch = json!({"batch": [
        {"method": "POST", "relative_url": "me/messages",
            "body": "recipient[id]=51&recipient=%7B%22id%22%3A%2251%22%7D&sender_action=typing_on"},
        {"method": "POST", "relative_url": "v25.0/me/messages"},
    ]});
    let (_, answers) = caller.call(Method::POST, "/v25.0/", &batch).await;
    assert_eq!((&answers[0]["code"], &answers[1]["code"]), (&json!(200), &json!(400)));
    assert!(matches!(told(&mut rig).await, Act::Typing(_)));
    for (path, expected) in [("pass_thread_control", true), ("request_thread_control", false)] {
        let body = json!({"recipient": {"id": PSID}, "metadata": "Wants a refund"});
        let (_, answer) = caller.call(Method::POST, &format!("/v25.0/me/{path}"), &body).await;
        assert_eq!(answer, json!({"success": true}));
        let (act, note) = match told(&mut rig).await {
            Act::HandOff(it) => (true, it.note),
            Act::AskBack(it) => (false, it.note),
            other => panic!("{other:?}"),
        };
        assert_eq!((act, note.as_deref()), (expected, Some("Wants a refund")));
    }
    bot.stop().await;
}

#[tokio::test]
async fn a_bot_is_refused_as_meta_refuses_it() {
    let (rig, program) = (Rig::new().await, Counterpart::start().await);
    rig.add("florist", "meta", settings(&program, ""), SECRET).await;
    rig.add("other", "meta", settings(&program, ""), SECRET).await;
    let shop = Shop::open(&rig, "florist").await;
    let (id, token) = shop.token(&rig, "florist").await;
    let (_, others) = shop.token(&rig, "other").await;
    let bot = rig.start().await;
    let caller = Caller::new(&bot, &token);

    let stranger = Caller::new(&bot, &"sbb_guessed".to_owned().into());
    assert_eq!(stranger.hears("x").await, (401, json!(190), Value::Null));
    let other = Caller::new(&bot, &others);
    assert_eq!(other.hears("x").await, (403, json!(10), Value::Null));
    let long = "x".repeat(2_001);
    assert_eq!(caller.hears(&long).await, (400, json!(100), Value::Null));
    let body = json!({"recipient": {"id": "52"}, "message": {"text": "x"}});
    for (path, subcode) in [("me", 2_018_001), ("another-page", 33)] {
        let path = format!("/v25.0/{path}/messages");
        let (_, answer) = caller.call(Method::POST, &path, &body).await;
        assert_eq!(answer["error"]["error_subcode"], subcode, "{answer}");
    }
    let body = json!({"recipient": {"id": PSID}, "message": {"text": "x".repeat(300_000)}});
    let (status, answer) = caller.call(Method::POST, "/v25.0/me/messages", &body).await;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!(100)));

    let agent = UserId::derive("ann");
    shop.becomes(&rig, |state| state.status = Status::Agent { agent }).await;
    assert_eq!(caller.hears("x").await, (400, json!(10), json!(2_018_300)));
    let take = json!({"recipient": {"id": PSID}});
    let (status, _) = caller.call(Method::POST, "/v25.0/me/take_thread_control", &take).await;
    assert_eq!(status, 400);
    let long_ago = Timestamp::from_micros(
        clock::now().as_micros() - i64::try_from(Duration::from_secs(90_000).as_micros()).unwrap(),
    );
    shop.becomes(&rig, |state| state.customer_wrote_at = Some(long_ago)).await;
    assert_eq!(caller.hears("x").await, (400, json!(10), json!(2_018_278)));

    let end = (workspace(), BotId::derive("florist"));
    let revoke = move |db: &mut Db| bot_tokens::revoke(db, end, id, clock::now());
    rig.backend.store.write(revoke).await.unwrap();
    assert_eq!(caller.hears("x").await, (401, json!(190), Value::Null));
    bot.stop().await;
}

#[tokio::test]
async fn accounts_and_customers_have_names() {
    let (rig, program) = (Rig::new().await, Counterpart::start().await);
    rig.add("florist", "meta", settings(&program, ""), SECRET).await;
    let shop = Shop::open(&rig, "florist").await;
    let (_, token) = shop.token(&rig, "florist").await;
    let bot = rig.start().await;
    let caller = Caller::new(&bot, &token);
    let get = async |path: &str| caller.call(Method::GET, path, &json!({})).await;
    assert_eq!(get("/v25.0/me").await, (200, json!({"id": "page", "name": "Corner Shop"})));
    let ann = json!({"id": PSID, "first_name": "Ann", "last_name": "van Lee"});
    let fields = "first_name,last_name,profile_pic,locale";
    assert_eq!(get(&format!("/v25.0/{PSID}?fields={fields}")).await, (200, ann));
    assert_eq!(get("/v25.0/nobody").await.1["error"]["error_subcode"], 33);
    assert_eq!(get("/v25.0/debug_token?input_token=x").await.1["data"]["is_valid"], true);
    let fields = json!({"subscribed_fields": "messages"});
    let (_, answer) = caller.call(Method::POST, "/v25.0/me/subscribed_apps", &fields).await;
    assert_eq!(answer, json!({"success": true}));
    let image = json!({"message": {"attachment": {"type": "image",
        "payload": {"url": "https://shop.example/rose.png", "is_reusable": true}}}});
    let (_, kept) = caller.call(Method::POST, "/v25.0/me/message_attachments", &image).await;
    assert!(kept["attachment_id"].is_string(), "{kept}");
    bot.stop().await;
}

#[tokio::test]
async fn a_bot_may_call_as_its_app() {
    let (rig, program) = (Rig::new().await, Counterpart::start().await);
    rig.add("florist", "meta", settings(&program, "app_id: '77'\n"), SECRET).await;
    rig.add("other", "meta", settings(&program, "app_id: '78'\n"), SECRET).await;
    let shop = Shop::open(&rig, "florist").await;
    let (_, token) = shop.token(&rig, "florist").await;
    let bot = rig.start().await;
    let app = Caller::new(&bot, &format!("77|{SECRET}").into());
    let hook = json!({"object": "page", "callback_url": "https://x.example/", "verify_token": "x"});
    let (status, answer) = app.call(Method::POST, "/v25.0/77/subscriptions", &hook).await;
    assert_eq!((status, answer), (200, json!({"success": true})));
    let (_, listed) = app.call(Method::GET, "/v25.0/77/subscriptions", &json!({})).await;
    let listed = &listed["data"][0];
    assert_eq!(
        (&listed["object"], &listed["fields"][0]["name"]),
        (&json!("page"), &json!("messages"))
    );
    let ask =
        format!("/oauth/access_token?client_id=77&client_secret={}", SECRET.replace(' ', "+"));
    let (_, own) = app.call(Method::GET, &ask, &json!({})).await;
    assert_eq!(own["access_token"], format!("77|{SECRET}"));
    let (_, lasting) =
        app.call(Method::GET, &format!("{ask}&fb_exchange_token=t"), &json!({})).await;
    assert_eq!(lasting["access_token"], "t");
    let look = async |token: &str| {
        let path = format!("/v25.0/debug_token?input_token={token}");
        app.call(Method::GET, &path, &json!({})).await.1["data"]["is_valid"].clone()
    };
    assert_eq!(
        (look(token.expose_secret()).await, look("sbb_guessed").await),
        (json!(true), json!(false))
    );
    assert_eq!(app.hears("x").await, (400, json!(100), json!(33)), "it speaks for no account");
    let (status, _) = app.call(Method::GET, &ask.replace("=77", "=78"), &json!({})).await;
    assert_eq!(status, 200, "the other's, who has the same secret here");
    let (status, _) = app.call(Method::GET, &ask.replace("=77", "=79"), &json!({})).await;
    assert_eq!(status, 401);
    for wrong in ["77|guessed".to_owned(), format!("79|{SECRET}"), "|".to_owned()] {
        let stranger = Caller::new(&bot, &wrong.into());
        let (status, _) = stranger.call(Method::POST, "/v25.0/77/subscriptions", &hook).await;
        assert_eq!(status, 401);
    }
    let other = Caller::new(&bot, &format!("78|{SECRET}").into());
    let (status, _) = other.call(Method::POST, "/v25.0/77/subscriptions", &hook).await;
    assert_eq!(status, 400, "another's app");
    bot.stop().await;
}
