//! What a tenant keeps beside its conversations.

use switchboard_desk::read_lesson;
use switchboard_domain::{
    Timestamp,
    ids::{ApiKeyId, BotTokenId, CannedReplyId, EndpointId, LabelId, MacroId, ViewId},
};
use switchboard_store::{
    Db, StoreError,
    api_keys::{self, ApiKey},
    bot_tokens::{self, BotToken},
    bots::{self, Bot},
    canned::{self, CannedReply},
    documents,
    labels::{self, Label},
    macros::{self, Macro},
    views::{self, View},
    webhooks::endpoints::{self, Endpoint},
};

use super::Tenant;

impl Tenant {
    pub(super) fn plant_token(&self, db: &mut Db, now: Timestamp) -> Result<(), StoreError> {
        let whose = (self.workspace, self.bot(), self.account("page"));
        let (token, secret) = BotToken::draw(BotTokenId::new(self.kit()), whose, now);
        bot_tokens::add(db, &token, &secret)
    }

    pub(super) fn plant_kit(&self, db: &mut Db, now: Timestamp) -> Result<(), StoreError> {
        let (id, workspace) = (self.kit(), self.workspace);
        let label = Label { id: LabelId::new(id), name: "VIP".into(), colour: "red".into() };
        labels::add(db, workspace, &label, now)?;
        let reply = CannedReply {
            id: CannedReplyId::new(id),
            team: Some(self.team("service")),
            shortcut: "hours".into(),
            text: "From 9 to 18.".into(),
            updated_at: now,
        };
        canned::put(db, workspace, &reply)?;
        let view = View {
            id: ViewId::new(id),
            user: self.user("supervisor"),
            shared: true,
            name: "Waiting".into(),
            query: "status=waiting".into(),
        };
        views::add(db, workspace, &view, now)?;
        let steps = serde_json::json!([{"do": "reply", "text": "Goodbye!"}, {"do": "resolve"}]);
        let bye = Macro { id: MacroId::new(id), name: "Bye".into(), steps };
        macros::put(db, workspace, &bye, now)?;
        let key = ApiKey {
            id: ApiKeyId::new(id),
            workspace,
            user: self.user("admin"),
            name: "Shop".into(),
            hint: "sbk_abc".into(),
            scopes: vec!["contacts:read".into()],
            created_at: now,
            expires_at: None,
            used_at: None,
            revoked_at: None,
        };
        api_keys::add(db, &key, &format!("sealed-hash-{}", self.name))?;
        let url = format!("https://shop.{}.example/", self.name);
        let told = (url, vec!["message.received".into()]);
        let secret = "sealed-webhook-secret".into();
        let endpoint = Endpoint::new((workspace, EndpointId::new(id)), told, secret, now);
        endpoints::add(db, &endpoint)
    }

    pub(super) fn plant_lesson(&self, db: &mut Db, now: Timestamp) -> Result<(), StoreError> {
        let (id, workspace) = (self.pupil(), self.workspace);
        let (kind, settings) = ("knowledge".into(), "answer_from: 0.6".into());
        let bot = Bot { id, workspace, name: "Pupil".into(), kind, settings, secret: None };
        bots::add(db, &bot, now)?;
        let text = b"When are you open?\n\nFrom 9 to 18.".to_vec();
        let (lesson, passages) = read_lesson(self.lesson(), "hours.txt".into(), text).unwrap();
        documents::put(db, (workspace, id), &lesson, &passages)?;
        Ok(())
    }
}
