//! Reports, what teams promise, and lists by what is late.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_domain::{
    Timestamp,
    ids::LabelId,
    ledger::{Due, Ledger, Target},
};
use switchboard_store::{
    Db,
    labels::{self, Label},
    ledgers,
};

use crate::{
    client::{Client, answer},
    world::World,
};

const NAMES: [&str; 9] =
    ["overview", "days", "hours", "agents", "teams", "accounts", "channels", "labels", "handoffs"];

async fn lines(client: &Client, path: &str) -> Vec<Value> {
    let (status, report) = client.get(&format!("/reports/{path}")).await;
    assert_eq!(status, StatusCode::OK, "{report}");
    report["lines"].as_array().unwrap().clone()
}

#[tokio::test]
async fn supervisors_read_reports_and_agents_do_not() {
    let world = World::new().await;
    let ann = world.as_user("ann").await;
    let supervisor = world.as_user("supervisor").await;
    for name in NAMES {
        let path = format!("/reports/{name}");
        assert_eq!(ann.get(&path).await.0, StatusCode::FORBIDDEN, "{name}");
        assert_eq!(supervisor.get(&path).await.0, StatusCode::OK, "{name}");
    }
    let overview = &lines(&supervisor, "overview").await[0];
    assert_eq!((&overview["begun"], &overview["handed_off"]), (&json!(1), &json!(1)));
    assert_eq!(overview["messages"]["customers"], 2);
    let first = &overview["first_response"];
    assert_eq!((&first["count"], &first["wall"]["median"]), (&json!(1), &json!(90)));
    assert_eq!((&first["open"]["p90"], &first["attainment"]), (&json!(30), &json!(1.0)));

    let agents = lines(&supervisor, "agents").await;
    assert!(agents.iter().all(|one| one["name"].is_string()), "what is nobody's is in no line");
    let ann = agents.iter().find(|one| one["name"] == "ann").unwrap();
    assert_eq!(ann["first_response"]["count"], 1);
    assert_eq!(lines(&supervisor, "channels").await[0]["key"], "messenger");
    assert_eq!(lines(&supervisor, "hours").await.len(), 24);
    let now = clock::now().as_millis();
    let week = format!("days?from={}&until={now}&zone=Asia/Tokyo", now - 7 * 24 * 3_600_000);
    let days = lines(&supervisor, &week).await;
    assert!((7..=8).contains(&days.len()), "{}", days.len());
    assert_eq!(days.iter().map(|day| day["begun"].as_u64().unwrap()).sum::<u64>(), 1);
    let (_, reasons) = supervisor.get("/reports/handoffs").await;
    assert_eq!(reasons["reasons"], json!([{"reason": "asked", "count": 1, "share": 1.0}]));

    let number = format!("overview?account={}", world.here.account("number"));
    assert_eq!(lines(&supervisor, &number).await[0]["begun"], 0);
    assert_eq!(lines(&supervisor, "overview?channel=messenger").await[0]["begun"], 1);
    let foreign = format!("overview?team={}", world.there.team("sales"));
    assert_eq!(lines(&supervisor, &foreign).await[0]["begun"], 0);
    for wrong in ["zone=Berlin", "from=5&until=5", "from=0", "format=pdf", "colour=red"] {
        let (status, _) = supervisor.get(&format!("/reports/overview?{wrong}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_spreadsheet_gets_text_and_no_formulas() {
    let world = World::new().await;
    let supervisor = world.as_user("supervisor").await;
    let (workspace, id) = (world.here.workspace, LabelId::new(world.here.kit()));
    let (name, colour) = ("=HYPERLINK(\"http://evil\"),1".to_owned(), "red".to_owned());
    let conversation = world.here.conversation("anns");
    let work = move |db: &mut Db| {
        labels::change(db, workspace, &Label { id, name, colour })?;
        labels::put(db, workspace, conversation, &[id])
    };
    world.backend.store.write(work).await.unwrap();
    let response =
        supervisor.send(Method::GET, "/reports/labels", None, &[("accept", "text/csv")]).await;
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
    let body = response.text().await.unwrap();
    let (head, row) = body.split_once('\n').unwrap();
    assert!(head.starts_with("key,name,containment,begun,begun_again,handed_off,"), "{head}");
    assert!(head.contains(",first_response_median_seconds,"), "{head}");
    assert!(row.contains(",\"'=HYPERLINK(\"\"http://evil\"\"),1\","), "{row}");
    let path = "/reports/handoffs?format=csv";
    let response = supervisor.send(Method::GET, path, None, &[]).await;
    assert_eq!(response.text().await.unwrap(), "reason,count,share\nasked,1,1\n");
    world.stop().await;
}

#[tokio::test]
async fn what_a_team_promises_is_set_by_administrators() {
    let world = World::new().await;
    let (admin, supervisor) = (world.as_user("admin").await, world.as_user("supervisor").await);
    let path = format!("/teams/{}/sla", world.here.team("sales"));
    let nothing = json!({"around_the_clock": false, "targets": {}});
    assert_eq!(admin.get(&path).await, (StatusCode::OK, nothing));
    let targets = json!({"first_response": 15, "next_response": null, "resolution": 480});
    let wanted = json!({"around_the_clock": true, "targets": {"urgent": targets}});
    let response = admin.send(Method::PUT, &path, Some(wanted.clone()), &[]).await;
    assert_eq!(answer(response).await, (StatusCode::OK, wanted.clone()));
    assert_eq!(admin.get(&path).await.1, wanted);
    assert_eq!(supervisor.get(&path).await.0, StatusCode::FORBIDDEN);
    let wrong = [
        json!({"targets": {"normal": {"first_response": 0}}}),
        json!({"targets": {"normal": {"resolution": 525_601}}}),
    ];
    for body in wrong {
        let response = admin.send(Method::PUT, &path, Some(body), &[]).await;
        assert_eq!(answer(response).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
    world.stop().await;
}

fn minutes_from(now: Timestamp, minutes: i64) -> Timestamp {
    Timestamp::from_millis(now.as_millis() + minutes * 60_000)
}

#[tokio::test]
async fn a_list_shows_what_is_late_first() {
    let world = World::new().await;
    let now = clock::now();
    let due = |minutes: i64, soon: i64| Due {
        target: Target::FirstResponse,
        at: minutes_from(now, minutes),
        soon: minutes_from(now, soon),
        breached: false,
    };
    let all = [("waiting", due(-60, -90)), ("anns", due(60, -5)), ("bobs", due(90, 30))];
    let here = world.here.clone();
    let keep = move |db: &mut Db| {
        all.iter().try_for_each(|(which, due)| {
            let conversation = here.conversation(which);
            ledgers::save(db, here.workspace, conversation, &Ledger::default(), Some(*due))
        })
    };
    world.backend.store.write(keep).await.unwrap();
    let admin = world.as_user("admin").await;
    let ids = |names: &[&str]| {
        let all = names.iter().map(|name| world.here.conversation(name).to_string());
        all.collect::<Vec<_>>()
    };
    assert_eq!(admin.conversations("sort=due").await, ids(&["waiting", "anns", "bobs"]));
    assert_eq!(admin.conversations("sla=breached").await, ids(&["waiting"]));
    assert_eq!(admin.conversations("sla=soon").await, ids(&["anns"]));
    let (_, first) = admin.get("/conversations?sort=due&limit=2").await;
    let next = first["next"].as_str().unwrap();
    let rest = admin.conversations(&format!("sort=due&limit=2&cursor={next}")).await;
    assert_eq!(rest, ids(&["bobs"]));
    let path = format!("/conversations/{}", world.here.conversation("waiting"));
    let (_, shown) = admin.get(&path).await;
    assert_eq!(shown["sla"]["target"], "first_response");
    assert_eq!(shown["sla"]["due_at"], minutes_from(now, -60).as_millis());
    for wrong in ["sla=maybe", "sort=random"] {
        let (status, _) = admin.get(&format!("/conversations?{wrong}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let view = json!({"name": "Late", "query": "sla=breached&sort=due", "shared": false});
    assert_eq!(admin.post("/views", view).await.0, StatusCode::CREATED);
    world.stop().await;
}

/// A range is a range of time, wherever it begins.
#[tokio::test]
async fn a_range_ends_before_its_end() {
    let world = World::new().await;
    let supervisor = world.as_user("supervisor").await;
    let later = clock::now().plus(Duration::from_secs(3_600)).as_millis();
    let path = format!("overview?from={later}&until={}", later + 1_000);
    let none = &lines(&supervisor, &path).await[0];
    assert_eq!((&none["begun"], &none["messages"]["customers"]), (&json!(0), &json!(0)));
    assert_eq!(
        (&none["containment"], &none["first_response"]["wall"]),
        (&Value::Null, &Value::Null)
    );
    world.stop().await;
}
