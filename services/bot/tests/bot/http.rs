//! Bots that are programs of the business, asked over HTTP.

use serde_json::{Value, json};
use switchboard_contract::{Body, Envelope, wire::BotReply};
use switchboard_domain::{
    Content,
    content::{Button, Media, MediaKind},
    conversation::{AfterTurn, HandOff},
    ids::{ConversationId, TurnId},
};
use switchboard_verifier::endpoint;

use crate::{
    counterpart::{Counterpart, Does},
    rig::{Rig, texts},
};

const SECRET: &str = "whsec_c3dpdGNoYm9hcmQtdGVzdHMtc2lnbi13aXRoLXRoaXM=";

fn settings(protocol: &str, address: &str) -> String {
    format!("protocol: {protocol}\nurl: http://{address}/\ntimeout_seconds: 1\n")
}

async fn hear(rig: &mut Rig, name: &str, bot: &str, said: &[&str]) -> BotReply {
    let turn = rig.turn(name, bot, said);
    ask(rig, turn).await
}

async fn ask(rig: &mut Rig, turn: Envelope) -> BotReply {
    rig.ask(vec![turn]).await;
    rig.replies(1).await.remove(0).1
}

#[tokio::test]
async fn rasa_is_asked_about_each_message_and_its_answers_are_shown() {
    let (mut rig, rasa) = (Rig::new().await, Counterpart::start().await);
    rig.add("rasa", "http", settings("rasa", &rasa.address), "token/1").await;
    let bot = rig.start().await;
    rasa.answers(&json!([
        {"recipient_id": "x", "text": "Which one?",
         "buttons": [{"title": "Blue", "payload": "/blue"}]},
        {"recipient_id": "x", "image": "https://shop.example/blue.png"},
        {"recipient_id": "x", "custom": {"for": "another channel"}}
    ]));
    let reply = hear(&mut rig, "one", "rasa", &["a chair", "quickly"]).await;
    let said: Vec<Content> =
        reply.replies.iter().map(|content| content.clone().try_into().unwrap()).collect();
    let buttons = vec![Button::Reply { title: "Blue".into(), payload: "/blue".into() }];
    let image = Some("https://shop.example/blue.png".to_owned());
    let once = [
        Content::Prompt { text: "Which one?".into(), buttons },
        Content::Media(Media { url: image, ..Media::of(MediaKind::Image) }),
    ];
    assert_eq!(said, [once.clone(), once].concat());
    assert_eq!(reply.after_turn().unwrap(), AfterTurn::Stay);
    let asked = rasa.asked();
    let sender = ConversationId::derive("conversation").to_string();
    let heard: Vec<Value> = asked.iter().map(|asked| asked.json()).collect();
    let expected = ["a chair", "quickly"].map(|text| json!({"sender": sender, "message": text}));
    assert_eq!(heard, expected);
    assert!(
        asked.iter().all(|it| it.path == "/webhooks/rest/webhook?token=token%2F1"),
        "{asked:?}"
    );

    rasa.answers(&json!([{"text": "One moment"}, {"custom": {"hand_off": "Wants a blue chair"}}]));
    let reply = hear(&mut rig, "two", "rasa", &["a person", "not heard any more"]).await;
    assert_eq!(texts(&reply), ["One moment"]);
    assert_eq!(reply.after_turn().unwrap(), AfterTurn::HandOff(HandOff::Asked));
    assert_eq!(reply.note.as_deref(), Some("Wants a blue chair"));
    assert_eq!(rasa.asked().len(), 3);
    bot.stop().await;
}

