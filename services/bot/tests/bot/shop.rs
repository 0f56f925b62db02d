//! A Page, its customer, and what they wrote, as the desk and the router keep them.

use secrecy::SecretString;
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_domain::{
    Channel, Content,
    content::Context,
    conversation::{Author, Conversation, MessageStatus, NewMessage, Status},
    ids::{AccountId, AppId, BotId, BotTokenId, ContactId, ConversationId, MessageId, TeamId},
};
use switchboard_meta::webhook::split;
use switchboard_store::{
    Db, StoreError,
    accounts::{self, Account, AccountSettings},
    apps::{self, App},
    bot_tokens::{self, BotToken},
    contacts::{self, Contact},
    conversations::{self, Record},
    messages::{self, Place},
    teams::{self, Team},
};

use crate::{
    counterpart::Counterpart,
    rig::{Rig, workspace},
};

pub(crate) const SECRET: &str = "the app secret";
pub(crate) const PSID: &str = "51";

pub(crate) fn settings(program: &Counterpart, more: &str) -> String {
    let address = &program.address;
    format!("webhook: http://{address}/hook?a=b\nverify_token: known\ntimeout_seconds: 1\n{more}")
}

pub(crate) fn webhook(text: &str) -> Value {
    let message = json!({"mid": format!("m_{text}"), "text": text});
    json!({"object": "page", "entry": [{"id": "page", "time": 7, "messaging": [
        {"sender": {"id": PSID}, "recipient": {"id": "page"}, "timestamp": 7, "message": message}
    ]}]})
}

/// A conversation of a customer of a Page, whose assistant is the bot of that name.
pub(crate) struct Shop {
    account: AccountId,
    record: Record,
}

impl Shop {
    pub(crate) async fn open(rig: &Rig, bot: &str) -> Self {
        let (account, conversation) =
            (AccountId::derive("page"), ConversationId::derive("conversation"));
        let mut state = Conversation::new(conversation);
        (state.status, state.customer_wrote_at) = (Status::Bot, Some(clock::now()));
        let record = Record {
            workspace: workspace(),
            account,
            contact: ContactId::derive("ann"),
            shard: rig.shard,
            state,
            preview: String::new(),
            last_message_at: clock::now(),
        };
        let (bot, planted) = (BotId::derive(bot), record.clone());
        let plant = move |db: &mut Db| plant(db, bot, &planted);
        rig.backend.store.write(plant).await.unwrap();
        Self { account, record }
    }

    /// What the customer wrote, in that place, as the router keeps it.
    pub(crate) async fn keep(&self, rig: &Rig, (seq, text): (u64, &str)) {
        let raw = split(webhook(text).to_string().as_bytes()).unwrap().remove(0).raw;
        let message = NewMessage {
            id: MessageId::derive(text),
            seq,
            author: Author::Customer,
            content: Content::text(text),
            external_id: Some(format!("m_{text}")),
            reply_to: None,
            context: Context::default(),
            status: MessageStatus::Received,
            reason: None,
            at: clock::now(),
            send: None,
        };
        let (workspace, account, conversation) = (workspace(), self.account, self.record.state.id);
        let place = Place { workspace, account, conversation };
        let keep =
            move |db: &mut Db| messages::append(db, place, &message, Some(&raw), clock::now());
        rig.backend.store.write(keep).await.unwrap();
    }

    /// What the bot wrote, in that place, once Meta has it; `metadata` is what it attached.
    pub(crate) async fn said(&self, rig: &Rig, (seq, text): (u64, &str), metadata: &str) {
        let message = NewMessage {
            id: MessageId::derive(text),
            seq,
            author: Author::Bot,
            content: Content::text(text),
            external_id: Some(format!("m_{text}")),
            reply_to: None,
            context: Context { metadata: Some(metadata.into()), ..Context::default() },
            status: MessageStatus::Sent,
            reason: None,
            at: clock::now(),
            send: None,
        };
        let (workspace, account, conversation) = (workspace(), self.account, self.record.state.id);
        let place = Place { workspace, account, conversation };
        let keep = move |db: &mut Db| messages::append(db, place, &message, None, clock::now());
        rig.backend.store.write(keep).await.unwrap();
    }

    /// The conversation is as the change leaves it.
    pub(crate) async fn becomes(&self, rig: &Rig, change: impl Fn(&mut Conversation)) {
        let mut record = self.record.clone();
        change(&mut record.state);
        let save = move |db: &mut Db| conversations::save(db, &record, clock::now());
        rig.backend.store.write(save).await.unwrap();
    }

    pub(crate) async fn token(&self, rig: &Rig, bot: &str) -> (BotTokenId, SecretString) {
        let (id, whose) =
            (BotTokenId::derive(bot), (workspace(), BotId::derive(bot), self.account));
        let (token, secret) = BotToken::draw(id, whose, clock::now());
        let told = secret.clone();
        let add = move |db: &mut Db| bot_tokens::add(db, &token, &secret);
        rig.backend.store.write(add).await.unwrap();
        (id, told)
    }
}

fn plant(db: &mut Db, bot: BotId, record: &Record) -> Result<(), StoreError> {
    let (now, workspace, team) = (clock::now(), record.workspace, TeamId::derive("team"));
    teams::add(db, &Team { id: team, workspace, name: "Team".into() }, now)?;
    let app = App {
        id: AppId::derive("app"),
        workspace,
        key: "app".into(),
        meta_app_id: "1".into(),
        secret: String::new(),
        previous_secret: None,
        verify_token: String::new(),
    };
    apps::add(db, &app, now)?;
    let account = Account {
        id: record.account,
        workspace,
        app: app.id,
        channel: Channel::Messenger,
        external_id: "page".into(),
        sender_id: "page".into(),
        business_id: None,
        name: "Corner Shop".into(),
        token: String::new(),
        bot: Some(bot),
        team,
        settings: AccountSettings::default(),
        disconnected_at: None,
    };
    accounts::add(db, &account, now)?;
    let contact = Contact {
        id: record.contact,
        workspace,
        account: record.account,
        name: Some("Ann van Lee".into()),
        username: None,
        scoped_id: Some(PSID.into()),
        user_id: None,
        phone: None,
    };
    contacts::save(db, &contact, now)?;
    conversations::save(db, record, now)?;
    contacts::lead(db, record.account, &contact.identities(), record.state.id).map(drop)
}
