//! The sample shop: written once, found again at each later start.

use secrecy::{ExposeSecret, SecretString};
use switchboard_backend::Keys;
use switchboard_chassis::clock;
use switchboard_desk::hash_password;
use switchboard_domain::{
    Channel,
    dispatch::Presence,
    ids::{AccountId, AppId, BotId, TeamId, UserId, WorkspaceId},
};
use switchboard_simulator::{
    SimulatorConfig,
    config::{AppSeed, CustomerSeed, InstagramSeed, PageSeed, PhoneSeed, WabaSeed},
};
use switchboard_store::{
    Db, Store, StoreError,
    accounts::{self, Account, AccountSettings},
    apps::{self, App},
    bots::{self, Bot},
    teams::{self, Team},
    users::{self, Role, User},
    workspaces::{self, Workspace},
};

use crate::commands::{
    Error,
    apps::{Named, new_verify_token, sealed},
};

/// The password of everybody in the demo, which listens only on this machine.
pub(super) const PASSWORD: &str = "switchboard-demo";

pub(super) const APP_KEY: &str = "demo";
const META_APP_ID: &str = "7700000000000001";

/// The WhatsApp business account of the number.
const WABA: &str = "102000000000001";

/// An account of the sample, as Meta knows it.
pub(super) struct SampleAccount {
    pub(super) channel: Channel,
    pub(super) name: &'static str,
    pub(super) external_id: &'static str,
    sender_id: &'static str,
    token: &'static str,
    /// The customer that the phone page begins with.
    pub(super) customer: &'static str,
    pub(super) customer_name: &'static str,
}

pub(super) const ACCOUNTS: [SampleAccount; 3] = [
    SampleAccount {
        channel: Channel::Messenger,
        name: "Corner Shop (Page)",
        external_id: "101000000000001",
        sender_id: "101000000000001",
        token: "demo-page-token",
        customer: "9000000000000101",
        customer_name: "Maya Torres",
    },
    SampleAccount {
        channel: Channel::Instagram,
        name: "@corner.shop",
        external_id: "17841400000000001",
        // Connected by Instagram Login: the account itself sends.
        sender_id: "17841400000000001",
        token: "demo-instagram-token",
        customer: "9000000000000201",
        customer_name: "Jonas Weber",
    },
    SampleAccount {
        channel: Channel::WhatsApp,
        name: "Corner Shop +1 555 010 0001",
        external_id: "106000000000001",
        sender_id: "106000000000001",
        token: "demo-whatsapp-token",
        customer: "15550102001",
        customer_name: "Aiko Tanaka",
    },
];

/// Somebody who works in the shop.
pub(super) struct Person {
    pub(super) email: &'static str,
    pub(super) name: &'static str,
    pub(super) role: Role,
}

pub(super) const PEOPLE: [Person; 3] = [
    Person { email: "ann@demo.example", name: "Ann", role: Role::Agent },
    Person { email: "bob@demo.example", name: "Bob", role: Role::Agent },
    Person { email: "admin@demo.example", name: "Alex", role: Role::Admin },
];

/// The shop as it is in the store.
pub(super) struct Shop {
    pub(super) secret: SecretString,
    pub(super) verify_token: SecretString,
    pub(super) workspace: WorkspaceId,
}

impl Shop {
    pub(super) fn meta_app_id(&self) -> &'static str {
        META_APP_ID
    }
}

pub(super) fn account_id(account: &SampleAccount) -> AccountId {
    AccountId::derive(&format!("demo/{}", account.channel))
}

fn workspace_id() -> WorkspaceId {
    WorkspaceId::derive("demo")
}

/// Finds the shop, or sets it up.
pub(super) async fn open(store: &Store, keys: &Keys) -> Result<Shop, Error> {
    let app = match store.read(|db| apps::by_key(db, APP_KEY)).await? {
        Some(app) => app,
        None => set_up(store, keys).await?,
    };
    let (ring, row) = (keys.apps()?, app.id.to_string());
    Ok(Shop {
        secret: ring.open(App::secret_place(app.workspace, &row), &app.secret)?,
        verify_token: ring.open(App::verify_token_place(app.workspace, &row), &app.verify_token)?,
        workspace: app.workspace,
    })
}