/// As a Rasa 3.6 answers: buttons that lead somewhere or mean what they say, files, long texts.
#[tokio::test]
async fn rasas_buttons_and_files_are_shown_as_it_means_them() {
    let (mut rig, rasa) = (Rig::new().await, Counterpart::start().await);
    rig.add("rasa", "http", settings("rasa", &rasa.address), "token").await;
    let bot = rig.start().await;
    let long = "A sentence of some words. ".repeat(60);
    rasa.answers(&json!([
        {"recipient_id": "x", "text": "Our shop:", "buttons": [
            {"title": "Open", "type": "web_url", "url": "https://shop.example/sizes"},
            {"title": "Yes"}]},
        {"recipient_id": "x", "buttons": [{"title": "More", "payload": "/more"}]},
        {"recipient_id": "x", "attachment": "https://shop.example/brochure.pdf"},
        {"recipient_id": "x", "attachment": {"type": "video",
            "payload": {"src": "https://shop.example/film.mp4"}}},
        {"recipient_id": "x", "text": long}
    ]));
    let reply = hear(&mut rig, "one", "rasa", &["where?"]).await;
    let said: Vec<Content> =
        reply.replies.iter().map(|content| content.clone().try_into().unwrap()).collect();
    let file = |kind, url: &str| Content::Media(Media { url: Some(url.into()), ..Media::of(kind) });
    let reply =
        |title: &str, payload: &str| Button::Reply { title: title.into(), payload: payload.into() };
    let link = Button::Link { title: "Open".into(), url: "https://shop.example/sizes".into() };
    let [shop, more, files @ .., one, two] = &said[..] else { panic!("{said:?}") };
    let buttons = vec![link, reply("Yes", "Yes")];
    assert_eq!(*shop, Content::Prompt { text: "Our shop:".into(), buttons });
    let buttons = vec![reply("More", "/more")];
    assert_eq!(*more, Content::Prompt { text: "\u{1f447}".into(), buttons });
    let expected = [
        file(MediaKind::File, "https://shop.example/brochure.pdf"),
        file(MediaKind::Video, "https://shop.example/film.mp4"),
    ];
    assert_eq!(files, expected);
    let words = [one, two].map(|part| part.as_words().unwrap());
    assert_eq!(words.join(" "), long.trim(), "a text that no channel takes goes in parts");
    bot.stop().await;
}

