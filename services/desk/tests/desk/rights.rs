//! What each role and each scope of a key may do: every operation of the API's own description is
//! tried by everyone, against the one table here. A new operation without a line fails.

use std::collections::HashMap;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_desk::hash_password;
use switchboard_domain::{dispatch::Presence, ids::AppId};
use switchboard_store::{
    teams,
    users::{self, Role, User},
};

use crate::{
    client::Client,
    isolation::{body, of, operations},
    seed::PASSWORD,
    world::World,
};

/// Who may. The conversation that is tried is ann's, of an account of the team sales.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Everybody of the workspace.
    All,
    /// Who sees the conversation: its agent, and whoever sees all. To others it is not there.
    Seers,
    /// Supervisors and administrators.
    Supervisors,
    /// Administrators.
    Admins,
}
use Who::{Admins, All, Seers, Supervisors};

/// What a key's scope must cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Area {
    Conversations,
    Contacts,
    Settings,
    /// Any key.
    Any,
    /// No key: people only.
    People,
}
use Area::{Any, Contacts, Conversations, People, Settings};

/// Each operation. `~` stands for `/conversations/{id}`.
const TABLE: &[(&str, Who, Area)] = &[
    ("GET /me", All, Any),
    ("GET /me/presence", All, Any),
    ("PUT /me/presence", All, Settings),
    ("PUT /me/password", All, People),
    ("GET /me/mentions", All, Any),
    ("POST /me/mentions/read", All, Settings),
    ("GET /me/notifications", All, Any),
    ("PUT /me/notifications", All, Settings),
    ("DELETE /me/notifications", All, Settings),
    ("GET /notifications/defaults", Admins, Settings),
    ("PUT /notifications/defaults", Admins, Settings),
    ("GET /notifications/mails", Admins, Settings),
    ("POST /notifications/test", Admins, Settings),
    ("GET /conversations", All, Conversations),
    ("GET ~", Seers, Conversations),
    ("GET ~/messages", Seers, Conversations),
    ("POST ~/messages", Seers, Conversations),
    ("POST ~/messages/{mid}/resend", Seers, Conversations),
    ("GET ~/messages/{mid}/revisions", Seers, Conversations),
    ("POST ~/notes", Seers, Conversations),
    ("POST ~/attachments", Seers, Conversations),
    ("GET ~/referrals", Seers, Conversations),
    ("POST ~/thread", Seers, Conversations),
    ("POST ~/assign", Seers, Conversations),
    ("POST ~/unassign", Seers, Conversations),
    ("POST ~/return-to-bot", Seers, Conversations),
    ("POST ~/transfer", Seers, Conversations),
    ("PUT ~/priority", Seers, Conversations),
    ("POST ~/snooze", Seers, Conversations),
    ("POST ~/unsnooze", Seers, Conversations),
    ("POST ~/resolve", Seers, Conversations),
    ("POST ~/reopen", Seers, Conversations),
    ("POST ~/read", Seers, Conversations),
    ("POST ~/typing", Seers, Conversations),
    ("POST ~/login-button", Seers, Conversations),
    ("POST ~/unlink", Seers, Conversations),
    ("PUT ~/labels", Seers, Conversations),
    ("POST ~/macros/{mid}", Seers, Conversations),
    ("GET /contacts", All, Contacts),
    ("GET /contacts/{id}", Seers, Contacts),
    ("PUT /contacts/{id}", Seers, Contacts),
    ("GET /contacts/{id}/attributes", Seers, Contacts),
    ("PUT /contacts/{id}/attributes", Seers, Contacts),
    ("GET /contacts/{id}/suggestions", Seers, Contacts),
    ("POST /contacts/{id}/merge", Seers, Contacts),
    ("POST /contacts/{id}/split", Seers, Contacts),
    ("POST /contacts/{id}/block", Seers, Contacts),
    ("POST /contacts/{id}/unblock", Seers, Contacts),
    ("GET /contacts/{id}/export", Supervisors, Contacts),
    ("POST /contacts/{id}/erase", Admins, Contacts),
    ("GET /media/{id}", Seers, Conversations),
    ("GET /channels", All, Conversations),
    ("POST /bulk", All, Conversations),
    ("GET /labels", All, Conversations),
    ("POST /labels", Supervisors, Conversations),
    ("PUT /labels/{id}", Supervisors, Conversations),
    ("DELETE /labels/{id}", Supervisors, Conversations),
    ("GET /canned-replies", All, Conversations),
    ("POST /canned-replies", Supervisors, Conversations),
    ("PUT /canned-replies/{id}", Supervisors, Conversations),
    ("DELETE /canned-replies/{id}", Supervisors, Conversations),
    ("GET /macros", All, Conversations),
    ("POST /macros", Supervisors, Conversations),
    ("PUT /macros/{id}", Supervisors, Conversations),
    ("DELETE /macros/{id}", Supervisors, Conversations),
    ("GET /views", All, Conversations),
    ("POST /views", All, Conversations),
    // A shared one; one's own everybody may.
    ("DELETE /views/{id}", Supervisors, Conversations),
    ("GET /agents", All, Conversations),
    ("GET /agents/{id}/settings", Admins, Conversations),
    ("PUT /agents/{id}/settings", Admins, Settings),
    ("GET /teams", All, Settings),
    ("POST /teams", Admins, Settings),
    ("PUT /teams/{id}", Admins, Settings),
    ("POST /teams/{id}/merge", Admins, Settings),
    ("GET /teams/{id}/settings", Admins, Settings),
    ("PUT /teams/{id}/settings", Admins, Settings),
    ("GET /teams/{id}/sla", Admins, Settings),
    ("PUT /teams/{id}/sla", Admins, Settings),
    ("PUT /teams/{id}/members/{user}", Admins, Settings),
    ("DELETE /teams/{id}/members/{user}", Admins, Settings),
    ("GET /users", Admins, Settings),
    ("POST /users", Admins, Settings),
    ("PUT /users/{id}", Admins, Settings),
    ("PUT /users/{id}/password", Admins, Settings),
    ("GET /api-keys", Admins, Settings),
    ("POST /api-keys", Admins, People),
    ("DELETE /api-keys/{id}", Admins, Settings),
    ("GET /audit", Admins, Settings),
    ("GET /accounts", All, Settings),
    ("POST /accounts", Admins, Settings),
    ("DELETE /accounts/{id}", Admins, Settings),
    ("POST /accounts/{id}/test", Admins, Settings),
    ("PUT /accounts/{id}/token", Admins, Settings),
    ("GET /accounts/{id}/events", Admins, Settings),
    ("GET /accounts/{id}/templates", All, Settings),
    ("POST /accounts/{id}/templates/sync", Admins, Settings),
    ("GET /accounts/{id}/settings", Admins, Settings),
    ("PUT /accounts/{id}/settings", Admins, Settings),
    ("GET /accounts/{id}/linking", Admins, Settings),
    ("PUT /accounts/{id}/linking", Admins, Settings),
    ("DELETE /accounts/{id}/linking", Admins, Settings),
    ("GET /apps", All, Settings),
    ("GET /meta-apps", Admins, Settings),
    ("POST /meta-apps", Admins, Settings),
    ("GET /bots", All, Settings),
    ("POST /bots", Admins, Settings),
    ("GET /bots/kinds", Admins, Settings),
    ("POST /bots/check", Admins, Settings),
    ("GET /bots/{id}", Admins, Settings),
    ("PUT /bots/{id}", Admins, Settings),
    ("DELETE /bots/{id}", Admins, Settings),
    ("GET /bots/{id}/documents", Admins, Settings),
    ("POST /bots/{id}/documents", Admins, Settings),
    ("DELETE /bots/{id}/documents/{document}", Admins, Settings),
    ("PUT /accounts/{id}/bot", Admins, Settings),
    ("POST /bots/{id}/try", Admins, Settings),
    ("GET /bots/{id}/tokens", Admins, Settings),
    ("POST /bots/{id}/tokens", Admins, People),
    ("DELETE /bots/{id}/tokens/{token}", Admins, Settings),
    ("GET /accounts/{id}/survey", Admins, Settings),
    ("PUT /accounts/{id}/survey", Admins, Settings),
    ("GET /surveys/answers", Supervisors, Conversations),
    ("GET /surveys/summary", Supervisors, Conversations),
    ("GET /unrouted", Admins, Settings),
    ("GET /data-deletions", Admins, Settings),
    ("POST /data-deletions/{code}/complete", Admins, Settings),
    ("POST /doctor", Admins, Settings),
    ("GET /errands/{id}", Admins, Settings),
    ("GET /webhook-endpoints", Admins, Settings),
    ("POST /webhook-endpoints", Admins, Settings),
    ("GET /webhook-endpoints/{id}", Admins, Settings),
    ("PUT /webhook-endpoints/{id}", Admins, Settings),
    ("DELETE /webhook-endpoints/{id}", Admins, Settings),
    ("POST /webhook-endpoints/{id}/rotate", Admins, Settings),
    ("POST /webhook-endpoints/{id}/test", Admins, Settings),
    ("GET /webhook-endpoints/{id}/deliveries", Admins, Settings),
    ("POST /webhook-endpoints/{id}/replay", Admins, Settings),
    ("GET /reports/overview", Supervisors, Settings),
    ("GET /reports/days", Supervisors, Settings),
    ("GET /reports/hours", Supervisors, Settings),
    ("GET /reports/agents", Supervisors, Settings),
    ("GET /reports/teams", Supervisors, Settings),
    ("GET /reports/accounts", Supervisors, Settings),
    ("GET /reports/channels", Supervisors, Settings),
    ("GET /reports/labels", Supervisors, Settings),
    ("GET /reports/handoffs", Supervisors, Settings),
];

