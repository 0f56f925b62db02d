//! A bot writes first on WhatsApp: the conversation begins with it, once, and the customer's answer is in
//! it.

use switchboard_contract::{
    Body,
    wire::{self, bot_said::Stranger},
};
use switchboard_domain::{
    Channel, Content,
    conversation::{Author, BotAct},
    ids::{BotId, MessageId},
    shard::ConversationShard,
};
use switchboard_queue::Topic;
use switchboard_store::bots::{self, Bot};

use crate::rig::{NUMBER, Rig, account_id, outbound, whatsapp, workspace};

const CUSTOMER: &str = "15550002222";

async fn has_a_bot(rig: &Rig) -> BotId {
    let id = BotId::derive("first");
    let (name, kind, settings) = ("First".into(), "meta".into(), "fields: []".into());
    let bot = Bot { id, workspace: workspace(), name, kind, settings, secret: None };
    let give = move |db: &mut _| {
        bots::add(db, &bot, crate::rig::clock())?;
        bots::give(db, workspace(), account_id(Channel::WhatsApp), Some(id))
    };
    rig.store.write(give).await.unwrap();
    id
}

fn says(bot: BotId, text: &str) -> Body {
    let template = switchboard_domain::content::Template {
        name: "moved".into(),
        language: "en_US".into(),
        text: text.into(),
        ..Default::default()
    };
    let act = BotAct::Say {
        message: MessageId::derive(text),
        contents: vec![Content::Template(Box::new(template))],
        reply_to: None,
        metadata: None,
        persona: None,
    };
    Body::BotSaid(wire::BotSaid {
        workspace_id: workspace().to_string(),
        conversation_id: String::new(),
        bot_id: bot.to_string(),
        act: Some(act.into()),
        stranger: Some(Stranger {
            account_id: account_id(Channel::WhatsApp).to_string(),
            phone: Some(CUSTOMER.into()),
            user_id: None,
        }),
    })
}

#[tokio::test]
async fn a_conversation_begins_once_and_the_answer_is_in_it() {
    let rig = Rig::start().await;
    let bot = has_a_bot(&rig).await;
    let mut sends = rig.listen(outbound(Channel::WhatsApp)).await;
    let mut turns = rig.listen(Topic::BotTurns).await;
    // By whatever id it is sharded: it goes on where it began.
    let begins = Topic::Inbound(ConversationShard::of(&format!("whatsapp:{NUMBER}:{CUSTOMER}")));
    let elsewhere =
        ConversationShard::all().find(|shard| Topic::Inbound(*shard) != begins).unwrap();
    rig.publish(begins, "one", says(bot, "We have moved")).await;
    let send = sends.next_send().await;
    assert_eq!(send.recipient.unwrap().phone.as_deref(), Some(CUSTOMER));
    rig.publish(Topic::Inbound(elsewhere), "two", says(bot, "Come and see")).await;
    let second = sends.next_send().await;
    assert_eq!(second.conversation_id, send.conversation_id);
    rig.publish(begins, "one", says(bot, "We have moved")).await;
    rig.webhook(&whatsapp("wamid.1", "Where to?", Some(CUSTOMER), None)).await;
    assert_eq!(turns.next_turn().await.conversation_id, send.conversation_id);
    let record = rig.conversation(Channel::WhatsApp, CUSTOMER, |_| true).await;
    let transcript = rig.transcript(&record, 3).await;
    let authors: Vec<_> = transcript.iter().map(|line| line.author).collect();
    assert_eq!(authors, [Author::Bot, Author::Bot, Author::Customer]);
    rig.stop().await;
}