/// Rasa would hear twice what it has answered.
#[tokio::test]
async fn what_rasa_answered_before_it_failed_is_not_asked_again() {
    let (mut rig, rasa) = (Rig::new().await, Counterpart::start().await);
    rig.add("rasa", "http", settings("rasa", &rasa.address), "token").await;
    let bot = rig.start().await;
    let hello = Does::Answers(200, r#"[{"text": "Hello!"}]"#.into());
    rasa.does_in_turn(vec![hello, Does::Answers(500, String::new())]);
    let reply = hear(&mut rig, "one", "rasa", &["hello", "where is it?"]).await;
    assert_eq!(texts(&reply), ["Hello!"]);
    assert_eq!(reply.after_turn().unwrap(), AfterTurn::HandOff(HandOff::BotFailed));
    assert!(reply.note.unwrap().contains("500"));
    assert_eq!(rasa.asked().len(), 2);
    bot.stop().await;
}

#[tokio::test]
async fn a_signed_question_tells_all_and_can_be_checked() {
    let (mut rig, program) = (Rig::new().await, Counterpart::start().await);
    rig.add("signed", "http", settings("signed", &program.address), SECRET).await;
    let bot = rig.start().await;
    program.answers(&json!({
        "replies": [{"type": "text", "text": "Which size?"}], "memory": "{\"step\":2}",
        "sources": [{"name": "Sizes", "percent": 101}]
    }));
    let mut turn = rig.turn("one", "signed", &["shoes"]);
    if let Some(Body::BotTurn(turn)) = &mut turn.body {
        turn.memory = Some("step 1".into());
        turn.attempt = 2;
    }
    let reply = ask(&mut rig, turn).await;
    assert_eq!(texts(&reply), ["Which size?"]);
    assert_eq!(reply.memory.as_deref(), Some("{\"step\":2}"));
    assert_eq!((reply.sources[0].name.as_str(), reply.sources[0].percent), ("Sizes", 100));
    let asked = program.asked().remove(0);
    let told = asked.json();
    assert_eq!(told["messages"], json!([{"type": "text", "text": "shoes"}]));
    assert_eq!((&told["memory"], &told["attempt"]), (&json!("step 1"), &json!(2)));
    assert_eq!(told["history"], json!([]));
    let header = |name: &str| asked.headers[name].clone();
    assert_eq!(header("webhook-id"), format!("turn_{}", TurnId::derive("one")));
    let at = header("webhook-timestamp").parse().unwrap();
    let signed = endpoint::sign(&SECRET.into(), &header("webhook-id"), at, asked.text.as_bytes());
    assert_eq!(header("webhook-signature"), signed.unwrap());

    // As the guide shows it: what is not known may be left out.
    let image = json!({"type": "media", "kind": "image", "url": "https://shop.example/42.png"});
    program.answers(&json!({ "replies": [image] }));
    let reply = hear(&mut rig, "image", "signed", &["show me"]).await;
    let url = Some("https://shop.example/42.png".to_owned());
    let image = Content::Media(Media { url, ..Media::of(MediaKind::Image) });
    assert_eq!(Content::try_from(reply.replies[0].clone()).unwrap(), image);

    program.answers(&json!({"then": "hand_off", "note": "Shoes, 42"}));
    let reply = hear(&mut rig, "two", "signed", &["42"]).await;
    assert_eq!(reply.after_turn().unwrap(), AfterTurn::HandOff(HandOff::Asked));
    assert_eq!(reply.note.as_deref(), Some("Shoes, 42"));
    bot.stop().await;
}

#[tokio::test]
async fn a_program_that_fails_is_asked_again_with_the_reason_told() {
    let (mut rig, program) = (Rig::new().await, Counterpart::start().await);
    rig.add("signed", "http", settings("signed", &program.address), SECRET).await;
    rig.add("rasa", "http", settings("rasa", &program.address), "").await;
    let bot = rig.start().await;
    let answers = |status, body: &str| Does::Answers(status, body.to_owned());
    let template = json!({"replies": [{"type": "template", "name": "x", "language": "en",
        "header": null, "body": [], "buttons": [], "text": "x"}]});
    let cases = [
        (
            "signed",
            answers(500, ""),
            "The bot answered with the status 500 where 200 was agreed on.",
        ),
        ("signed", answers(200, "<html>"), "The bot's answer is not the JSON agreed on."),
        ("signed", answers(200, "{}"), "The bot said nothing."),
        ("signed", answers(200, &template.to_string()), "The bot said something that customers"),
        ("signed", Does::Hangs, "The bot could not be reached: "),
        ("rasa", answers(200, "[]"), "The bot said nothing."),
        ("rasa", answers(404, ""), "The bot answered with the status 404"),
    ];
    for (number, (name, does, note)) in cases.into_iter().enumerate() {
        program.does(does.clone());
        let reply = hear(&mut rig, &number.to_string(), name, &["hello"]).await;
        assert_eq!(reply.after_turn().unwrap(), AfterTurn::Retry, "{does:?}");
        let told = reply.note.unwrap();
        assert!(told.starts_with(note) && !told.contains(&program.address), "{told}");
    }
    bot.stop().await;
}

#[tokio::test]
async fn a_program_that_may_not_be_asked_leaves_customers_to_people() {
    let mut rig = Rig::new().await;
    let inside = "protocol: rasa\nurl: https://10.0.0.1\n".to_owned();
    rig.add("inside", "http", inside, "").await;
    rig.add("unsigned", "http", settings("signed", "127.0.0.1:9"), "short").await;
    rig.add("wrong", "http", "protocol: rasa\n".into(), "").await;
    let bot = rig.start().await;
    let cases = [
        ("inside", "bot.trusted_hosts does not name its host"),
        ("unsigned", "the signing secret is whsec_"),
        ("wrong", "missing field `url`"),
    ];
    for (name, words) in cases {
        let reply = hear(&mut rig, name, name, &["hello"]).await;
        assert_eq!(reply.after_turn().unwrap(), AfterTurn::HandOff(HandOff::BotFailed), "{name}");
        let told = reply.note.unwrap();
        assert!(told.contains(words), "{told}");
    }
    bot.stop().await;
}

#[test]
fn the_example_can_be_used() {
    let settings = switchboard_bot::http::check(switchboard_bot::http::EXAMPLE).unwrap();
    assert_eq!(settings.protocol, switchboard_bot::http::Protocol::Signed);
}
