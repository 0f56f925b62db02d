//! Bots that answer from what they were taught.

use std::{collections::BTreeSet, fmt::Write};

use switchboard_contract::{Body, Envelope, wire::BotReply};
use switchboard_domain::{
    Content,
    content::{Media, MediaKind},
    conversation::{AfterTurn, HandOff},
    ids::{BotId, DocumentId},
};
use switchboard_store::documents;

use crate::rig::{Rig, texts, workspace};

const SETTINGS: &str = "
answer_from: 0.6
greeting: Hello! Ask me about the shop.
unsure: I do not know that.
";

const FAQ: &str = "question,answer
When are you open?,From 9 to 18.
营业时间是什么？,9点到18点。
送料はいくらですか？,500円です。
";

const ABOUT: &str = "# Repairs\n\nA sole that comes off is glued for free within two years.\n";

async fn set_up(settings: &str) -> Rig {
    let rig = Rig::new().await;
    rig.add("helper", "knowledge", settings.into(), "").await;
    rig.teach("helper", "faq.csv", FAQ).await;
    rig.teach("helper", "about.md", ABOUT).await;
    rig
}

async fn hear(rig: &mut Rig, name: &str, said: &[&str]) -> BotReply {
    let turn = rig.turn(name, "helper", said);
    ask(rig, turn).await
}

async fn ask(rig: &mut Rig, turn: Envelope) -> BotReply {
    rig.ask(vec![turn]).await;
    rig.replies(1).await.remove(0).1
}

#[tokio::test]
async fn what_was_taught_is_answered_as_it_is_written() {
    let mut rig = set_up(SETTINGS).await;
    let bot = rig.start().await;
    let cases = [
        ("are you open on Mondays? When do you open?", "From 9 to 18."),
        ("你们的营业时间？", "9点到18点。"),
        ("送料を教えてください", "500円です。"),
        ("Is a sole glued for free?", "A sole that comes off is glued for free within two years."),
    ];
    for (question, answer) in cases {
        let reply = hear(&mut rig, question, &[question]).await;
        assert_eq!(texts(&reply), [answer], "{question}: {:?}", reply.note);
        assert_eq!(reply.after_turn().unwrap(), AfterTurn::Stay);
        assert_eq!(reply.sources.len(), 1);
    }
    let reply = hear(&mut rig, "again", &["When are you open?"]).await;
    let [source] = reply.sources.as_slice() else { panic!("{:?}", reply.sources) };
    assert_eq!((source.name.as_str(), source.percent), ("faq.csv, When are you open?", 100));
    bot.stop().await;
}

#[tokio::test]
async fn what_was_not_taught_goes_to_people_with_what_was_asked() {
    let mut rig = set_up(SETTINGS).await;
    let bot = rig.start().await;
    let reply =
        hear(&mut rig, "one", &["Hi", "Do you open the shop in Berlin at night for parties?"])
            .await;
    assert_eq!(reply.after_turn().unwrap(), AfterTurn::HandOff(HandOff::BotUnsure));
    assert_eq!(texts(&reply), ["I do not know that."]);
    let note = reply.note.unwrap();
    assert!(note.contains("Do you open the shop in Berlin"), "{note}");
    assert!(note.contains("Nearest in its documents: faq.csv, When are you open? (0."), "{note}");

    let mut picture = rig.turn("picture", "helper", &["x"]);
    if let Some(Body::BotTurn(turn)) = &mut picture.body {
        turn.messages[0].content = Some(Content::Media(Media::of(MediaKind::Image)).into());
    }
    let reply = ask(&mut rig, picture).await;
    assert_eq!(reply.after_turn().unwrap(), AfterTurn::HandOff(HandOff::BotUnsure));
    assert!(reply.note.unwrap().contains("Image"));
    bot.stop().await;
}

#[tokio::test]
async fn a_greeting_is_returned_once() {
    let mut rig = set_up(SETTINGS).await;
    let bot = rig.start().await;
    let first = hear(&mut rig, "first", &["Hello!"]).await;
    assert_eq!(texts(&first), ["Hello! Ask me about the shop."]);
    let mut again = rig.turn("again", "helper", &["hello?"]);
    if let Some(Body::BotTurn(turn)) = &mut again.body {
        turn.memory = first.memory.clone();
    }
    let reply = ask(&mut rig, again).await;
    assert_eq!(reply.after_turn().unwrap(), AfterTurn::HandOff(HandOff::BotUnsure));
    bot.stop().await;
}

