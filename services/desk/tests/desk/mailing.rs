//! A desk that mails by a real SMTP server, and a clock that tests put forward.

use std::{cell::Cell, time::Duration};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_domain::{
    Timestamp,
    dispatch::{Agent, Presence, Talents},
    notices::NoticeKind,
};
use switchboard_store::{
    Db, dispatch,
    notices::happened::{self, Notice},
};
use switchboard_testkit::smtp::{Mail, Smtp, Tls};

use crate::{
    client::{Client, answer},
    world::World,
};

pub(crate) const MINUTE: Duration = Duration::from_secs(60);

thread_local! {
    /// How far the clock of this test's desks is ahead: each test has a thread of its own, on which
    /// all of its tasks run.
    static AHEAD: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// What the desks of this test go by. Not for work of the store, which runs on other threads.
pub(crate) fn now() -> Timestamp {
    clock::now().plus(AHEAD.get())
}

pub(crate) fn pass(time: Duration) {
    AHEAD.set(AHEAD.get() + time);
}

/// A desk that mails, and its mail server. Nobody is told anything until a test says so.
pub(crate) struct Mailing {
    pub(crate) world: World,
    pub(crate) smtp: Smtp,
    pub(crate) admin: Client,
}

impl Mailing {
    pub(crate) async fn start() -> Self {
        Self::gathering("0").await
    }

    /// Waits so many seconds for more.
    pub(crate) async fn gathering(seconds: &str) -> Self {
        let smtp = Smtp::start(Tls::Starttls).await.unwrap();
        let (url, ca_file) = (smtp.url(), smtp.ca_file().display().to_string());
        let settings = [
            ("MAIL__URL", url.as_str()),
            ("MAIL__FROM", "Switchboard <desk@shop.example>"),
            ("MAIL__CA_FILE", &ca_file),
            ("MAIL__GATHER_SECONDS", seconds),
        ];
        let world = World::with(&settings).await;
        let admin = world.as_user("admin").await;
        let mailing = Self { world, smtp, admin };
        mailing.defaults(json!({}), false).await;
        mailing
    }

    /// Chooses for all who did not.
    pub(crate) async fn defaults(&self, changes: Value, words: bool) {
        let body = json!({"choice": choice(changes), "words": words});
        let put = self.admin.send(Method::PUT, "/notifications/defaults", Some(body), &[]).await;
        let (status, answer) = answer(put).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }

    /// Chooses for somebody.
    pub(crate) async fn chooses(&self, who: &str, changes: Value) {
        let client = self.world.as_user(who).await;
        let put = client.send(Method::PUT, "/me/notifications", Some(choice(changes)), &[]).await;
        let (status, answer) = answer(put).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }

    /// All of it happens in one transaction.
    pub(crate) async fn happens(&self, what: &[(NoticeKind, &str, Option<&str>)]) {
        let here = &self.world.here;
        let notice = |(kind, conversation, whom): &(NoticeKind, &str, Option<&str>)| Notice {
            workspace: here.workspace,
            conversation: here.conversation(conversation),
            kind: *kind,
            user: whom.map(|whom| here.user(whom)),
            // As the tenant's conversation has it.
            ticket: 1,
            at: now(),
        };
        let all: Vec<Notice> = what.iter().map(notice).collect();
        let keep = move |db: &mut Db| all.iter().try_for_each(|one| happened::keep(db, one));
        self.world.backend.store.write(keep).await.unwrap();
    }

    /// Dispatch knows how present somebody is.
    pub(crate) async fn is(&self, who: &str, presence: Presence) {
        let here = &self.world.here;
        let (workspace, id) = (here.workspace, here.user(who));
        let agent = Agent {
            id,
            presence,
            capacity: 4,
            teams: vec![here.team("sales")],
            talents: Talents::default(),
            absences: 0,
            turn: 0,
        };
        let save = move |db: &mut Db| dispatch::save_agent(db, workspace, &agent);
        self.world.backend.store.write(save).await.unwrap();
    }

    /// The mails to somebody, once there are so many and desks have noted what became of them.
    pub(crate) async fn to(&self, who: &str, count: usize) -> Vec<Mail> {
        let address = self.world.here.email(who);
        let mut wanted = count;
        loop {
            let all = self.smtp.receives(wanted).await.unwrap();
            let theirs: Vec<Mail> =
                all.iter().filter(|mail| mail.to.contains(&address)).cloned().collect();
            if theirs.len() >= count {
                while self.is_sending().await {
                    tokio::task::yield_now().await;
                }
                return theirs;
            }
            wanted = all.len() + 1;
        }
    }

    async fn is_sending(&self) -> bool {
        let (_, mails) = self.admin.get("/notifications/mails").await;
        mails.as_array().unwrap().iter().any(|mail| mail["state"] == "sending")
    }

    /// Everything due until now is sent or let go: what happens to somebody after it is told after
    /// it. Bob is the one who is told.
    pub(crate) async fn settles(&self) {
        self.chooses("bob", json!({"mentioned": true, "every_minutes": 1})).await;
        pass(MINUTE);
        let before = self.count("bob");
        // One at a time: each round looks at all who are due.
        for more in 1..=2 {
            self.happens(&[(NoticeKind::Mentioned, "bobs", Some("bob"))]).await;
            pass(MINUTE * 2);
            self.to("bob", before + more).await;
        }
    }

    /// How many mails somebody has so far.
    pub(crate) fn count(&self, who: &str) -> usize {
        let address = self.world.here.email(who);
        self.smtp.mails().iter().filter(|mail| mail.to.contains(&address)).count()
    }

    /// The latest mails as administrators see them, once the first is so.
    pub(crate) async fn mails(&self, state: &str) -> Value {
        loop {
            let (status, mails) = self.admin.get("/notifications/mails").await;
            assert_eq!(status, StatusCode::OK);
            if mails[0]["state"] == state {
                return mails;
            }
            tokio::task::yield_now().await;
        }
    }

    pub(crate) async fn stop(self) {
        self.world.stop().await;
    }
}

/// A choice of nothing, with changes.
fn choice(changes: Value) -> Value {
    let mut choice = json!({
        "started": false, "waiting": false, "waits_minutes": null, "assigned": false,
        "mentioned": false, "when": "offline", "every_minutes": 30, "zone": "Europe/Berlin"
    });
    for (name, value) in changes.as_object().unwrap() {
        choice[name] = value.clone();
    }
    choice
}
