//! Customers are asked how it went, and what is put aside comes back, through crashes.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_domain::Channel;
use switchboard_tests::{
    Outcome, World, both_modes,
    desk::Agent,
    shop::{self, Account, PAGE, WHATSAPP},
    simulator::Customer,
    wait,
};

both_modes!(a_customer_is_asked_once_and_answers, what_is_put_aside_survives_a_restart);

const QUESTION: &str = "How did we do? 1 is poor, 5 is excellent.";
const WHY: &str = "Thank you! Would you like to tell us why?";
const THANKS: &str = "Thank you for your feedback.";

#[derive(Deserialize)]
struct Page {
    answers: Vec<Answer>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    conversation_id: Option<String>,
    score: Option<u8>,
    comment: Option<String>,
}

async fn turn_on(alex: &Agent, account: Account) -> Outcome {
    let id = alex.account(account.external_id).await?.id;
    let settings = json!({ "enabled": true, "comment": true });
    alex.write(Method::PUT, &format!("accounts/{id}/survey"), &settings).await
}

/// The buttons that the business sent, by what they mean to it.
async fn payloads(customer: &Customer) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    let mut places: Vec<Value> = customer.shown().await?;
    while let Some(place) = places.pop() {
        match place {
            Value::String(text) if text.starts_with("switchboard:survey:") => found.push(text),
            Value::Array(items) => places.extend(items),
            Value::Object(fields) => places.extend(fields.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

async fn presses(customer: &Customer, account: Account, score: usize) -> Outcome {
    let payloads = payloads(customer).await?;
    let payload = payloads.get(score - 1).ok_or(format!("the buttons are {payloads:?}"))?;
    let title = score.to_string();
    let act = match account.channel {
        Channel::WhatsApp => json!({ "list_reply": { "id": payload, "title": title } }),
        _ => json!({ "quick_reply": { "title": title, "payload": payload } }),
    };
    customer.plays(&act).await.map(drop)
}

/// A question that was on its way while its sender died may have arrived or not, and is never
/// asked again blindly: once no proof came, an agent does it.
async fn is_asked(alex: &Agent, conversation: &str) -> Outcome {
    let question = wait::until("it is known what became of the question", async || {
        let transcript = alex.transcript(conversation).await?;
        let asked = transcript.into_iter().find(|message| message.first_line() == QUESTION);
        let asked = asked.ok_or("nothing was asked yet")?;
        if asked.status == "pending" { Err("it is pending".into()) } else { Ok(asked) }
    })
    .await?;
    if question.status == "uncertain" {
        let path = format!("conversations/{conversation}/messages/{}/resend", question.id);
        alex.write(Method::POST, &path, &json!({})).await?;
    }
    Ok(())
}

async fn answered(
    alex: &Agent,
    conversation: &str,
    fits: impl Fn(&Answer) -> bool,
) -> Outcome<Answer> {
    wait::until("the answer is at the desk", async || {
        let Page { answers } = alex.read("surveys/answers").await?;
        let theirs = |answer: &Answer| answer.conversation_id.as_deref() == Some(conversation);
        let mut theirs: Vec<Answer> = answers.into_iter().filter(theirs).collect();
        match theirs.pop() {
            Some(answer) if theirs.is_empty() && fits(&answer) => Ok(answer),
            other => Err(format!("there are {other:?} and {theirs:?}").into()),
        }
    })
    .await
}

async fn a_customer_is_asked_once_and_answers(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    for account in shop::ACCOUNTS {
        turn_on(&alex, account).await?;
    }
    let mut talks = Vec::new();
    for account in shop::ACCOUNTS {
        let customer = world.customer(account, 1)?;
        let asked = format!("help from {}", account.channel);
        customer.says("/live_agent").await?;
        customer.says(&asked).await?;
        customer.receives(1).await?;
        let id = alex.conversation_with(&asked).await?.id;
        alex.replies(&id, "Here I am.").await?;
        customer.receives(2).await?;
        talks.push((account, customer, id));
    }
    for (_, _, id) in &talks {
        alex.does(id, "resolve").await?;
    }
    // Each replica dies between the resolution's way into the queue and the question's way out.
    for point in 0..world.crash_points() {
        world.crash(point).await?;
    }
    let alex = world.agent(shop::ALEX).await?;
    for (account, customer, id) in &talks {
        is_asked(&alex, id).await?;
        let heard = customer.receives(3).await?;
        let first_line = heard.last().map(String::as_str);
        assert_eq!(first_line, Some(QUESTION), "once, {}", account.channel);
        presses(customer, *account, 4).await?;
        answered(&alex, id, |answer| answer.score == Some(4)).await?;
        assert_eq!(customer.receives(4).await?.last().map(String::as_str), Some(WHY));
        customer.says("quick and kind").await?;
        let kept = answered(&alex, id, |answer| answer.comment.is_some()).await?;
        assert_eq!(kept.comment.as_deref(), Some("quick and kind"));
        assert_eq!(customer.receives(5).await?.last().map(String::as_str), Some(THANKS));
        assert_eq!(alex.conversation(id).await?.status, "resolved", "nobody was woken");
    }
    let sum: Value = alex.read("surveys/summary").await?;
    let sum = |name| sum.get(name).cloned().unwrap_or_default();
    assert_eq!((sum("asked"), sum("answered")), (json!(3), json!(3)));
    assert_eq!((sum("mean"), sum("not_asked")), (json!(4.0), json!(0)));
    let [(_, customer, id), ..] = talks.as_slice() else { return Err("nobody talked".into()) };
    customer.says("hours").await?;
    assert_eq!(customer.receives(6).await?.last().map(String::as_str), Some(shop::HOURS));
    alex.sees_status(id, "bot").await?;
    Ok(())
}

async fn what_is_put_aside_survives_a_restart(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    let mut aside = Vec::new();
    for (account, number) in [(PAGE, 1), (WHATSAPP, 2)] {
        let customer = world.customer(account, number)?;
        let asked = format!("{number} asks");
        customer.says("/live_agent").await?;
        customer.says(&asked).await?;
        customer.receives(1).await?;
        let id = alex.conversation_with(&asked).await?.id;
        alex.replies(&id, "I will look into it.").await?;
        customer.receives(2).await?;
        aside.push((customer, id));
    }
    let [(_, timed), (customer, written)] = aside.as_slice() else {
        return Err("two customers wait".into());
    };
    for id in [timed, written] {
        let path = format!("conversations/{id}/snooze");
        alex.write(Method::POST, &path, &json!({ "for_minutes": 60 })).await?;
        alex.sees_status(id, "snoozed").await?;
    }
    assert_eq!(alex.conversations("status=agent").await?, [], "nothing is in the open list");
    let until = json!({ "until": now_ms()? + 4_000 });
    alex.write(Method::POST, &format!("conversations/{timed}/snooze"), &until).await?;
    for point in 0..world.crash_points() {
        world.crash(point).await?;
    }
    let alex = world.agent(shop::ALEX).await?;
    // Nobody has a page open, so what comes back waits.
    alex.sees_status(timed, "waiting").await?;
    assert_eq!(alex.conversation(written).await?.status, "snoozed");
    customer.says("are you there?").await?;
    alex.sees_status(written, "waiting").await?;
    Ok(())
}

fn now_ms() -> Outcome<i64> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    Ok(i64::try_from(now.as_millis())?)
}
