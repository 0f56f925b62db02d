//! A small day at the shop whose numbers are known, with crashes in it.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World, both_modes,
    desk::Agent,
    shop::{self, PAGE, WHATSAPP},
    wait,
};

both_modes!(a_day_is_counted_once);

#[derive(Deserialize)]
struct Report {
    lines: Vec<Value>,
}

#[derive(Deserialize)]
struct Team {
    id: String,
}

async fn a_day_is_counted_once(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    let teams: Vec<Team> = alex.read("teams").await?;
    let team = &teams.first().ok_or("there is no team")?.id;
    let promise = json!({"targets": {"normal": {"first_response": 60}}});
    alex.write(Method::PUT, &format!("teams/{team}/sla"), &promise).await?;

    // In the morning the bot answers, whatever crashes.
    let (maria, omar) = (world.customer(PAGE, 1)?, world.customer(WHATSAPP, 2)?);
    maria.says("hello").await?;
    maria.receives(2).await?;
    for point in 0..world.crash_points() {
        let question = format!("hours {point}");
        let (crashed, said) = tokio::join!(world.crash(point), omar.says_surely(&question));
        crashed?;
        said?;
        world.recovers().await?;
        omar.receives(point + 1).await?;
    }

    // At noon Maria wants a person. It is known by when she is to be answered.
    let ann = world.agent(shop::ANN).await?;
    maria.says("/live_agent").await?;
    maria.receives(3).await?;
    let id = alex.conversation_with("/live_agent").await?.id;
    let due: Value = alex.read(&format!("conversations/{id}")).await?;
    assert_eq!(due.pointer("/sla/target"), Some(&json!("first_response")), "{due}");
    assert_eq!(alex.conversations("sort=due").await?.len(), 1);
    assert_eq!(alex.conversations("sla=breached").await?, []);
    ann.replies(&id, "Hello, I am Ann.").await?;
    maria.receives(4).await?;
    ann.does(&id, "resolve").await?;
    ann.sees_status(&id, "resolved").await?;
    assert_eq!(alex.conversations("sort=due").await?, []);

    // In the evening she writes again.
    maria.says("hello").await?;
    maria.receives(6).await?;
    let asked = u64::try_from(world.crash_points())?;
    let day = json!({
        "begun": 2, "begun_again": 1, "handed_off": 1,
        "resolved_by_people": 1, "resolved_by_bot": 0, "resolved_otherwise": 0,
        "containment": 0.0, "breaches": 0,
        "messages": {
            "customers": 3 + asked, "bots": 4 + asked, "agents": 1, "system": 1, "elsewhere": 0,
        },
    });
    counts(&alex, &day).await?;
    by_whom(&alex).await
}

/// The overview, once all of the day is in it.
async fn counts(alex: &Agent, day: &Value) -> Outcome {
    wait::until("the report says what happened", async || {
        let report: Report = alex.read("reports/overview").await?;
        let line = report.lines.first().ok_or("no line")?;
        let wanted = day.as_object().ok_or("no day")?;
        match wanted.iter().find(|(name, value)| line.get(name.as_str()) != Some(*value)) {
            Some((name, _)) => Err(format!("{name} of {line}").into()),
            None => Ok(()),
        }
    })
    .await
}

async fn by_whom(alex: &Agent) -> Outcome {
    let report: Report = alex.read("reports/agents").await?;
    let [ann] = report.lines.as_slice() else { return Err("only Ann did something".into()) };
    assert_eq!(ann.pointer("/name"), Some(&json!(shop::ANN.name)), "{ann}");
    for (place, wanted) in [
        ("/first_response/count", json!(1)),
        ("/first_response/met", json!(1)),
        ("/line/count", json!(1)),
        ("/resolved_by_people", json!(1)),
        ("/messages/agents", json!(1)),
    ] {
        assert_eq!(ann.pointer(place), Some(&wanted), "{place} of {ann}");
    }
    let report: Report = alex.read("reports/channels").await?;
    let begun: Vec<Value> =
        report.lines.iter().map(|line| json!([line["key"], line["begun"]])).collect();
    assert_eq!(begun, [json!(["messenger", 1]), json!(["whatsapp", 1])]);
    let (kind, csv) = alex.reads_bytes("reports/handoffs?format=csv").await?;
    assert!(kind.starts_with("text/csv"), "{kind}");
    assert_eq!(String::from_utf8(csv)?, "reason,count,share\nasked,1,1\n");
    Ok(())
}
