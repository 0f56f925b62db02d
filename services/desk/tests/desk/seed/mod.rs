//! Two tenants with people, accounts and conversations in every state.

mod facts;
mod kit;
mod surveys;

use std::time::Duration;

use switchboard_desk::hash_password;
use switchboard_domain::{
    Channel, Content, Timestamp,
    content::MediaKind,
    conversation::{Author, Conversation, HandOff, MessageStatus, NewMessage, Status},
    dispatch::Presence,
    ids::{
        AccountId, AppId, BotId, ContactId, ConversationId, DocumentId, ErrandId, LabelId, MediaId,
        MessageId, TeamId, UserId, WorkspaceId,
    },
    shard::ConversationShard,
};
use switchboard_store::{
    Db, Store, StoreError,
    accounts::{self, Account},
    apps::{self, App},
    bots::{self, Bot},
    contacts::{self, Contact},
    conversations::{self, Record},
    deletions::{self, Deletion, State},
    errands::{self, Errand},
    linking::{self, Linking, Method, Texts},
    media::uploads::{self, Upload},
    messages,
    teams::{self, Team},
    users::{self, Role, User},
    workspaces::{self, Workspace},
};
use uuid::Uuid;

pub(crate) const PASSWORD: &str = "correct horse battery";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A tenant. Ids derive from its name, so that those of two tenants differ.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    pub(crate) name: &'static str,
    pub(crate) workspace: WorkspaceId,
}