#[tokio::test]
async fn settings_and_empty_shelves_count() {
    let mut rig = set_up("{ answer_from: 0.6, cite: true }").await;
    rig.add("blank", "knowledge", SETTINGS.into(), "").await;
    let bot = rig.start().await;
    let reply = hear(&mut rig, "one", &["when are you open?"]).await;
    assert_eq!(texts(&reply), ["From 9 to 18.", "(faq.csv, When are you open?)"]);
    let blank = rig.turn("blank", "blank", &["when are you open?"]);
    let reply = ask(&mut rig, blank).await;
    assert_eq!(reply.after_turn().unwrap(), AfterTurn::HandOff(HandOff::BotUnsure));
    assert!(reply.note.unwrap().contains("taught nothing yet"));
    bot.stop().await;
}

/// Two replicas: both learn it, and a bot is never without what it knew.
#[tokio::test]
async fn what_is_taught_and_forgotten_is_known_within_seconds() {
    let mut rig = set_up(SETTINGS).await;
    let bots = [rig.start().await, rig.start().await];
    let before = hear(&mut rig, "before", &["do you sell gift cards?"]).await;
    assert_eq!(before.after_turn().unwrap(), AfterTurn::HandOff(HandOff::BotUnsure));
    rig.teach("helper", "gifts.txt", "Do you sell gift cards?\n\nYes, of 20 and 50.").await;
    let mut number = 0;
    loop {
        number += 1;
        let reply = hear(&mut rig, &format!("after {number}"), &["do you sell gift cards?"]).await;
        let known = hear(&mut rig, &format!("known {number}"), &["when are you open?"]).await;
        assert_eq!(texts(&known), ["From 9 to 18."]);
        if texts(&reply) == ["Yes, of 20 and 50."] {
            break;
        }
    }
    let (workspace, helper) = (workspace(), BotId::derive("helper"));
    let forget = move |db: &mut _| {
        documents::remove(db, workspace, helper, DocumentId::derive("helper/gifts.txt"))
    };
    rig.backend.store.write(forget).await.unwrap();
    loop {
        number += 1;
        let reply = hear(&mut rig, &format!("gone {number}"), &["do you sell gift cards?"]).await;
        if reply.after_turn().unwrap() == AfterTurn::HandOff(HandOff::BotUnsure) {
            break;
        }
    }
    for bot in bots {
        bot.stop().await;
    }
}

#[tokio::test]
async fn a_large_library_is_searched_beside_others() {
    let mut rig = set_up(SETTINGS).await;
    rig.add("scholar", "knowledge", SETTINGS.into(), "").await;
    let mut book = String::new();
    for number in 0..8_000 {
        let grease = number * 7;
        writeln!(book, "Part {number} of the machine is oiled with grease {grease}.\n").unwrap();
    }
    rig.teach("scholar", "book.txt", &book).await;
    let bot = rig.replica(rig.backend.queue.clone(), 8).await;
    let mut turns = vec![rig.turn("large", "scholar", &["which grease for part 4712?"])];
    turns.extend((0..7).map(|n| rig.turn(&n.to_string(), "helper", &["when are you open?"])));
    rig.ask(turns).await;
    let replies = rig.replies(8).await;
    let said: BTreeSet<String> = replies.iter().flat_map(|(_, reply)| texts(reply)).collect();
    let part = "Part 4712 of the machine is oiled with grease 32984.";
    assert!(said.contains("From 9 to 18.") && said.len() == 2, "{said:?}");
    assert!(said.iter().any(|text| text.contains(part)), "{said:?}");
    bot.stop().await;
}

#[test]
fn the_example_can_be_used_and_errors_tell_the_remedy() {
    let settings = switchboard_bot::knowledge::check(switchboard_bot::knowledge::EXAMPLE).unwrap();
    assert!(settings.greeting.is_some());
    let cases = [
        ("", "write `answer_from:`"),
        ("answer_from: 60", "from 0.05 to 1"),
        ("answer_form: 0.6", "unknown field `answer_form`"),
        ("greeting: ''", "leave it out"),
    ];
    for (yaml, words) in cases {
        let error = switchboard_bot::knowledge::check(yaml).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}