/// No operations of a caller: they make one and end one.
const OTHERS: [&str; 2] = ["POST /login", "POST /logout"];

fn table() -> HashMap<String, (Who, Area)> {
    let rows = TABLE
        .iter()
        .map(|(name, who, area)| (name.replace('~', "/conversations/{id}"), (*who, *area)));
    rows.collect()
}

/// Everyone who is tried, and what the role makes of an operation.
const PEOPLE: [&str; 6] = ["zoe", "sam", "bob", "ann", "supervisor", "admin"];

fn expected(who: Who, person: &str) -> Option<StatusCode> {
    match (who, person) {
        (_, "admin") | (All, _) | (Seers, "ann" | "supervisor") | (Supervisors, "supervisor") => {
            None
        }
        (Seers, _) => Some(StatusCode::NOT_FOUND),
        (Supervisors | Admins, _) => Some(StatusCode::FORBIDDEN),
    }
}

fn covers(area: Area, scope: &str, method: &Method) -> bool {
    let areas = match area {
        Conversations => "conversations",
        Contacts => "contacts",
        Settings => "settings",
        Any => return true,
        People => return false,
    };
    let word = if method == Method::GET { &["read", "write"][..] } else { &["write"] };
    word.iter().any(|word| scope == format!("{areas}:{word}"))
}