impl Tenant {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, workspace: WorkspaceId::derive(name) }
    }

    fn of(&self, what: &str) -> String {
        format!("{}/{what}", self.name)
    }

    pub(crate) fn email(&self, who: &str) -> String {
        format!("{who}@{}.example", self.name)
    }

    pub(crate) fn user(&self, who: &str) -> UserId {
        UserId::derive(&self.of(who))
    }

    pub(crate) fn team(&self, which: &str) -> TeamId {
        TeamId::derive(&self.of(which))
    }

    pub(crate) fn account(&self, which: &str) -> AccountId {
        AccountId::derive(&self.of(which))
    }

    pub(crate) fn conversation(&self, which: &str) -> ConversationId {
        ConversationId::derive(&self.of(which))
    }

    /// The customer of a conversation.
    pub(crate) fn contact(&self, which: &str) -> ContactId {
        ContactId::derive(&self.of(which))
    }

    /// The message of that place in a conversation.
    pub(crate) fn message(&self, which: &str, seq: u64) -> MessageId {
        MessageId::derive(&self.of(&format!("{which}/{seq}")))
    }

    /// Where a conversation lives.
    pub(crate) fn shard(&self, which: &str) -> ConversationShard {
        ConversationShard::of(&self.of(which))
    }

    /// Work at Meta that goes on.
    pub(crate) fn errand(&self) -> ErrandId {
        ErrandId::derive(&self.of("errand"))
    }

    /// The code of a request to erase somebody.
    /// What is in the file of [`Self::media`].
    pub(crate) const FILE: &[u8] = b"<script>0123456789</script>";

    pub(crate) fn media(&self) -> MediaId {
        MediaId::derive(&self.of("file"))
    }

    /// A label, a canned reply, a saved view, a macro, a program's key and a bot's token, under one
    /// UUID.
    pub(crate) fn kit(&self) -> Uuid {
        LabelId::derive(&self.of("kit")).uuid()
    }

    /// A bot that no account has.
    pub(crate) fn bot(&self) -> BotId {
        BotId::derive(&self.of("spare bot"))
    }

    /// A bot that was taught the document of [`Self::lesson`].
    pub(crate) fn pupil(&self) -> BotId {
        BotId::derive(&self.of("pupil"))
    }

    pub(crate) fn lesson(&self) -> DocumentId {
        DocumentId::derive(&self.of("lesson"))
    }

    pub(crate) fn deletion(&self) -> String {
        format!("code-of-{}", self.name)
    }

    /// Everything that names something of this tenant.
    pub(crate) fn ids(&self) -> Vec<String> {
        let mut ids = vec![self.workspace.to_string()];
        ids.extend(["admin", "supervisor", "ann", "bob"].map(|who| self.user(who).to_string()));
        ids.extend(["sales", "service"].map(|team| self.team(team).to_string()));
        ids.extend(["page", "number"].map(|account| self.account(account).to_string()));
        ids.push(self.deletion());
        ids.push(self.errand().to_string());
        ids.push(self.media().to_string());
        ids.push(self.kit().to_string());
        ids.push(self.bot().to_string());
        ids.extend([self.pupil().to_string(), self.lesson().to_string()]);
        ids.extend(CONVERSATIONS.map(|one| self.conversation(one.0).to_string()));
        ids.extend(CONVERSATIONS.map(|one| self.contact(one.0).to_string()));
        ids
    }

    pub(crate) async fn plant(&self, store: &Store, now: Timestamp) {
        let tenant = self.clone();
        let hash = hash_password(PASSWORD).unwrap();
        store.write(move |db| tenant.write(db, &hash, now)).await.unwrap();
    }

    fn write(&self, db: &mut Db, hash: &str, now: Timestamp) -> Result<(), StoreError> {
        let (id, name) = (self.workspace, self.name.to_owned());
        workspaces::add(db, &Workspace { id, name }, now)?;
        self.people(db, hash, now)?;
        self.connections(db, now)?;
        self.plant_kit(db, now)?;
        self.plant_lesson(db, now)?;
        self.plant_facts(db, now)?;
        for (which, account, status, age) in CONVERSATIONS {
            self.talk(db, which, account, status, now, age)?;
        }
        self.plant_surveys(db, now)
    }

    fn people(&self, db: &mut Db, hash: &str, now: Timestamp) -> Result<(), StoreError> {
        let people = [
            ("admin", Role::Admin),
            ("supervisor", Role::Supervisor),
            ("ann", Role::Agent),
            ("bob", Role::Agent),
        ];
        for (who, role) in people {
            let user = User {
                id: self.user(who),
                workspace: self.workspace,
                email: self.email(who),
                name: who.to_owned(),
                role,
                capacity: 4,
                active: true,
                chosen_presence: Presence::Online,
            };
            users::add(db, &user, hash, now)?;
        }
        for which in ["sales", "service"] {
            let (id, name) = (self.team(which), which.to_owned());
            teams::add(db, &Team { id, workspace: self.workspace, name }, now)?;
        }
        for who in ["ann", "bob"] {
            teams::add_member(db, self.workspace, self.team("sales"), self.user(who))?;
        }
        Ok(())
    }

    fn connections(&self, db: &mut Db, now: Timestamp) -> Result<(), StoreError> {
        let app = App {
            id: AppId::derive(self.name),
            workspace: self.workspace,
            key: self.name.to_owned(),
            meta_app_id: "1".into(),
            secret: "sealed-secret".into(),
            previous_secret: None,
            verify_token: "sealed-verify".into(),
        };
        apps::add(db, &app, now)?;
        let bot = Bot {
            id: BotId::derive(self.name),
            workspace: self.workspace,
            name: "Greeter".into(),
            kind: "rules".into(),
            settings: "replies: []".into(),
            secret: None,
        };
        bots::add(db, &bot, now)?;
        bots::add(db, &Bot { id: self.bot(), name: "Spare".into(), ..bot.clone() }, now)?;
        let all = [("page", Channel::Messenger, "sales"), ("number", Channel::WhatsApp, "service")];
        for (which, channel, team) in all {
            let account = Account {
                id: self.account(which),
                workspace: self.workspace,
                app: app.id,
                channel,
                external_id: self.of(which),
                sender_id: self.of(which),
                business_id: (channel == Channel::WhatsApp).then(|| self.of("business")),
                name: format!("{} {which}", self.name),
                token: "sealed-token".into(),
                bot: Some(bot.id),
                team: self.team(team),
                settings: accounts::AccountSettings::default(),
                disconnected_at: None,
            };
            accounts::add(db, &account, now)?;
        }
        self.plant_token(db, now)?;
        let linking = Linking {
            account: self.account("page"),
            workspace: self.workspace,
            method: Method::Http { url: "https://login.example/check".into() },
            secret: "sealed-signing".into(),
            texts: Texts::default(),
        };
        linking::set(db, &linking, now)?;
        self.unfinished(db, app.id, now)
    }

    /// What goes on: somebody is to be erased, and an errand is under way.
    fn unfinished(&self, db: &mut Db, app: AppId, now: Timestamp) -> Result<(), StoreError> {
        let deletion = Deletion {
            code: self.deletion(),
            workspace: self.workspace,
            app,
            user_id: Some(self.of("person")),
            state: State::Open,
            requested_at: now,
            completed_at: None,
        };
        let errand = Errand {
            id: self.errand(),
            workspace: self.workspace,
            account: None,
            kind: "doctor".into(),
        };
        errands::begin(db, &errand, now)?;
        self.file(db, now)?;
        deletions::keep(db, &deletion)
    }

    /// A file in ann's conversation that is stored; see [`Self::FILE`].
    fn file(&self, db: &mut Db, now: Timestamp) -> Result<(), StoreError> {
        let upload = Upload {
            id: self.media(),
            workspace: self.workspace,
            account: self.account("page"),
            conversation: self.conversation("anns"),
            kind: MediaKind::File,
            mime_type: "text/html".into(),
            filename: "n\u{f6}te.html".into(),
            size: u64::try_from(Self::FILE.len()).unwrap(),
            sha256: String::new(),
        };
        uploads::add(db, &upload, now)
    }

    fn talk(
        &self,
        db: &mut Db,
        which: &str,
        account: &str,
        status: Is,
        now: Timestamp,
        age: Duration,
    ) -> Result<(), StoreError> {
        let at = Timestamp::from_micros(now.as_micros() - i64::try_from(age.as_micros()).unwrap());
        let contact = Contact {
            id: self.contact(which),
            workspace: self.workspace,
            account: self.account(account),
            name: Some(format!("Customer {which}")),
            username: None,
            scoped_id: Some(self.of(which)),
            user_id: None,
            phone: None,
        };
        contacts::save(db, &contact, at)?;
        let mut state = Conversation::new(self.conversation(which));
        state.status = match status {
            Is::Bot => Status::Bot,
            Is::Resolved => Status::Resolved,
            Is::Waiting => Status::Waiting {
                team: self.team("sales"),
                since: at,
                ticket: 1,
                reason: HandOff::Asked,
            },
            Is::With(who) => Status::Agent { agent: self.user(who) },
        };
        (state.customer_wrote_at, state.next_seq) = (Some(at), 4);
        (state.revision, state.unread) = (3, 1);
        let record = Record {
            workspace: self.workspace,
            account: contact.account,
            contact: contact.id,
            shard: self.shard(which),
            state,
            preview: "And now?".into(),
            last_message_at: at,
        };
        conversations::save(db, &record, at)?;
        self.transcript(db, which, &record, at)
    }

    fn transcript(
        &self,
        db: &mut Db,
        which: &str,
        record: &Record,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let place = messages::Place {
            workspace: self.workspace,
            account: record.account,
            conversation: record.state.id,
        };
        let said = [
            (Author::Customer, "Hello", MessageStatus::Received),
            (Author::Agent { id: self.user("ann") }, "Good day", MessageStatus::Failed),
            (Author::Customer, "And now?", MessageStatus::Received),
        ];
        for ((author, text, status), seq) in said.into_iter().zip(1..) {
            let reason = (status == MessageStatus::Failed).then(|| "Meta refused it".to_owned());
            let message = NewMessage {
                id: self.message(which, seq),
                seq,
                author,
                content: Content::text(text),
                external_id: None,
                reply_to: None,
                context: switchboard_domain::content::Context::default(),
                status,
                reason,
                at,
                send: None,
            };
            messages::append(db, place, &message, None, at)?;
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy)]
enum Is {
    Bot,
    Waiting,
    With(&'static str),
    Resolved,
}

/// Each with its account, its status, and how long ago the customer wrote; the latest first.
const CONVERSATIONS: [(&str, &str, Is, Duration); 6] = [
    ("waiting", "page", Is::Waiting, Duration::from_secs(60)),
    ("anns", "page", Is::With("ann"), Duration::from_secs(120)),
    ("bobs", "page", Is::With("bob"), Duration::from_secs(180)),
    ("elsewhere", "number", Is::Bot, Duration::from_secs(240)),
    ("old", "number", Is::With("ann"), DAY),
    ("ancient", "page", Is::Resolved, DAY.saturating_mul(8)),
];
