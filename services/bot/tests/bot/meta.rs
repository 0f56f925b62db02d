//! Bots that were written for Meta's platform: what they are told.

use serde_json::Value;
use switchboard_contract::{Envelope, wire::BotReply};
use switchboard_domain::conversation::{AfterTurn, HandOff};
use switchboard_meta::signature;

use crate::{
    counterpart::{Counterpart, Does},
    rig::Rig,
    shop::{SECRET, Shop, settings, webhook},
};

async fn hear(rig: &mut Rig, turn: Envelope) -> BotReply {
    rig.ask(vec![turn]).await;
    rig.replies(1).await.remove(0).1
}

#[tokio::test]
async fn a_turn_is_metas_webhook_confirmed_and_signed() {
    let (mut rig, program) = (Rig::new().await, Counterpart::start().await);
    rig.add("florist", "meta", settings(&program, ""), SECRET).await;
    let shop = Shop::open(&rig, "florist").await;
    let bot = rig.start().await;
    program.does(Does::Confirms(200));
    for said in [(1, "roses"), (2, "tulips")] {
        shop.keep(&rig, said).await;
    }
    let turn = rig.turn("one", "florist", &["roses", "tulips"]);
    let reply = hear(&mut rig, turn).await;
    assert_eq!((reply.after_turn().unwrap(), reply.replies.len()), (AfterTurn::Await, 0));
    let asked = program.asked();
    let [confirmed, told @ ..] = asked.as_slice() else { panic!("{asked:?}") };
    let query = &confirmed.path;
    assert!(query.starts_with("/hook?a=b&hub.mode=subscribe&hub.challenge="), "{query}");
    assert!(query.ends_with("&hub.verify_token=known"), "{query}");
    let bodies: Vec<Value> = told.iter().map(|asked| asked.json()).collect();
    assert_eq!(bodies, [webhook("roses"), webhook("tulips")]);
    for asked in told {
        let body = asked.text.as_bytes();
        let signed = signature::sign(SECRET.as_bytes(), body);
        assert_eq!(asked.headers["x-hub-signature-256"], signed);
        let legacy = signature::sign_legacy(SECRET.as_bytes(), body);
        assert_eq!(asked.headers["x-hub-signature"], legacy);
    }
    let turn = rig.turn("two", "florist", &["roses"]);
    assert_eq!(hear(&mut rig, turn).await.after_turn().unwrap(), AfterTurn::Await);
    assert_eq!(program.asked().len(), 4, "it confirms once");
    bot.stop().await;
}

#[tokio::test]
async fn one_that_fails_is_told_again_and_one_that_may_be_silent_is_not_waited_for() {
    let (mut rig, program) = (Rig::new().await, Counterpart::start().await);
    rig.add("florist", "meta", settings(&program, ""), SECRET).await;
    rig.add("quiet", "meta", settings(&program, "may_be_silent: true\n"), SECRET).await;
    let shop = Shop::open(&rig, "florist").await;
    shop.keep(&rig, (1, "roses")).await;
    let bot = rig.start().await;
    let cases = [
        (Does::Answers(200, "not the challenge".into()), "did not confirm the verify token"),
        (Does::Answers(403, String::new()), "did not confirm the verify token: it answered 403"),
        (Does::Hangs, "The bot could not be reached: "),
        (Does::Confirms(500), "The bot answered its webhook with 500."),
    ];
    for (number, (does, note)) in cases.into_iter().enumerate() {
        program.does(does.clone());
        let turn = rig.turn(&number.to_string(), "florist", &["roses"]);
        let reply = hear(&mut rig, turn).await;
        assert_eq!(reply.after_turn().unwrap(), AfterTurn::Retry, "{does:?}");
        let told = reply.note.unwrap();
        assert!(told.contains(note) && !told.contains("known"), "{told}");
    }
    program.does(Does::Confirms(204));
    let turn = rig.turn("quiet", "quiet", &["roses"]);
    assert_eq!(hear(&mut rig, turn).await.after_turn().unwrap(), AfterTurn::Stay);
    let unknown = rig.turn("unknown", "florist", &["what no webhook said"]);
    let reply = hear(&mut rig, unknown).await;
    assert_eq!(reply.after_turn().unwrap(), AfterTurn::HandOff(HandOff::BotUnsure));
    bot.stop().await;
}

#[test]
fn the_example_can_be_used() {
    let settings = switchboard_bot::meta_bot::check(switchboard_bot::meta_bot::EXAMPLE).unwrap();
    assert!(!settings.may_be_silent);
    assert!(
        switchboard_bot::check("meta", switchboard_bot::meta_bot::EXAMPLE, Some(None)).is_err()
    );
}
