//! Every kind of bot, against a real counterpart: what customers read, what agents read when one
//! fails, and that a crash or a person in the middle of a turn neither doubles an answer nor lets one
//! through. The bots are set up as an administrator does it, by the desk's API.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World, both_modes,
    counterpart::{Counterpart, Does},
    desk::{Agent, Message},
    shop::{self, Account, INSTAGRAM, PAGE, WHATSAPP},
};

both_modes!(
    a_bot_is_tried_before_customers_meet_it,
    rules_ask_and_decide,
    rasa_is_asked_as_it_is,
    documents_answer_and_agents_see_which,
    a_signed_program_answers_and_remembers,
    a_model_answers_and_hands_off,
    a_bot_that_fails_is_slow_or_silent_is_asked_twice_and_people_take_over,
    a_bot_service_that_is_killed_in_a_turn_answers_once,
    a_bot_is_not_heard_over_a_person,
    a_turn_ends_with_the_bot_that_began_it,
);

/// Signs what programs are asked.
const SECRET: &str = "whsec_c2l4dGVlbi1ieXRlcy1vZi1hLXNlY3JldA==";

/// Adds a bot, which answers the account's customers from then on.
async fn answers(alex: &Agent, account: Account, bot: &Value) -> Outcome {
    let made = alex.sends(Method::POST, "bots", bot).await?;
    let account = alex.account(account.external_id).await?.id;
    let given = json!({ "bot_id": made.get("id") });
    alex.write(Method::PUT, &format!("accounts/{account}/bot"), &given).await
}

/// A program that is asked with a signature.
fn signed(name: &str, program: &Counterpart, timeout: u32) -> Value {
    let url = program.url();
    let settings = format!("protocol: signed\nurl: {url}/turn\ntimeout_seconds: {timeout}\n");
    json!({ "name": name, "kind": "http", "settings": settings, "secret": SECRET })
}

/// An answer in our signed JSON.
fn says(text: &str) -> Value {
    json!({ "replies": [{ "type": "text", "text": text }] })
}

/// Whether agents read a line that begins so.
fn told(beginning: &str) -> impl Fn(&[Message]) -> bool {
    let beginning = beginning.to_owned();
    move |transcript| {
        let notices =
            transcript.iter().filter(|one| one.content.get("type") == Some(&"notice".into()));
        notices.into_iter().any(|one| one.text().starts_with(&beginning))
    }
}

const PIZZA: &str = r#"
rules:
  - when: { keywords: [pizza] }
    reply: [{ text: Gladly! }]
    go_to: order
flows:
  order:
    - ask: count
      kind: number
      min: 1
      text: How many?
      invalid: "Just a number, please."
    - if: count > 5
      go_to: many
      else: few
  few:
    - say: [{ text: "Fine, {{ count }} it is." }]
    - resolve: true
  many:
    - hand_off: "Wants {{ count }} pizzas"
"#;

async fn rules_ask_and_decide(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    let wrong = json!({ "kind": "rules", "settings": PIZZA.replace("count > 5", "count >") });
    let refused = alex.sends(Method::POST, "bots/check", &wrong).await;
    let refused = refused.err().ok_or("a condition that is none was taken")?.to_string();
    assert!(refused.contains("\"line\":13") && refused.contains("line 13, column"), "{refused}");

    let bot = json!({ "name": "Pizza", "kind": "rules", "settings": PIZZA });
    answers(&alex, PAGE, &bot).await?;
    let customer = world.customer(PAGE, 1)?;
    for (said, count) in [("a pizza", 2), ("lots", 3), ("3", 4)] {
        customer.says(said).await?;
        customer.receives(count).await?;
    }
    let heard = ["Gladly!", "How many?", "Just a number, please.", "Fine, 3 it is."];
    assert_eq!(customer.receives(4).await?, heard);
    let id = alex.conversation_with("a pizza").await?.id;
    alex.sees_status(&id, "resolved").await?;

    let hungry = world.customer(PAGE, 2)?;
    hungry.says("pizza!").await?;
    hungry.receives(2).await?;
    hungry.says("12").await?;
    assert_eq!(hungry.receives(3).await?, ["Gladly!", "How many?", shop::ONE_MOMENT]);
    let id = alex.conversation_with("pizza!").await?.id;
    alex.sees_status(&id, "waiting").await?;
    alex.sees(&id, "agents read what the customer answered", told("Wants 12 pizzas")).await?;
    Ok(())
}