async fn set_up(store: &Store, keys: &Keys) -> Result<App, Error> {
    let (key, meta_app_id) = (APP_KEY.to_owned(), META_APP_ID.to_owned());
    let named = Named { workspace: workspace_id(), key, meta_app_id };
    let app = sealed(keys, named, &new_verify_token(), &new_verify_token())?;
    let accounts = ACCOUNTS.iter().map(|account| connect(keys, app.id, account));
    let accounts: Vec<Account> = accounts.collect::<Result<_, _>>()?;
    let hash = hash_password(PASSWORD).map_err(|error| Error::Usage(error.to_string()))?;
    let written = app.clone();
    store.write(move |db| write(db, &written, &accounts, &hash)).await?;
    Ok(app)
}

fn write(db: &mut Db, app: &App, accounts: &[Account], hash: &str) -> Result<(), StoreError> {
    let (now, workspace, team) = (clock::now(), workspace_id(), team_id());
    workspaces::add(db, &Workspace { id: workspace, name: "Corner Shop".into() }, now)?;
    teams::add(db, &Team { id: team, workspace, name: "Service".into() }, now)?;
    apps::add(db, app, now)?;
    let (id, name) = (bot_id(), "Shop assistant".to_owned());
    let settings = switchboard_bot::rules::EXAMPLE.to_owned();
    let kind = switchboard_bot::rules::KIND.to_owned();
    bots::add(db, &Bot { id, workspace, name, kind, settings, secret: None }, now)?;
    for person in &PEOPLE {
        let user = user(person);
        users::add(db, &user, hash, now)?;
        teams::add_member(db, workspace, team, user.id)?;
    }
    accounts.iter().try_for_each(|account| accounts::add(db, account, now))
}

fn team_id() -> TeamId {
    TeamId::derive("demo")
}

fn bot_id() -> BotId {
    BotId::derive("demo")
}

fn user(person: &Person) -> User {
    User {
        id: UserId::derive(person.email),
        workspace: workspace_id(),
        email: person.email.into(),
        name: person.name.into(),
        role: person.role,
        capacity: 8,
        active: true,
        chosen_presence: Presence::Online,
    }
}

fn connect(keys: &Keys, app: AppId, account: &SampleAccount) -> Result<Account, Error> {
    let (id, workspace) = (account_id(account), workspace_id());
    let row = id.to_string();
    let place = Account::token_place(workspace, &row);
    Ok(Account {
        id,
        workspace,
        app,
        channel: account.channel,
        external_id: account.external_id.into(),
        sender_id: account.sender_id.into(),
        business_id: (account.channel == Channel::WhatsApp).then(|| WABA.into()),
        name: account.name.into(),
        token: keys.tokens()?.seal(place, &account.token.into())?,
        bot: Some(bot_id()),
        team: team_id(),
        settings: AccountSettings::default(),
        disconnected_at: None,
    })
}

/// The same shop, as Meta would have it; `callback` is where webhooks go.
pub(super) fn simulator(shop: &Shop, callback: Option<String>) -> SimulatorConfig {
    let app_id = META_APP_ID.to_owned();
    let [page, instagram, whatsapp] = &ACCOUNTS;
    SimulatorConfig {
        adopt_strangers: true,
        apps: vec![AppSeed {
            id: app_id.clone(),
            secret: shop.secret.expose_secret().to_owned(),
            name: "Switchboard demo".into(),
            callback_url: callback,
            verify_token: shop.verify_token.expose_secret().to_owned(),
            require_proof: true,
            ..AppSeed::default()
        }],
        pages: vec![PageSeed {
            id: page.external_id.into(),
            name: page.name.into(),
            app_id: app_id.clone(),
            access_token: page.token.into(),
            ..PageSeed::default()
        }],
        instagram: vec![InstagramSeed {
            id: instagram.external_id.into(),
            name: instagram.name.into(),
            app_id: app_id.clone(),
            access_token: Some(instagram.token.into()),
            ..InstagramSeed::default()
        }],
        whatsapp: vec![WabaSeed {
            id: WABA.into(),
            name: "Corner Shop".into(),
            app_id,
            access_token: whatsapp.token.into(),
            phones: vec![PhoneSeed {
                id: whatsapp.external_id.into(),
                display_phone_number: "15550100001".into(),
                verified_name: "Corner Shop".into(),
            }],
            ..WabaSeed::default()
        }],
        customers: ACCOUNTS.iter().map(customer).collect(),
        ..SimulatorConfig::default()
    }
}

fn customer(account: &SampleAccount) -> CustomerSeed {
    CustomerSeed {
        account: account.external_id.into(),
        id: account.customer.into(),
        name: account.customer_name.into(),
        ..CustomerSeed::default()
    }
}
