//! Mails to agents who are away, from the customer's message to the mail server.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_testkit::smtp::{Mail, Verdict};
use switchboard_tests::{
    Outcome, World,
    desk::Agent,
    in_mode,
    shop::{self, PAGE},
    wait,
};

in_mode!(
    mailing_embedded: an_offline_agent_gets_one_mail_for_a_waiting_customer,
    a_mail_that_was_leaving_when_the_desk_died_is_not_sent_again
);
in_mode!(
    mailing_distributed: an_offline_agent_gets_one_mail_for_a_waiting_customer,
    a_mail_that_was_leaving_when_the_desk_died_is_not_sent_again
);

/// Nobody is told but of notes that are for them.
async fn tells_nobody(alex: &Agent) -> Outcome {
    let body = json!({"choice": choice(false), "words": false});
    alex.write(Method::PUT, "notifications/defaults", &body).await
}

fn choice(waiting: bool) -> Value {
    json!({
        "started": false, "waiting": waiting, "waits_minutes": null, "assigned": false,
        "mentioned": true, "when": "offline", "every_minutes": 1, "zone": "Europe/Berlin"
    })
}

/// A note for Bob, and the mail that he gets about it; whatever was to be mailed before is.
async fn bob_is_told(world: &World, conversation: &str, mails: usize) -> Outcome<Vec<Mail>> {
    let (alex, bob) = (world.agent(shop::ALEX).await?, world.agent(shop::BOB).await?);
    let note = json!({"text": "Look at this", "mention_ids": [bob.id]});
    alex.write(Method::POST, &format!("conversations/{conversation}/notes"), &note).await?;
    Ok(world.mail()?.receives(mails).await?)
}

async fn an_offline_agent_gets_one_mail_for_a_waiting_customer(world: &mut World) -> Outcome {
    let (alex, ann) = (world.agent(shop::ALEX).await?, world.agent(shop::ANN).await?);
    tells_nobody(&alex).await?;
    ann.write(Method::PUT, "me/notifications", &choice(true)).await?;
    let doctor = match world.command(&["doctor"], "") {
        Ok(said) => said,
        Err(failed) => failed.to_string(),
    };
    assert!(doctor.contains("takes our connection"), "{doctor}");

    let customer = world.customer(PAGE, 1)?;
    customer.says("/live_agent").await?;
    let waiting = alex.conversation_with("/live_agent").await?;
    world.mail()?.receives(1).await?;
    customer.says("Is anybody there?").await?;
    alex.sees(&waiting.id, "the second message", |all| all.len() >= 3).await?;
    let all = bob_is_told(world, &waiting.id, 2).await?;
    let whom: Vec<String> = all.iter().map(|mail| mail.to.join(",")).collect();
    assert_eq!(whom, [shop::ANN.email, shop::BOB.email]);
    let mail = all.first().ok_or("there is no mail")?;
    assert!(mail.header("Subject").ends_with("waits for a person"), "{}", mail.text);
    assert!(mail.says().contains(&waiting.id) && mail.says().contains(PAGE.name), "{}", mail.text);
    assert!(!mail.says().contains("live_agent"), "nothing that customers write: {}", mail.text);
    Ok(())
}

async fn a_mail_that_was_leaving_when_the_desk_died_is_not_sent_again(
    world: &mut World,
) -> Outcome {
    let (alex, ann) = (world.agent(shop::ALEX).await?, world.agent(shop::ANN).await?);
    tells_nobody(&alex).await?;
    ann.write(Method::PUT, "me/notifications", &choice(true)).await?;
    world.mail()?.answers(&[], Verdict::Hangs)?;
    let customer = world.customer(PAGE, 1)?;
    customer.says("/live_agent").await?;
    let waiting = alex.conversation_with("/live_agent").await?;
    world.mail()?.receives(1).await?;
    for desk in world.points_of("desk") {
        world.crash(desk).await?;
    }
    world.mail()?.answers(&[], Verdict::Takes)?;
    wait::until("the mail is known to be uncertain", async || {
        let mails: Vec<Value> = alex.read("notifications/mails").await?;
        let uncertain = mails.iter().any(|mail| mail["state"] == "uncertain");
        if uncertain { Ok(()) } else { Err(format!("the mails are {mails:?}").into()) }
    })
    .await?;
    let all = bob_is_told(world, &waiting.id, 2).await?;
    let fates: Vec<String> =
        all.iter().map(|mail| format!("{}: {}", mail.to.join(","), mail.fate)).collect();
    let (ann, bob) = (shop::ANN.email, shop::BOB.email);
    assert_eq!(fates, [format!("{ann}: hang"), format!("{bob}: 250 2.0.0 OK")]);
    Ok(())
}
