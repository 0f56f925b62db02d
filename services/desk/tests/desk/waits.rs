//! How teams work is set by administrators, and conversations are sent on.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_contract::{
    Body,
    wire::{
        agent_action::{Action, transfer::To},
        dispatch_event::Kind,
    },
};
use switchboard_domain::{
    Timestamp,
    conversation::{Brief, HandOff},
    dispatch::{Entry, Place, Priority, Told, Want},
};
use switchboard_queue::Topic;
use switchboard_store::{Db, conversations, dispatch};

use crate::{client::answer, world::World};

fn work(overflow: Value) -> Value {
    json!({
        "strategy": "round_robin",
        "hours": {
            "zone": "Europe/Berlin",
            "week": [{"days": ["monday"], "from": "09:00", "to": "17:00"}],
            "holidays": [{"date": "2026-12-25", "text": null}],
        },
        "overflow": overflow,
        "texts": {"en": {"closed": "Back at {opens}", "waiting": "Number {position}"}},
        "language": "en",
        "tell_every_minutes": 3,
    })
}

#[tokio::test]
async fn a_teams_work_is_kept_and_dispatch_hears_of_it() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let mut inbox = world.subscribe(Topic::Dispatch).await;
    let path = format!("/teams/{}/settings", world.here.team("sales"));
    let (status, usual) = admin.get(&path).await;
    assert_eq!((status, usual["strategy"].as_str()), (StatusCode::OK, Some("least_busy")));

    let wanted = work(Value::Null);
    let response = admin.send(Method::PUT, &path, Some(wanted.clone()), &[]).await;
    assert_eq!(answer(response).await, (StatusCode::OK, wanted.clone()));
    assert_eq!(admin.get(&path).await.1, wanted);
    let Some(Body::Dispatch(event)) = inbox.next().await.body else { panic!("no dispatch event") };
    assert!(matches!(event.kind, Some(Kind::TeamsChanged(_))));

    let foreign = json!({"after_seconds": 60, "to": world.there.team("sales")});
    let response = admin.send(Method::PUT, &path, Some(work(foreign)), &[]).await;
    assert_eq!(answer(response).await.0, StatusCode::NOT_FOUND);
    let itself = json!({"after_seconds": 60, "to": world.here.team("sales")});
    let mut nowhere = work(Value::Null);
    nowhere["hours"]["zone"] = "Berlin".into();
    let mut never = work(Value::Null);
    never["hours"]["week"][0]["from"] = "17:00".into();
    let mut babble = work(Value::Null);
    babble["texts"]["not a language"] = json!({});
    for (wrong, why, field) in [
        (work(itself), "itself", "overflow.to"),
        (nowhere, "IANA", "hours.zone"),
        (never, "empty", "hours.week.0.from"),
        (babble, "pt-br", "texts.not a language"),
    ] {
        let response = admin.send(Method::PUT, &path, Some(wrong), &[]).await;
        let (status, problem) = answer(response).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(problem["detail"].as_str().unwrap().contains(why), "{problem}");
        assert_eq!(problem["field"], field, "{problem}");
    }
    let ann = world.as_user("ann").await;
    assert_eq!(ann.get(&path).await.0, StatusCode::FORBIDDEN);
    world.stop().await;
}

#[tokio::test]
async fn a_conversation_is_sent_on_and_is_more_urgent() {
    let world = World::new().await;
    let ann = world.as_user("ann").await;
    let path = format!("/conversations/{}", world.here.conversation("anns"));
    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard("anns"))).await;
    let team = world.here.team("sales");
    let body = json!({"to": {"team": team}, "note": "Wants a quote."});
    assert_eq!(ann.post(&format!("{path}/transfer"), body).await.0, StatusCode::ACCEPTED);
    let Some(Body::AgentAction(action)) = inbox.next().await.body else { panic!("no action") };
    let Some(Action::Transfer(sent)) = action.action else { panic!("no transfer") };
    assert_eq!(sent.to, Some(To::TeamId(team.to_string())));
    assert_eq!(sent.note.as_deref(), Some("Wants a quote."));

    let priority = format!("{path}/priority");
    let body = Some(json!({"priority": "urgent"}));
    let response = ann.send(Method::PUT, &priority, body, &[]).await;
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    let Some(Body::AgentAction(action)) = inbox.next().await.body else { panic!("no action") };
    assert_eq!(action.action, Some(Action::SetPriority("urgent".into())));
    let response = ann.send(Method::PUT, &priority, Some(json!({"priority": "now"})), &[]).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);

    let there = world.there.team("sales");
    let foreign = json!({"to": {"team": there}});
    assert_eq!(ann.post(&format!("{path}/transfer"), foreign).await.0, StatusCode::NOT_FOUND);
    let foreign = json!({"to": {"agent": world.there.user("ann")}});
    assert_eq!(ann.post(&format!("{path}/transfer"), foreign).await.0, StatusCode::NOT_FOUND);
    world.stop().await;
}

