//! What bots that were written for Meta's platform set up at Meta: the call goes to outbound, and
//! Meta's answer comes back as it is.

use reqwest::{Client, Method};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use switchboard_bot::Running;
use switchboard_chassis::clock;
use switchboard_contract::{Body, convert::account_shard};
use switchboard_domain::{
    conversation::{Block, Status},
    ids::{AccountId, UserId},
};
use switchboard_meta::webhook::split;
use switchboard_queue::{Subscription, Topic};
use switchboard_store::{
    Db,
    account_events::{self, AccountEvent},
    errands::{self, Errand, Progress},
};
use tokio::sync::Mutex;

use crate::{
    counterpart::Counterpart,
    rig::{Rig, subscribe, take, workspace},
    shop::{PSID, SECRET, Shop, settings},
};

const COMMENT: &str = "1_7";

/// A bot's program, with what outbound is asked for.
struct Scene {
    rig: Rig,
    shop: Shop,
    bot: Running,
    token: String,
    outbound: Mutex<Box<dyn Subscription>>,
    _program: Counterpart,
}

impl Scene {
    async fn open() -> Self {
        let (rig, program) = (Rig::new().await, Counterpart::start().await);
        rig.add("florist", "meta", settings(&program, ""), SECRET).await;
        rig.add("other", "meta", settings(&program, ""), SECRET).await;
        let shop = Shop::open(&rig, "florist").await;
        let (_, token) = shop.token(&rig, "florist").await;
        let topic = Topic::Outbound(account_shard(AccountId::derive("page")));
        let outbound = Mutex::new(subscribe(&rig.backend.queue, topic).await);
        let bot = rig.start().await;
        let token = token.expose_secret().to_owned();
        Self { rig, shop, bot, token, outbound, _program: program }
    }

