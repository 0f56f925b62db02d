//! What bots of Meta's platform are told beside their turns.

use serde_json::{Value, json};
use switchboard_contract::{
    Body, Envelope, encode,
    wire::{
        BotNews,
        bot_news::{Control, News},
    },
};
use switchboard_domain::{
    conversation::AfterTurn,
    ids::{AccountId, BotId, ConversationId, MessageId},
};
use switchboard_meta::webhook::split;
use switchboard_queue::{Message, Topic};
use uuid::Uuid;

use crate::{
    counterpart::{Counterpart, Does},
    rig::{Rig, workspace},
    shop::{SECRET, Shop, settings},
};

async fn publish(rig: &Rig, news: News) {
    let body = BotNews {
        workspace_id: workspace().to_string(),
        conversation_id: ConversationId::derive("conversation").to_string(),
        account_id: AccountId::derive("page").to_string(),
        bot_id: BotId::derive("florist").to_string(),
        news: Some(news),
    };
    let id = Uuid::now_v7().to_string();
    let body = Some(Body::BotNews(body));
    let envelope = Envelope { id: id.clone(), body, ..Envelope::default() };
    let message = Message { id, topic: Topic::BotNews, payload: encode(vec![envelope]) };
    rig.backend.queue.publish(vec![message]).await.unwrap();
}

async fn all_told(rig: &Rig) {
    while rig.backend.queue.depth(Topic::BotNews).await.unwrap() > 0 {
        tokio::task::yield_now().await;
    }
}

fn event(item: &Value) -> News {
    let body = json!({"object": "page", "entry": [{"id": "page", "messaging": [item]}]});
    News::Event(split(body.to_string().as_bytes()).unwrap().remove(0).raw)
}

fn items(program: &Counterpart) -> Vec<Value> {
    let asked = program.asked();
    let told = asked.iter().filter(|asked| !asked.path.contains("hub.challenge"));
    told.map(|asked| asked.json()["entry"][0]["messaging"][0].clone()).collect()
}

#[tokio::test]
async fn it_hears_of_its_messages_by_the_ids_that_it_knows() {
    let (rig, program) = (Rig::new().await, Counterpart::start().await);
    rig.add("florist", "meta", settings(&program, "app_id: '77'\n"), SECRET).await;
    let shop = Shop::open(&rig, "florist").await;
    shop.said(&rig, (1, "tulips"), "campaign").await;
    program.does(Does::Confirms(200));
    let bot = rig.start().await;
    let ours = format!("m_{}", MessageId::derive("tulips"));
    let delivery = json!({"mids": ["m_tulips", "m_else"], "watermark": 7});
    publish(&rig, event(&json!({"sender": {"id": "51"}, "delivery": delivery}))).await;
    all_told(&rig).await;
    let echo = json!({"mid": "m_tulips", "is_echo": true, "app_id": 1, "metadata": "sb1.marker"});
    publish(&rig, event(&json!({"recipient": {"id": "51"}, "message": echo}))).await;
    all_told(&rig).await;
    let control = Control { customer: "51".into(), with_people: true, at_us: 7_000 };
    publish(&rig, News::Control(control)).await;
    all_told(&rig).await;
    let told = items(&program);
    assert_eq!(told[0]["delivery"]["mids"], json!([ours, "m_else"]));
    let expected = json!({"mid": ours, "is_echo": true, "app_id": 77, "metadata": "campaign"});
    assert_eq!(told[1]["message"], expected);
    let expected = json!({"previous_owner_app_id": "77", "new_owner_app_id": "263902037430900",
        "metadata": ""});
    assert_eq!(told[2]["take_thread_control"], expected);
    bot.stop().await;
}

#[tokio::test]
async fn one_that_fails_is_told_a_few_times_then_rests_and_holds_no_turn_up() {
    let (mut rig, program) = (Rig::new().await, Counterpart::start().await);
    rig.add("florist", "meta", settings(&program, ""), SECRET).await;
    Shop::open(&rig, "florist").await;
    program.does(Does::Confirms(500));
    let bot = rig.start().await;
    let read = json!({"sender": {"id": "51"}, "read": {"watermark": 7}});
    publish(&rig, event(&read)).await;
    let turn = rig.turn("one", "rules", &["hello"]);
    rig.ask(vec![turn]).await;
    let (_, reply) = rig.replies(1).await.remove(0);
    assert_ne!(reply.after_turn().unwrap(), AfterTurn::Retry);
    all_told(&rig).await;
    assert_eq!(items(&program).len(), 3, "so often it is tried");
    program.does(Does::Confirms(200));
    publish(&rig, event(&read)).await;
    all_told(&rig).await;
    assert_eq!(items(&program).len(), 3, "it rests");
    bot.stop().await;
}

#[test]
fn fields_are_metas() {
    let with = |fields: &str| {
        let yaml = format!("webhook: https://b.example/\nverify_token: v\nfields: [{fields}]\n");
        switchboard_bot::meta_bot::check(&yaml).map_err(|error| error.to_string())
    };
    assert!(with("message_reads, messaging_handovers").is_ok());
    let refused = with("message_reeds").unwrap_err();
    assert!(refused.contains("message_reeds") && refused.contains("message_reads"), "{refused}");
}