const FAQ: &str = "question,answer\nWhen are you open?,From 9 to 18.\n";

async fn a_bot_is_tried_before_customers_meet_it(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    let pizza = json!({ "name": "To try", "kind": "rules", "settings": PIZZA });
    let pizza = alex.sends(Method::POST, "bots", &pizza).await?;
    let tries = async |bot: &Value, said: &str, memory: Option<&Value>| {
        let id = bot.get("id").and_then(Value::as_str).unwrap_or_default();
        let said = json!({ "text": said, "memory": memory });
        alex.sends(Method::POST, &format!("bots/{id}/try"), &said).await
    };
    let first = tries(&pizza, "a pizza", None).await?;
    let second = tries(&pizza, "3", first.get("memory")).await?;
    let text = json!([{ "type": "text", "text": "Fine, 3 it is." }]);
    assert_eq!(
        (second.get("replies"), second.get("outcome")),
        (Some(&text), Some(&json!("resolved")))
    );

    let settings = "protocol: signed\nurl: http://inside.shop.example/bot\n";
    let inside =
        json!({ "name": "Inside", "kind": "http", "settings": settings, "secret": SECRET });
    let inside = alex.sends(Method::POST, "bots", &inside).await?;
    let told = tries(&inside, "hello", None).await?;
    let note = told.get("note").and_then(Value::as_str).unwrap_or_default();
    assert!(note.contains("bot.trusted_hosts"), "{told}");
    assert!(alex.conversations("").await?.is_empty(), "there is no customer");
    Ok(())
}

async fn documents_answer_and_agents_see_which(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    let bot = json!({ "name": "Helper", "kind": "knowledge", "settings": "answer_from: 0.6" });
    answers(&alex, PAGE, &bot).await?;
    let folder = tempfile::tempdir()?;
    let faq = folder.path().join("faq.csv");
    std::fs::write(&faq, FAQ)?;
    let faq = faq.display().to_string();
    world.command(&["bots", "teach", "--bot", "Helper", &faq], "")?;

    let customer = world.customer(PAGE, 1)?;
    customer.says("When are you open, please?").await?;
    assert_eq!(customer.receives(1).await?, ["From 9 to 18."]);
    let id = alex.conversation_with("When are you open, please?").await?.id;
    let shown: Value = alex.read(&format!("conversations/{id}/messages")).await?;
    let sources = json!([{ "name": "faq.csv, When are you open?", "percent": 100 }]);
    assert_eq!(shown.pointer("/messages/1/context/sources"), Some(&sources), "{shown}");

    customer.says("Do you sell bicycles?").await?;
    assert_eq!(customer.receives(2).await?, ["From 9 to 18.", shop::ONE_MOMENT]);
    alex.sees(&id, "agents read what was asked", told("The bot did not know")).await?;
    Ok(())
}

