//! One account a channel, at the simulator and in the store, and texts to send from them.

use std::time::Duration;

use switchboard_backend::{Backend, Keys};
use switchboard_chassis::clock;
use switchboard_contract::{
    Body,
    wire::{self, SendRequest},
};
use switchboard_domain::{
    Channel, Timestamp,
    ids::{AccountId, AppId, ConversationId, MessageId, SendId, TeamId, WorkspaceId},
};
use switchboard_simulator::{
    SimulatorConfig,
    config::{AppSeed, InstagramSeed, PageSeed, PhoneSeed, WabaSeed},
};
use switchboard_store::{
    accounts::{self, Account, AccountSettings},
    apps::{self, App},
    teams, workspaces,
};

/// The WhatsApp business account of the number.
pub(crate) const WABA: &str = "4001";

const PAGE: &str = "2001";
const PHONE: &str = "4101";
pub(crate) const SECRET: &str = "app-secret";
pub(crate) const PAGE_TOKEN: &str = "page-token";
pub(crate) const PHONE_TOKEN: &str = "phone-token";

/// An account's node at the simulator.
pub(crate) fn node(channel: Channel) -> &'static str {
    match channel {
        Channel::Messenger => PAGE,
        Channel::Instagram => "3001",
        Channel::WhatsApp => PHONE,
    }
}

pub(crate) fn account(channel: Channel) -> AccountId {
    AccountId::derive(channel.as_str())
}

pub(crate) fn conversation(channel: Channel, customer: &str) -> ConversationId {
    ConversationId::derive(&format!("{channel}:{customer}"))
}

pub(crate) fn send(name: &str) -> SendId {
    SendId::derive(name)
}

pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId::derive("rig")
}

pub(super) fn seeds() -> SimulatorConfig {
    SimulatorConfig {
        apps: vec![
            AppSeed {
                id: "1001".into(),
                secret: SECRET.into(),
                require_proof: true,
                ..AppSeed::default()
            },
            AppSeed { id: "1002".into(), secret: "another".into(), ..AppSeed::default() },
        ],
        pages: vec![PageSeed {
            id: PAGE.into(),
            app_id: "1001".into(),
            access_token: PAGE_TOKEN.into(),
            ..PageSeed::default()
        }],
        instagram: vec![InstagramSeed {
            id: "3001".into(),
            page_id: Some(PAGE.into()),
            app_id: "1001".into(),
            ..InstagramSeed::default()
        }],
        whatsapp: vec![WabaSeed {
            id: WABA.into(),
            app_id: "1001".into(),
            access_token: PHONE_TOKEN.into(),
            phones: vec![PhoneSeed { id: PHONE.into(), ..PhoneSeed::default() }],
            ..WabaSeed::default()
        }],
        ..SimulatorConfig::default()
    }
}

/// A text to send; customer and window are as the simulator has them.
pub(crate) fn request(channel: Channel, customer: &str, text: &str) -> (String, Body) {
    let id = send(text);
    let number = channel == Channel::WhatsApp;
    let recipient = wire::Recipient {
        scoped_id: (!number).then(|| customer.to_owned()),
        phone: number.then(|| customer.to_owned()),
        user_id: None,
    };
    let content = wire::Content { kind: Some(wire::content::Kind::Text(text.to_owned())) };
    let hour = Duration::from_secs(3_600);
    let body = Body::SendRequest(SendRequest {
        workspace_id: workspace().to_string(),
        account_id: account(channel).to_string(),
        conversation_id: conversation(channel, customer).to_string(),
        conversation_shard: 0,
        send_id: id.to_string(),
        message_id: MessageId::derive(text).to_string(),
        recipient: Some(recipient),
        content: Some(content),
        sender: "bot".to_owned(),
        label: "response".to_owned(),
        not_after_us: clock::now().plus(hour).as_micros(),
        ..SendRequest::default()
    });
    (format!("send:{id}"), body)
}

/// The same, with another end of the window.
pub(crate) fn request_until(
    channel: Channel,
    customer: &str,
    text: &str,
    until: Timestamp,
) -> (String, Body) {
    match request(channel, customer, text) {
        (id, Body::SendRequest(mut request)) => {
            request.not_after_us = until.as_micros();
            (id, Body::SendRequest(request))
        }
        other => other,
    }
}

pub(super) fn seal_token(keys: &Keys, channel: Channel, token: &str) -> String {
    let id = account(channel).to_string();
    let place = Account::token_place(workspace(), &id);
    keys.tokens().unwrap().seal(place, &token.into()).unwrap()
}

pub(super) async fn seed(backend: &Backend) {
    let (app, team) = (AppId::derive("rig"), TeamId::derive("rig"));
    let place = app.to_string();
    let sealed = App::secret_place(workspace(), &place);
    let secret = backend.keys.apps().unwrap().seal(sealed, &SECRET.into()).unwrap();
    let sealed = App::verify_token_place(workspace(), &place);
    let verify_token = backend.keys.apps().unwrap().seal(sealed, &"verify".into()).unwrap();
    let accounts = Channel::ALL.map(|channel| {
        let token = if channel == Channel::WhatsApp { PHONE_TOKEN } else { PAGE_TOKEN };
        let sender = if channel == Channel::Instagram { PAGE } else { node(channel) };
        Account {
            id: account(channel),
            workspace: workspace(),
            app,
            channel,
            external_id: node(channel).to_owned(),
            sender_id: sender.to_owned(),
            business_id: (channel == Channel::WhatsApp).then(|| WABA.into()),
            name: channel.to_string(),
            token: seal_token(&backend.keys, channel, token),
            bot: None,
            team,
            settings: AccountSettings::default(),
            disconnected_at: None,
        }
    });
    let write = move |db: &mut _| {
        let now = clock::now();
        let rig = workspaces::Workspace { id: workspace(), name: "Rig".into() };
        workspaces::add(db, &rig, now)?;
        teams::add(db, &teams::Team { id: team, workspace: workspace(), name: "Rig".into() }, now)?;
        let app = App {
            id: app,
            workspace: workspace(),
            key: "rig".into(),
            meta_app_id: "1001".into(),
            secret,
            previous_secret: None,
            verify_token,
        };
        apps::add(db, &app, now)?;
        accounts.iter().try_for_each(|account| accounts::add(db, account, now))
    };
    backend.store.write(write).await.unwrap();
}