#[tokio::test]
async fn who_answers_an_account_is_set() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let path = format!("/accounts/{}/settings", world.here.account("number"));
    let (status, usual) = admin.get(&path).await;
    assert_eq!((status, &usual["priority"]), (StatusCode::OK, &json!("normal")));
    assert_eq!(usual["team_id"], world.here.team("service").to_string());
    let wanted = json!({
        "team_id": world.here.team("sales"), "priority": "high", "language": "de",
        "skills": ["billing"], "block_at_meta": true,
    });
    let mut typed = wanted.clone();
    (typed["language"], typed["skills"]) = (" DE ".into(), json!([" billing"]));
    let response = admin.send(Method::PUT, &path, Some(typed), &[]).await;
    assert_eq!(answer(response).await, (StatusCode::OK, wanted.clone()));
    assert_eq!(admin.get(&path).await.1, wanted);
    // What is not named stays as it was.
    let mut brief = wanted.clone();
    brief.as_object_mut().unwrap().remove("block_at_meta");
    let response = admin.send(Method::PUT, &path, Some(brief), &[]).await;
    assert_eq!(answer(response).await, (StatusCode::OK, wanted.clone()));
    let page = format!("/accounts/{}/settings", world.here.account("page"));
    assert_eq!(admin.get(&page).await.1["block_at_meta"], json!(null), "Messenger has no list");
    let response = admin.send(Method::PUT, &page, Some(wanted.clone()), &[]).await;
    let (status, problem) = answer(response).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(problem["field"], "block_at_meta");
    for (field, value) in
        [("team_id", json!(world.there.team("sales"))), ("language", "deutsch!".into())]
    {
        let mut wrong = wanted.clone();
        wrong[field] = value;
        let response = admin.send(Method::PUT, &path, Some(wrong), &[]).await;
        let (status, problem) = answer(response).await;
        assert!(status.is_client_error(), "{problem}");
        assert_eq!(problem["field"], field);
    }
    let ann = world.as_user("ann").await;
    assert_eq!(ann.get(&path).await.0, StatusCode::FORBIDDEN);
    world.stop().await;
}

#[tokio::test]
async fn agents_see_who_waits_where_and_why() {
    let world = World::new().await;
    let (workspace, id) = (world.here.workspace, world.here.conversation("waiting"));
    let since = Timestamp::from_millis(1_790_000_000_000);
    let team = world.here.team("sales");
    let plant = move |db: &mut Db| {
        let mut record = conversations::load(db, id)?.unwrap();
        let summary = Some("Wants to send back A-12345.".to_owned());
        record.state.brief = Some(Brief { reason: HandOff::BotUnsure, summary, by: None });
        record.state.priority = Some(Priority::Urgent);
        conversations::save(db, &record, since)?;
        let entry = Entry {
            conversation: id,
            team,
            since,
            ticket: 1,
            want: Want::default(),
            place: Place::Line,
            told: Told::default(),
        };
        dispatch::save_entry(db, workspace, &entry)
    };
    world.backend.store.write(plant).await.unwrap();
    let ann = world.as_user("ann").await;
    let (_, one) = ann.get(&format!("/conversations/{id}")).await;
    let waits = json!({ "since": 1_790_000_000_000_i64, "place": 1 });
    assert_eq!((&one["waiting"], &one["priority"]), (&waits, &json!("urgent")));
    let why = json!({
        "reason": "bot_unsure", "summary": "Wants to send back A-12345.", "by": null
    });
    assert_eq!(one["hand_off"], why);
    let (_, list) = ann.get("/conversations?status=waiting,agent").await;
    let all = list["conversations"].as_array().unwrap();
    for listed in all {
        let expected = if listed["id"] == id.to_string() { &waits } else { &Value::Null };
        assert_eq!(&listed["waiting"], expected);
    }
    assert!(all.iter().any(|listed| listed["priority"] == "urgent"));
    world.stop().await;
}