async fn rasa_is_asked_as_it_is(world: &mut World) -> Outcome {
    let (rasa, alex) = (Counterpart::start()?, world.agent(shop::ALEX).await?);
    let settings = format!("protocol: rasa\nurl: {}\n", rasa.url());
    let bot = json!({ "name": "Rasa", "kind": "http", "settings": settings });
    answers(&alex, INSTAGRAM, &bot).await?;
    let customer = world.customer(INSTAGRAM, 1)?;
    rasa.does([
        Does::Answers(json!([
            { "recipient_id": "x", "text": "Hey! How are you?" },
            { "recipient_id": "x", "text": "And your order?", "buttons": [
                { "title": "Fine", "payload": "/fine" }, { "title": "Late", "payload": "/late" },
            ] },
        ])),
        Does::Answers(
            json!([{ "recipient_id": "x", "custom": { "hand_off": "The order is late" } }]),
        ),
    ]);
    customer.says("hi, Rasa").await?;
    assert_eq!(customer.receives(2).await?, ["Hey! How are you?", "And your order?"]);
    let id = alex.conversation_with("hi, Rasa").await?.id;
    customer.says("it is late").await?;
    alex.sees_status(&id, "waiting").await?;
    alex.sees(&id, "agents read Rasa's note", told("The order is late")).await?;
    let asked = rasa.asked(2).await?;
    for (asked, message) in asked.iter().zip(["hi, Rasa", "it is late"]) {
        assert_eq!(asked.path, "/webhooks/rest/webhook");
        assert_eq!(asked.body, json!({ "sender": id, "message": message }));
    }
    assert_eq!(asked.len(), 2);
    Ok(())
}

async fn a_signed_program_answers_and_remembers(world: &mut World) -> Outcome {
    let (program, alex) = (Counterpart::start()?, world.agent(shop::ALEX).await?);
    answers(&alex, WHATSAPP, &signed("Shoes", &program, 20)).await?;
    let customer = world.customer(WHATSAPP, 1)?;
    let mut first = says("Which size?");
    let answer = first.as_object_mut().ok_or("an answer is an object")?;
    answer.insert("memory".into(), "asked for the size".into());
    let second = json!({ "replies": [], "then": "hand_off", "note": "Shoes, 42" });
    program.does([Does::Answers(first), Does::Answers(second)]);
    customer.says("shoes, please").await?;
    assert_eq!(customer.receives(1).await?, ["Which size?"]);
    let id = alex.conversation_with("shoes, please").await?.id;
    customer.says("42").await?;
    assert_eq!(customer.receives(2).await?, ["Which size?", shop::ONE_MOMENT]);
    alex.sees(&id, "agents read the note", told("Shoes, 42")).await?;

    let asked = program.asked(2).await?;
    let [one, two] = asked.as_slice() else { return Err(format!("{asked:?}").into()) };
    for (asked, text, attempt) in [(one, "shoes, please", 1), (two, "42", 1)] {
        assert!(asked.is_signed_with(SECRET)?, "{asked:?}");
        assert_eq!((asked.path.as_str(), asked.at("/type")), ("/turn", &json!("bot.turn")));
        assert_eq!(
            (asked.at("/messages/0/text"), asked.at("/attempt")),
            (&json!(text), &json!(attempt))
        );
        assert_eq!(asked.at("/conversation_id"), &json!(id));
    }
    assert_eq!(
        (one.at("/memory"), two.at("/memory")),
        (&Value::Null, &json!("asked for the size"))
    );
    let history: Vec<_> = [0, 1].map(|n| two.at(&format!("/history/{n}/content/text"))).into();
    assert_eq!(history, [&json!("shoes, please"), &json!("Which size?")]);
    Ok(())
}

const MODEL: &str = "
model: small
system_prompt: You are the shop's assistant.
price: { input: 1, output: 2 }
limits: { conversation: 1, day: 10 }
";

