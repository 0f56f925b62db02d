//! Account linking: how an account asks, and what agents do about it.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_contract::{Body, wire::agent_action::Action};
use switchboard_domain::{Content, content::Button};
use switchboard_queue::Topic;
use switchboard_store::linking::{self, Linking};

use crate::{
    client::{Client, answer},
    world::World,
};

async fn put(client: &Client, path: &str, body: Value) -> (StatusCode, Value) {
    answer(client.send(Method::PUT, path, Some(body), &[]).await).await
}

#[tokio::test]
async fn an_administrator_says_how_customers_are_asked() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let account = world.here.account("page");
    let path = format!("/accounts/{account}/linking");
    let (_, before) = admin.get(&path).await;
    assert_eq!(before["method"]["url"], "https://login.example/check");
    assert_eq!(before["page_url"], format!("http://127.0.0.1:8080/meta/link/{account}"));
    assert!(!before.to_string().contains("sealed-"), "no secret is shown: {before}");

    // Another kind needs another secret.
    let provider = json!({"kind": "oidc", "issuer": "https://id.example", "client_id": "shop",
        "scopes": "profile", "customer_claim": "sub", "name_claim": "name"});
    let body = json!({"method": provider, "secret": "client-s3cret",
        "texts": {"linked": "Hi {name}!"}});
    let (status, set) = put(&admin, &path, body).await;
    assert_eq!(status, StatusCode::OK, "{set}");
    assert_eq!(set["texts"]["linked"], "Hi {name}!");
    assert_eq!(set["redirect_uri"], "http://127.0.0.1:8080/meta/link/callback");
    assert!(!set.to_string().contains("s3cret"), "{set}");
    let workspace = world.here.workspace;
    let read = move |db: &mut _| linking::of(db, workspace, account);
    let kept = world.backend.store.read(read).await.unwrap().unwrap();
    let row = account.to_string();
    let place = Linking::secret_place(workspace, &row);
    let opened = world.backend.keys.linking().unwrap().open(place, &kept.secret).unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&opened), "client-s3cret");

    // An endpoint without a secret gets one, which is shown once.
    let endpoint = json!({"method": {"kind": "http", "url": "https://login.example/v2"}});
    let (_, made) = put(&admin, &path, endpoint.clone()).await;
    assert!(made["new_secret"].as_str().unwrap().starts_with("whsec_"), "{made}");
    let (_, again) = put(&admin, &path, endpoint).await;
    assert!(again.get("new_secret").is_none(), "it stays as it is: {again}");
    assert!(admin.get(&path).await.1.get("new_secret").is_none());

    let gone = admin.send(Method::DELETE, &path, None, &[]).await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&path).await.1["enabled"], false);
    world.stop().await;
}

#[tokio::test]
async fn what_cannot_work_is_refused_where_it_is_entered() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let page = format!("/accounts/{}/linking", world.here.account("page"));
    let number = format!("/accounts/{}/linking", world.here.account("number"));
    let http = |url: &str| json!({"method": {"kind": "http", "url": url}});
    for (path, body, why) in [
        (&page, http("http://login.example/"), "not https"),
        (&page, http("https://127.0.0.1/"), "not on the internet"),
        (&page, http("https://169.254.169.254/latest"), "not on the internet"),
        (&page, http("nowhere"), "no web address"),
        (&number, http("https://login.example/"), "Messenger"),
    ] {
        let (status, problem) = put(&admin, path, body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(problem["detail"].as_str().unwrap().contains(why), "{problem}");
    }
    let short = json!({"method": {"kind": "http", "url": "https://login.example/"},
        "secret": "whsec_AAAA"});
    assert_eq!(put(&admin, &page, short).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    world.stop().await;
}

#[tokio::test]
async fn an_agent_sends_the_button() {
    let world = World::new().await;
    let ann = world.as_user("ann").await;
    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard("anns"))).await;
    let path = format!("/conversations/{}/login-button", world.here.conversation("anns"));
    let (status, told) = ann.post(&path, json!({"text": "Who are you?"})).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{told}");
    let Some(Body::AgentAction(action)) = inbox.next().await.body else { panic!("no action") };
    let Some(Action::Reply(reply)) = action.action else { panic!("no reply") };
    assert_eq!(told["message_id"], reply.message_id);
    let content = Content::try_from(reply.content.unwrap()).unwrap();
    let buttons = vec![Button::LogIn { url: None }];
    assert_eq!(content, Content::Prompt { text: "Who are you?".into(), buttons });
    let (_, _) = ann.post(&path, json!({})).await;
    let Some(Body::AgentAction(action)) = inbox.next().await.body else { panic!("no action") };
    let Some(Action::Reply(reply)) = action.action else { panic!("no reply") };
    let content = Content::try_from(reply.content.unwrap()).unwrap();
    assert_eq!(content.as_words(), Some("Please log in, so that we know who you are."));

    let admin = world.as_user("admin").await;
    let other = format!("/conversations/{}/login-button", world.here.conversation("elsewhere"));
    let (status, _) = admin.post(&other, json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT, "WhatsApp asks nobody to log in");
    world.stop().await;
}

#[tokio::test]
async fn an_agent_unlinks_once_meta_has() {
    let world = World::new().await;
    let outbound = world.outbound(world.here.account("page")).await;
    let admin = world.as_user("admin").await;
    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard("anns"))).await;
    let path = |which| format!("/conversations/{}/unlink", world.here.conversation(which));
    assert_eq!(admin.post(&path("anns"), json!({})).await.0, StatusCode::ACCEPTED);
    let Some(Body::AgentAction(action)) = inbox.next().await.body else { panic!("no action") };
    assert!(matches!(action.action, Some(Action::Unlink(_))));

    let bobs = Topic::Inbound(world.here.shard("bobs"));
    let waiting = world.depth(bobs).await;
    let (status, problem) = admin.post(&path("bobs"), json!({})).await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert_eq!(problem["detail"], "Meta says no.");
    assert_eq!(world.depth(bobs).await, waiting, "and nothing changes here");
    let (status, _) = admin.post(&path("elsewhere"), json!({})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "WhatsApp links nobody");
    outbound.abort();
    world.stop().await;
}
