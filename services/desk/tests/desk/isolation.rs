//! Nothing of another tenant can be read, changed or guessed; generated from the API's own
//! description, so that a new route is in it.

use std::cmp::Reverse;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_domain::ids::{AccountId, BotId};

use crate::{
    client::{Client, answer},
    seed::{PASSWORD, Tenant},
    world::World,
};

/// Every operation of the API.
pub(crate) async fn operations(client: &Client) -> Vec<(Method, String)> {
    let (status, description) = client.get("/openapi.json").await;
    assert_eq!(status, StatusCode::OK);
    let paths = description["paths"].as_object().unwrap().iter();
    let mut all: Vec<(Method, String)> = paths
        .flat_map(|(path, item)| {
            let methods = ["get", "put", "post", "delete"].into_iter();
            methods
                .filter(|method| item.get(*method).is_some())
                .map(|method| (method.to_uppercase().parse().unwrap(), path.clone()))
        })
        .collect();
    // What is taken away is needed before, and what belongs to it too.
    let ends = |(method, path): &(Method, String)| {
        *method == Method::DELETE || path == "/teams/{id}/merge"
    };
    all.sort_by_key(|one| ends(one).then_some(Reverse(one.1.len())));
    assert!(all.len() >= 25, "the description lost routes: {all:?}");
    all
}

/// The path with a tenant's ids in it.
pub(crate) fn of(tenant: &Tenant, path: &str) -> String {
    let id = match path {
        path if path.starts_with("/conversations") => tenant.conversation("anns").to_string(),
        path if path.contains("/templates") => tenant.account("number").to_string(),
        path if path.starts_with("/accounts") => tenant.account("page").to_string(),
        path if path.contains("/documents") => tenant.pupil().to_string(),
        path if path.starts_with("/errands") => tenant.errand().to_string(),
        path if path.starts_with("/media") => tenant.media().to_string(),
        path if ["/labels", "/canned", "/views", "/api-keys", "/macros"]
            .iter()
            .any(|p| path.starts_with(p)) =>
        {
            tenant.kit().to_string()
        }
        path if path.starts_with("/webhook-endpoints") => tenant.kit().to_string(),
        path if path.starts_with("/bots") => tenant.bot().to_string(),
        path if path.starts_with("/contacts") => tenant.contact("anns").to_string(),
        path if path.starts_with("/agents") || path.starts_with("/users") => {
            tenant.user("bob").to_string()
        }
        path if path.starts_with("/teams") => tenant.team("sales").to_string(),
        other => other.to_owned(),
    };
    let path = path.replace("/macros/{mid}", &format!("/macros/{}", tenant.kit()));
    path.replace("{id}", &id)
        .replace("{token}", &tenant.kit().to_string())
        .replace("{mid}", &tenant.message("anns", 2).to_string())
        .replace("{user}", &tenant.user("bob").to_string())
        .replace("{document}", &tenant.lesson().to_string())
        .replace("{code}", &tenant.deletion())
}

/// A body that the operation would take.
pub(crate) fn body(tenant: &Tenant, path: &str) -> Option<Value> {
    let end = path.trim_end_matches("/{id}").rsplit('/').next();
    match end {
        Some("bots") if path.ends_with("{id}") => {
            Some(json!({"name": "Changed", "settings": "rules: []"}))
        }
        Some("bots") => Some(json!({"name": "New", "kind": "rules", "settings": "rules: []"})),
        Some("check") => Some(json!({"kind": "rules", "settings": "rules: []"})),
        // The one that it has: others of these need it.
        Some("bot") => Some(json!({"bot_id": BotId::derive("here")})),
        Some("macros") => Some(json!({"name": "New", "steps": [{"do": "resolve"}]})),
        Some("bulk") => Some(json!({"conversation_ids": [], "step": {"do": "resolve"}})),
        Some("notes") => Some(json!({"text": "Look"})),
        Some("labels") if path.starts_with("/conversations") => Some(json!({"label_ids": []})),
        Some("labels") => Some(json!({"name": "New"})),
        Some("canned-replies") => Some(json!({"shortcut": "new", "text": "New"})),
        Some("views") => Some(json!({"name": "New", "query": "status=bot"})),
        Some("contacts") => Some(json!({"given_name": "Mrs. Ada"})),
        Some("merge") if path.starts_with("/teams") => {
            Some(json!({"into_id": tenant.team("service")}))
        }
        Some("merge") => Some(json!({"other_id": tenant.contact("waiting")})),
        Some("block") => Some(json!({"reason": "Insults"})),
        Some("erase") => Some(json!({"contact_ids": [tenant.contact("anns")]})),
        Some("attributes") => Some(json!({"attributes": {"size": "42"}})),
        Some("api-keys") => Some(json!({"name": "New", "scopes": ["contacts:read"]})),
        Some("messages") => Some(json!({"text": "Hello"})),
        Some("doctor") => Some(json!({"account_id": null})),
        Some("thread") => Some(json!({"do": "take"})),
        Some("transfer") => Some(json!({"to": "bot", "note": "Order 7"})),
        Some("priority") => Some(json!({"priority": "high"})),
        Some("sla") => Some(json!({"targets": {"normal": {"first_response": 15}}})),
        Some("settings") if path.starts_with("/teams") => {
            Some(json!({"language": "en", "tell_every_minutes": 5}))
        }
        Some("settings") if path.starts_with("/accounts") => {
            let team = Tenant::new("here").team("service");
            Some(json!({"team_id": team, "priority": "high"}))
        }
        Some("settings") => Some(json!({"capacity": 3, "skills": ["billing"]})),
        Some("snooze") => Some(json!({"for_minutes": 60})),
        Some("survey") => Some(json!({"enabled": true, "texts": {"en": {"question": "?"}}})),
        Some("assign") => Some(json!({"agent": "me"})),
        Some("presence") => Some(json!({"presence": "online"})),
        _ => administrative_body(path),
    }
}