async fn a_model_answers_and_hands_off(world: &mut World) -> Outcome {
    let (model, alex) = (Counterpart::start()?, world.agent(shop::ALEX).await?);
    let settings = format!("endpoint: {}/v1{MODEL}", model.url());
    let bot = json!({ "name": "Model", "kind": "llm", "settings": settings, "secret": "sk-test" });
    answers(&alex, PAGE, &bot).await?;
    let completion = |message: Value| {
        let usage = json!({ "prompt_tokens": 50, "completion_tokens": 9, "total_tokens": 59 });
        let choice = json!({ "index": 0, "message": message, "finish_reason": "stop" });
        Does::Answers(json!({ "object": "chat.completion", "choices": [choice], "usage": usage }))
    };
    let call = json!({ "id": "call_1", "type": "function", "function": {
        "name": "hand_off", "arguments": "{\"summary\": \"Wants the money back\"}",
    } });
    model.does([
        completion(json!({ "role": "assistant", "content": "From nine to six." })),
        completion(json!({ "role": "assistant", "content": null, "tool_calls": [call] })),
    ]);
    let customer = world.customer(PAGE, 1)?;
    customer.says("when do you open?").await?;
    assert_eq!(customer.receives(1).await?, ["From nine to six."]);
    customer.says("I want my money back").await?;
    assert_eq!(customer.receives(2).await?, ["From nine to six.", shop::ONE_MOMENT]);
    let id = alex.conversation_with("when do you open?").await?.id;
    alex.sees(&id, "agents read the summary", told("Wants the money back")).await?;

    let asked = model.asked(2).await?;
    for asked in &asked {
        assert_eq!(asked.path, "/v1/chat/completions");
        assert_eq!(asked.header("authorization"), "Bearer sk-test");
        assert_eq!(asked.at("/model"), &json!("small"));
    }
    let heard = asked.last().map(|asked| asked.at("/messages").to_string()).unwrap_or_default();
    for part in ["You are the shop's assistant.", "when do you open?", "From nine to six."] {
        assert!(heard.contains(part), "{part:?} is not in {heard}");
    }
    Ok(())
}

async fn a_bot_that_fails_is_slow_or_silent_is_asked_twice_and_people_take_over(
    world: &mut World,
) -> Outcome {
    let (program, alex) = (Counterpart::start()?, world.agent(shop::ALEX).await?);
    answers(&alex, PAGE, &signed("Moody", &program, 20)).await?;
    program.does([Does::Refuses(500), Does::Answers(says("Now I know."))]);
    let lucky = world.customer(PAGE, 1)?;
    lucky.says("once is forgiven").await?;
    assert_eq!(lucky.receives(1).await?, ["Now I know."], "the second attempt counts");
    let mut before = program.asked(2).await?.len();
    assert_eq!(before, 2);

    let failed = "The bot failed, so it is your turn. The bot";
    let cases = [
        (Does::Refuses(500), "it fails", " answered with the status 500"),
        (Does::Answers(json!({ "replies": [] })), "it is silent", " said nothing."),
        (Does::Hangs, "it is slow", " could not be reached"),
    ];
    for (number, (does, said, why)) in (2..).zip(cases) {
        if matches!(does, Does::Hangs) {
            answers(&alex, PAGE, &signed("Slow", &program, 1)).await?;
        }
        program.does([does]);
        let customer = world.customer(PAGE, number)?;
        customer.says(said).await?;
        assert_eq!(customer.receives(1).await?, [shop::ONE_MOMENT], "{said}");
        let id = alex.conversation_with(said).await?.id;
        assert_eq!(alex.conversation(&id).await?.status, "waiting", "{said}");
        alex.sees(&id, "agents read why", told(&format!("{failed}{why}"))).await?;
        let asked = program.asked(before + 2).await?;
        let asked = asked.get(before..).unwrap_or_default();
        let attempts: Vec<_> = asked.iter().map(|asked| asked.at("/attempt").clone()).collect();
        assert_eq!(attempts, [1, 2], "{said}");
        let [one, two] = [0, 1].map(|n| asked.get(n).map(|asked| asked.header("webhook-id")));
        assert_eq!(one, two, "{said}: a repeat is known as one");
        before += 2;
    }
    Ok(())
}