    /// Ann comments on a post of the Page, as the router keeps it.
    async fn ann_comments(&self) {
        let value = json!({"item": "comment", "comment_id": COMMENT, "from": {"id": PSID}});
        let change = json!({"field": "feed", "value": value});
        let page = json!({"object": "page", "entry": [{"id": "page", "changes": [change]}]});
        let event = AccountEvent {
            id: COMMENT.into(),
            workspace: workspace(),
            account: AccountId::derive("page"),
            kind: "change:feed".into(),
            severity: "info".into(),
            sentence: "Somebody commented.".into(),
            raw: split(page.to_string().as_bytes()).unwrap().remove(0).raw,
            at: clock::now(),
        };
        let keep = move |db: &mut Db| account_events::keep(db, &event);
        self.rig.backend.store.write(keep).await.unwrap();
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let http = Client::builder().no_proxy().build().unwrap();
        let url = format!("http://{}{path}", self.bot.addr());
        let call = http.request(method, url).bearer_auth(&self.token).json(body);
        let answer = call.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// The call, and outbound, which finds that of it; what it was asked, and what the bot hears.
    async fn relays(
        &self,
        (method, path, body): (Method, &str, &Value),
        found: Progress,
    ) -> (String, Value, (u16, Value)) {
        let (store, outbound) = (&self.rig.backend.store, &self.outbound);
        let outbounds = async {
            let envelope = take(&mut **outbound.lock().await, 1).await.remove(0);
            let Some(Body::Errand(asked)) = envelope.body else { panic!("no errand") };
            assert_eq!(asked.account_id, AccountId::derive("page").to_string());
            let (id, kind) = (asked.errand_id.parse().unwrap(), asked.kind.clone());
            let errand = Errand { id, workspace: workspace(), account: None, kind };
            let end = move |db: &mut Db| {
                errands::begin(db, &errand, clock::now())?;
                errands::end(db, id, &found, clock::now())
            };
            store.write(end).await.unwrap();
            asked
        };
        let (answer, asked) = tokio::join!(self.call(method, path, body), outbounds);
        (asked.kind, serde_json::from_str(&asked.input).unwrap(), answer)
    }
}

fn done(status: u16, body: &Value) -> Progress {
    Progress::Done(json!({"status": status, "body": body}))
}

#[tokio::test]
async fn what_a_bot_sets_up_goes_to_meta_and_it_hears_what_meta_says() {
    let scene = Scene::open().await;
    let profile = json!({"get_started": {"payload": "START"}});
    let call = (Method::POST, "/v25.0/me/messenger_profile", &profile);
    let success = json!({"result": "success"});
    let (kind, asked, answer) = scene.relays(call, done(200, &success)).await;
    assert_eq!((kind.as_str(), answer), ("relay.messenger_profile", (200, success)));
    assert_eq!(asked, json!({"method": "POST", "parameters": profile, "node": "me"}));

    let refusal = json!({"error": {"code": 100, "error_subcode": 2_018_145, "message": "no"}});
    let call = (Method::DELETE, "/graph/v25.0/page/messenger_profile", &json!({}));
    let (_, _, answer) = scene.relays(call, done(400, &refusal)).await;
    assert_eq!(answer, (400, refusal));

    let failed = Progress::Failed("The account is stopped.".into());
    let call = (Method::GET, "/v25.0/me/personas", &json!({}));
    let (_, _, (status, answer)) = scene.relays(call, failed).await;
    assert_eq!((status, &answer["error"]["code"]), (503, &json!(2)));
    assert_eq!(answer["error"]["message"], "(#2) The account is stopped.");
    scene.bot.stop().await;
}

#[tokio::test]
async fn further_pages_lead_to_the_door() {
    let scene = Scene::open().await;
    let listed =
        json!({"data": [], "paging": {"cursors": {"after": "QQ"}, "next": "limit=1&after=QQ"}});
    let call = (Method::GET, "/v25.0/page/message_templates?limit=1", &json!({}));
    let (_, asked, (status, answer)) = scene.relays(call, done(200, &listed)).await;
    assert_eq!((status, &asked["parameters"]), (200, &json!({"limit": "1"})));
    let next = answer["paging"]["next"].as_str().unwrap();
    let (address, token) = (scene.bot.addr(), &scene.token);
    let expected = format!("http://{address}/v25.0/page/message_templates?limit=1&after=QQ");
    assert_eq!(next, format!("{expected}&access_token={token}"));
    scene.bot.stop().await;
}

#[tokio::test]
async fn what_leads_elsewhere_is_not_handed_on() {
    let scene = Scene::open().await;
    let refused = async |method: Method, path: &str, body: Value| {
        let (status, answer) = scene.call(method, path, &body).await;
        assert!(status >= 400, "{path}: {answer}");
        answer["error"]["error_subcode"].clone()
    };
    let named = json!(33);
    assert_eq!(refused(Method::GET, "/v25.0/another/personas", json!({})).await, named);
    assert_eq!(refused(Method::DELETE, "/v25.0/me/personas", json!({})).await, named);
    assert_eq!(refused(Method::DELETE, "/v25.0/me", json!({})).await, named);
    assert_eq!(refused(Method::GET, "/v25.0/me/conversations", json!({})).await, named);
    let other = json!({"platform": "instagram", "fields": ["greeting"]});
    refused(Method::DELETE, "/v25.0/me/messenger_profile", other).await;
    let expanded = "/v25.0/me/message_templates?fields=name,owner%7Baccess_token%7D";
    refused(Method::GET, expanded, json!({})).await;
    let depth =
        scene.rig.backend.queue.depth(Topic::Outbound(account_shard(AccountId::derive("page"))));
    assert_eq!(depth.await.unwrap(), 0);
    scene.bot.stop().await;
}

#[tokio::test]
async fn a_comment_is_answered_once_and_nobody_is_talked_over() {
    let scene = Scene::open().await;
    scene.ann_comments().await;
    let reply = json!({"recipient": {"comment_id": COMMENT}, "message": {"text": "It is 5."}});
    let sent = json!({"recipient_id": PSID, "message_id": "m_1"});
    let call = (Method::POST, "/v25.0/page/messages", &reply);
    let (kind, asked, answer) = scene.relays(call, done(200, &sent)).await;
    assert_eq!((kind.as_str(), answer), ("relay.private_reply", (200, sent)));
    assert_eq!(asked["parameters"], reply);

    let refused = async |message: Value, to: Value| {
        let body = json!({"recipient": to, "message": message});
        let (status, answer) = scene.call(Method::POST, "/v25.0/page/messages", &body).await;
        assert_eq!(status, 400, "{answer}");
        answer["error"]["code"].clone()
    };
    let to = json!({"comment_id": COMMENT});
    let kept = json!({"attachment": {"type": "image", "payload": {"attachment_id": "sb_1"}}});
    assert_eq!(refused(kept, to.clone()).await, 100);
    let long = json!({"text": "x".repeat(2_001)});
    assert_eq!(refused(long, to.clone()).await, 100);
    assert_eq!(refused(json!({"text": "x"}), json!({"comment_id": "%"})).await, 100);
    let agent = UserId::derive("ann");
    scene.shop.becomes(&scene.rig, |state| state.status = Status::Agent { agent }).await;
    assert_eq!(
        refused(json!({"text": "x"}), to.clone()).await,
        10,
        "a person has the conversation"
    );
    let block = || Block {
        by: agent,
        at: clock::now(),
        reason: "insults".into(),
        before: Status::Bot,
        unread: 0,
    };
    scene.shop.becomes(&scene.rig, |state| state.blocked = Some(block())).await;
    assert_eq!(refused(json!({"text": "x"}), to).await, 10, "they are blocked");
    scene.bot.stop().await;
}
