//! Trying a bot: it is asked as in a turn, and whoever tries it reads what it would say.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_contract::{
    Body, Envelope, encode,
    wire::{BotTrial, bot_trial::Line},
};
use switchboard_domain::{
    Content,
    ids::{BotId, ErrandId},
};
use switchboard_queue::{Message, Topic};
use switchboard_store::errands::{self, Progress};
use uuid::Uuid;

use crate::{
    counterpart::{Counterpart, Does},
    rig::{Rig, workspace},
    shop::{SECRET, settings},
};

fn trial(bot: &str, text: &str, left: Duration) -> BotTrial {
    BotTrial {
        workspace_id: workspace().to_string(),
        bot_id: BotId::derive(bot).to_string(),
        errand_id: Uuid::now_v7().to_string(),
        channel: "messenger".into(),
        messages: vec![Content::text(text).into()],
        history: vec![Line { by_customer: false, content: Some(Content::text("Good day").into()) }],
        memory: None,
        deadline_us: clock::now().plus(left).as_micros(),
    }
}

async fn publish(rig: &Rig, trial: &BotTrial) {
    let id = Uuid::now_v7().to_string();
    let body = Some(Body::BotTrial(trial.clone()));
    let envelope = Envelope { id: id.clone(), body, ..Envelope::default() };
    let message = Message { id, topic: Topic::BotTurns, payload: encode(vec![envelope]) };
    rig.backend.queue.publish(vec![message]).await.unwrap();
}

/// What came of it, once nobody has it in hand.
async fn outcome(rig: &Rig, trial: &BotTrial) -> Option<Progress> {
    publish(rig, trial).await;
    rig.all_done().await;
    let id: ErrandId = trial.errand_id.parse().unwrap();
    let read = move |db: &mut _| errands::progress(db, workspace(), id);
    rig.backend.store.read(read).await.unwrap().map(|(_, progress)| progress)
}

async fn told(rig: &Rig, bot: &str, text: &str) -> Value {
    match outcome(rig, &trial(bot, text, Duration::from_secs(60))).await {
        Some(Progress::Done(told)) => told,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn whoever_tries_a_bot_reads_what_it_would_say() {
    let rig = Rig::new().await;
    let bot = rig.start().await;
    let hello = told(&rig, "rules", "hello").await;
    let text = json!({"type": "text", "text": "Hi"});
    assert_eq!((&hello["outcome"], &hello["replies"]), (&json!("answered"), &json!([text])));
    let person = told(&rig, "rules", "person").await;
    assert_eq!(
        (&person["outcome"], &person["replies"][0]["text"]),
        (&json!("handed_off"), &json!("One moment"))
    );
    let broken = told(&rig, "broken", "hello").await;
    assert_eq!(broken["outcome"], "handed_off");
    assert!(broken["note"].as_str().unwrap().contains("not valid"), "{broken}");
    let gone = told(&rig, "nobody", "hello").await;
    assert!(gone["note"].as_str().unwrap().contains("no such bot"), "{gone}");
    bot.stop().await;
}

#[tokio::test]
async fn what_a_program_or_a_webhook_lacks_is_told() {
    let (rig, program) = (Rig::new().await, Counterpart::start().await);
    let inside = "url: http://inside.example/bot\nprotocol: signed\n";
    rig.add("inside", "http", inside.into(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").await;
    rig.add("florist", "meta", settings(&program, ""), SECRET).await;
    rig.add("stranger", "meta", settings(&program, ""), SECRET).await;
    program.does(Does::Confirms(200));
    let bot = rig.start().await;
    let inside = told(&rig, "inside", "hello").await;
    assert!(inside["note"].as_str().unwrap().contains("bot.trusted_hosts"), "{inside}");
    let florist = told(&rig, "florist", "hello").await;
    assert_eq!(florist["outcome"], "awaited", "{florist}");
    program.does(Does::Answers(403, String::new()));
    let stranger = told(&rig, "stranger", "hello").await;
    assert_eq!(stranger["outcome"], "failed");
    assert!(stranger["note"].as_str().unwrap().contains("verify token"), "{stranger}");
    assert!(program.asked().iter().all(|asked| asked.path.contains("hub.challenge")));
    bot.stop().await;
}

#[tokio::test]
async fn a_trial_is_made_once_and_not_when_nobody_waits() {
    let (rig, program) = (Rig::new().await, Counterpart::start().await);
    let settings = format!("url: http://{}/bot\nprotocol: signed\n", program.address);
    rig.add("program", "http", settings, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").await;
    let bot = rig.start().await;
    let late = trial("program", "hello", Duration::ZERO);
    assert_eq!(outcome(&rig, &late).await, Some(Progress::Running), "nobody asks it");
    let slow = trial("program", "hello", Duration::from_millis(300));
    let Some(Progress::Done(told)) = outcome(&rig, &slow).await else { panic!("it is over") };
    assert_eq!(told["outcome"], "failed");
    assert_eq!(outcome(&rig, &slow).await, Some(Progress::Done(told)), "delivered again");
    assert_eq!(program.asked().len(), 1);
    bot.stop().await;
}