async fn a_bot_service_that_is_killed_in_a_turn_answers_once(world: &mut World) -> Outcome {
    let (program, alex) = (Counterpart::start()?, world.agent(shop::ALEX).await?);
    answers(&alex, PAGE, &signed("Clock", &program, 100)).await?;
    program.does([Does::Hangs, Does::Answers(says("It is nine."))]);
    let customer = world.customer(PAGE, 1)?;
    customer.says("what time is it?").await?;
    program.asked(1).await?;
    world.crash_bots().await?;
    assert_eq!(customer.receives(1).await?, ["It is nine."]);
    let asked = program.asked(2).await?;
    let turn = |n: usize| asked.get(n).map(|asked| asked.at("/turn_id").clone());
    assert_eq!(turn(0), turn(1), "the turn came again");

    // What comes after it in the conversation's lane has been applied: so has whatever else was said.
    program.does([Does::Answers(says("Half past nine."))]);
    customer.says("and now?").await?;
    assert_eq!(customer.receives(2).await?, ["It is nine.", "Half past nine."]);
    world.simulator()?.idle().await?;
    assert_eq!(customer.phone().await?.len(), 2, "once, and no more");
    let id = alex.conversation_with("and now?").await?.id;
    let transcript = alex.transcript(&id).await?;
    let bots = transcript.iter().filter(|message| message.author.kind == "bot").count();
    assert_eq!(bots, 2, "{transcript:#?}");
    Ok(())
}

async fn a_bot_is_not_heard_over_a_person(world: &mut World) -> Outcome {
    let (program, alex) = (Counterpart::start()?, world.agent(shop::ALEX).await?);
    answers(&alex, PAGE, &signed("Late", &program, 100)).await?;
    program.does([Does::Holds(says("I know!")), Does::Answers(says("Now it is my turn."))]);
    let customer = world.customer(PAGE, 1)?;
    customer.says("does anybody know?").await?;
    program.asked(1).await?;
    let id = alex.conversation_with("does anybody know?").await?.id;
    alex.replies(&id, "Alex here.").await?;
    assert_eq!(customer.receives(1).await?, ["Alex here."]);
    program.lets_go();
    alex.does(&id, "return-to-bot").await?;
    alex.sees_status(&id, "bot").await?;
    customer.says("and the bot?").await?;
    assert_eq!(customer.receives(2).await?, ["Alex here.", "Now it is my turn."]);
    let asked = program.asked(2).await?;
    let history = asked.get(1).map(|asked| asked.at("/history").to_string()).unwrap_or_default();
    assert!(history.contains("Alex here.") && !history.contains("I know!"), "{history}");
    world.simulator()?.idle().await?;
    assert_eq!(customer.phone().await?.len(), 2, "what came too late is dropped");
    let transcript = alex.transcript(&id).await?;
    assert!(transcript.iter().all(|message| message.text() != "I know!"), "{transcript:#?}");
    Ok(())
}

async fn a_turn_ends_with_the_bot_that_began_it(world: &mut World) -> Outcome {
    let (old, new) = (Counterpart::start()?, Counterpart::start()?);
    let alex = world.agent(shop::ALEX).await?;
    answers(&alex, PAGE, &signed("Old", &old, 100)).await?;
    old.does([Does::Holds(says("The old one."))]);
    new.does([Does::Answers(says("The new one."))]);
    let customer = world.customer(PAGE, 1)?;
    customer.says("who is it?").await?;
    old.asked(1).await?;
    answers(&alex, PAGE, &signed("New", &new, 20)).await?;
    customer.says("and who else?").await?;
    alex.conversation_with("and who else?").await?;
    old.lets_go();
    assert_eq!(customer.receives(2).await?, ["The old one.", "The new one."]);
    let asked = new.asked(1).await?;
    let only = asked.first().map(|asked| asked.at("/messages").clone()).unwrap_or_default();
    assert_eq!(only, json!([{ "type": "text", "text": "and who else?" }]));
    Ok(())
}