/// The same for what administrators do.
fn administrative_body(path: &str) -> Option<Value> {
    let end = path.trim_end_matches("/{id}").rsplit('/').next();
    match end {
        Some("users") if path.ends_with("{id}") => Some(json!({
            "email": "bob@here.example", "name": "bob", "role": "agent", "active": true
        })),
        Some("password") if path.starts_with("/me") => {
            Some(json!({"current": PASSWORD, "password": "longer than that"}))
        }
        Some("password") => Some(json!({"password": "longer than that"})),
        Some("users") => Some(json!({
            "email": "new@here.example", "name": "New", "password": "long enough", "role": "agent"
        })),
        Some("teams") => Some(json!({"name": "New"})),
        Some("try") => Some(json!({"text": "hello"})),
        Some("tokens") => Some(json!({"account_id": AccountId::derive("here/page")})),
        Some("token") => Some(json!({"token": "EAAB"})),
        Some("login-button") => Some(json!({})),
        Some("linking") => Some(json!({
            "method": {"kind": "http", "url": "https://login.here.example/check"}
        })),
        Some("accounts") => Some(json!({
            "app_id": "0190b1a2-0000-7000-8000-000000000000", "channel": "messenger", "token": "EAAB"
        })),
        Some("meta-apps") => Some(json!({"meta_app_id": "1001", "secret": "abc"})),
        Some("webhook-endpoints") => Some(json!({
            "url": "https://shop.here.example/", "events": ["message.received"]
        })),
        Some("replay") => Some(json!({"from": 0, "until": 1})),
        Some("notifications") => Some(choice()),
        Some("defaults") => Some(json!({"choice": choice(), "words": false})),
        Some("test") if path.starts_with("/notifications") => Some(json!({"user_id": null})),
        Some("test") => Some(json!({"to": "51"})),
        Some("attachments") => Some(json!("a file of its own")),
        Some("documents") => {
            Some(json!({"multipart": {"name": "new.txt", "text": "We are open from 9 to 18."}}))
        }
        Some("complete") => Some(json!({"conversation_id": null})),
        _ => None,
    }
}

fn choice() -> Value {
    json!({
        "started": true, "waiting": true, "waits_minutes": null, "assigned": true,
        "mentioned": true, "when": "offline", "every_minutes": 30, "zone": "UTC"
    })
}

#[tokio::test]
async fn what_belongs_to_others_is_not_there() {
    let world = World::new().await;
    let client = world.as_user("admin").await;
    let _others = world.others().await;
    let mut seen = 0;
    for (method, path) in operations(&client).await.into_iter().filter(|one| one.1.contains('{')) {
        let body = (method != Method::GET).then(|| body(&world.here, &path)).flatten();
        let foreign = of(&world.there, &path);
        let response = client.send(method.clone(), &foreign, body.clone(), &[]).await;
        assert_eq!(answer(response).await.0, StatusCode::NOT_FOUND, "{method} {path}");
        let own = of(&world.here, &path);
        let response = client.send(method.clone(), &own, body, &[]).await;
        assert!(response.status().is_success(), "{method} {path}: {}", response.status());
        seen += 1;
    }
    assert!(seen >= 12);
    world.stop().await;
}

#[tokio::test]
async fn no_list_shows_what_belongs_to_others() {
    let world = World::new().await;
    let client = world.as_user("admin").await;
    let lists = operations(&client).await;
    for (_, path) in
        lists.into_iter().filter(|(method, path)| method == Method::GET && !path.contains('{'))
    {
        let (status, body) = client.get(&path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        let text = body.to_string();
        for id in world.there.ids() {
            assert!(!text.contains(&id), "{path} shows {id}");
        }
        assert!(!text.contains("sealed-") && !text.contains("$argon2"), "{path} shows a secret");
    }
    world.stop().await;
}

#[tokio::test]
async fn nothing_is_for_strangers_and_no_write_goes_without_its_token() {
    let world = World::new().await;
    let mut client = world.as_user("admin").await;
    let stranger = Client::anonymous(&world.desk.url());
    client.csrf = None;
    for (method, path) in operations(&client).await.into_iter().filter(|one| one.1 != "/login") {
        let own = of(&world.here, &path);
        let body = (method != Method::GET).then(|| body(&world.here, &path)).flatten();
        let response = stranger.send(method.clone(), &own, body.clone(), &[]).await;
        assert_eq!(answer(response).await.0, StatusCode::UNAUTHORIZED, "{method} {path}");
        if method != Method::GET {
            let response = client.send(method.clone(), &own, body, &[]).await;
            assert_eq!(answer(response).await.0, StatusCode::FORBIDDEN, "{method} {path}");
        }
    }
    world.stop().await;
}

#[tokio::test]
async fn own_and_foreign_cannot_be_mixed() {
    let world = World::new().await;
    let client = world.as_user("admin").await;
    let (here, there) = (&world.here, &world.there);
    let assign = format!("/conversations/{}/assign", here.conversation("waiting"));
    let (status, _) = client.post(&assign, json!({"agent": there.user("ann")})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    let pairs = [(here.team("sales"), there.user("ann")), (there.team("sales"), here.user("ann"))];
    for (team, user) in pairs {
        let path = format!("/teams/{team}/members/{user}");
        let response = client.send(Method::PUT, &path, None, &[]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }

    let message = here.message("bobs", 2);
    let path = format!("/conversations/{}/messages/{message}/resend", here.conversation("anns"));
    assert_eq!(client.post(&path, json!({})).await.0, StatusCode::NOT_FOUND);
    world.stop().await;
}