/// Two more agents: zoe is in no team, sam in one that does not answer for the account.
async fn with_strangers() -> World {
    let world = World::new().await;
    let here = world.here.clone();
    let hash = hash_password(PASSWORD).unwrap();
    let work = move |db: &mut _| {
        for who in ["zoe", "sam"] {
            let user = User {
                id: here.user(who),
                workspace: here.workspace,
                email: here.email(who),
                name: who.to_owned(),
                role: Role::Agent,
                capacity: 4,
                active: true,
                chosen_presence: Presence::Online,
            };
            users::add(db, &user, &hash, clock::now())?;
        }
        teams::add_member(db, here.workspace, here.team("service"), here.user("sam"))
    };
    world.backend.store.write(work).await.unwrap();
    world
}

/// Tries every operation on what is the workspace's own; tells what is not as it should be.
async fn try_all(
    world: &World,
    client: &Client,
    name: &str,
    refusal: impl Fn((Who, Area), &Method) -> Option<StatusCode>,
) -> Vec<String> {
    let _others = world.others().await;
    let admin = world.as_user("admin").await;
    let (table, mut wrong) = (table(), Vec::new());
    for (method, path) in operations(&admin).await {
        let operation = format!("{method} {path}");
        if OTHERS.contains(&operation.as_str()) {
            continue;
        }
        let Some(row) = table.get(&operation) else {
            wrong.push(format!("{operation} is not in the table"));
            continue;
        };
        let body = (method != Method::GET).then(|| fitting(world, &path)).flatten();
        let own = of(&world.here, &path);
        let status = client.send(method.clone(), &own, body, &[]).await.status();
        let right = match refusal(*row, &method) {
            Some(refused) => status == refused,
            // What is named so already was made before: by POST, with the same body.
            None => status.is_success() || status == StatusCode::CONFLICT,
        };
        if !right {
            wrong.push(format!("{name}: {operation} answers {status}, the table has {row:?}"));
        }
    }
    wrong
}

/// A body with which the operation would be done.
pub(crate) fn fitting(world: &World, path: &str) -> Option<Value> {
    let mut body = body(&world.here, path);
    if path == "/accounts" {
        let app = AppId::derive(world.here.name).to_string();
        body.as_mut()?.as_object_mut()?.insert("app_id".into(), json!(app));
    }
    body
}

#[tokio::test]
async fn every_role_may_do_what_the_table_says_and_no_more() {
    let mut wrong = Vec::new();
    for person in PEOPLE {
        let world = with_strangers().await;
        let client = world.as_user(person).await;
        wrong.extend(try_all(&world, &client, person, |(who, _), _| expected(who, person)).await);
        world.stop().await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_scope_opens_what_the_table_says_and_no_more() {
    let mut wrong = Vec::new();
    for area in ["conversations", "contacts", "settings"] {
        for word in ["read", "write"] {
            let world = with_strangers().await;
            let scope = format!("{area}:{word}");
            let admin = world.as_user("admin").await;
            let new = json!({"name": "Key", "scopes": [scope]});
            let (_, made) = admin.post("/api-keys", new).await;
            let mut client = Client::anonymous(&world.desk.url());
            client.key = Some(made["key"].as_str().unwrap().to_owned());
            let refusal = |(_, area): (Who, Area), method: &Method| {
                (!covers(area, &scope, method)).then_some(StatusCode::FORBIDDEN)
            };
            wrong.extend(try_all(&world, &client, &scope, refusal).await);
            world.stop().await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_table_names_only_what_there_is() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let known: Vec<String> =
        operations(&admin).await.into_iter().map(|(m, p)| format!("{m} {p}")).collect();
    for operation in table().into_keys() {
        assert!(known.contains(&operation), "{operation} is in the table and not in the API");
    }
    assert_eq!(table().len(), TABLE.len(), "an operation is there twice");
    world.stop().await;
}
