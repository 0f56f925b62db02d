//! What a simulator is started with: plain structs, each with a `Default`.
//!
//! The same structs are the bodies of the control interface, so a sample can be
//! created in-process by [`crate::start`] or over HTTP.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use crate::settings::{Limits, Settings, TemplateReview, WhatsAppRefusal};

/// Everything a simulator needs to start. The default listens on a free port of
/// 127.0.0.1 with an empty world.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimulatorConfig {
    /// Address to listen on. Port 0 takes a free one; see [`crate::Running::addr`].
    pub listen: SocketAddr,
    /// Base of the URLs handed out (media). Default: `http://` and the bound address.
    pub public_url: Option<String>,
    /// Number of HTTP worker threads.
    pub workers: usize,
    /// A journal of what must survive the process: sends, messages, customers,
    /// and webhooks still owed. Replayed at start; created when it is not there.
    /// `None`: everything is forgotten at the end.
    pub state_file: Option<PathBuf>,
    /// Take a recipient that nobody has heard of for a reachable customer who has
    /// just written, and so a known customer who never wrote. For demos, and for
    /// tests that post webhook bodies straight to the gateway, so that the
    /// simulator has not seen the customer's message. Malformed ids stay refused.
    pub adopt_strangers: bool,
    /// Behaviour that may also be changed later over `PUT /_sim/settings`. For a
    /// demo, [`Settings::auto_read`] is better off: messages are then read when
    /// somebody looks at the phone page.
    pub settings: Settings,
    /// Meta apps.
    pub apps: Vec<AppSeed>,
    /// Facebook Pages.
    pub pages: Vec<PageSeed>,
    /// Instagram professional accounts.
    pub instagram: Vec<InstagramSeed>,
    /// WhatsApp business accounts with their phone numbers.
    pub whatsapp: Vec<WabaSeed>,
    /// Access tokens beyond those that come with the accounts.
    pub tokens: Vec<TokenSeed>,
    /// People who write to the accounts.
    pub customers: Vec<CustomerSeed>,
    /// Accounts whose conversations are routed. The others have no default app:
    /// every subscribed app hears everything and may answer.
    pub routing: Vec<RoutingSeed>,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            public_url: None,
            workers: 2,
            state_file: None,
            adopt_strangers: false,
            settings: Settings::default(),
            apps: Vec::new(),
            pages: Vec::new(),
            instagram: Vec::new(),
            whatsapp: Vec::new(),
            tokens: Vec::new(),
            customers: Vec::new(),
            routing: Vec::new(),
        }
    }
}

/// A Meta app: the owner of a callback URL and of the key that signs its webhooks.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AppSeed {
    /// Numeric app id (echoes carry it as a number).
    pub id: String,
    /// App secret: signs webhooks, checks `appsecret_proof`.
    pub secret: String,
    /// Display name.
    pub name: String,
    /// Where webhooks go. Without one, nothing is delivered.
    pub callback_url: Option<String>,
    /// Token of the `hub.challenge` check.
    pub verify_token: String,
    /// Whether every Graph call must carry a valid `appsecret_proof`.
    pub require_proof: bool,
    /// Whether the app is in development instead of live: it hears only from people with a
    /// role on it, and on Messenger and Instagram can write to them only (200/2018028).
    pub development: bool,
    /// Where Meta says that a person removed the app.
    pub deauthorize_url: Option<String>,
    /// Where Meta says that a person wants their data deleted.
    pub data_deletion_url: Option<String>,
}

/// A Facebook Page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PageSeed {
    /// Page id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// App that the Page is connected to.
    pub app_id: String,
    /// Page access token with every messaging scope.
    pub access_token: String,
    /// Webhook fields the app subscribes to. `None`: all. Empty: not subscribed.
    pub subscribed_fields: Option<Vec<String>>,
    /// Approved utility message templates.
    pub templates: Vec<TemplateSeed>,
}

/// An Instagram professional account, linked to a Page or on its own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InstagramSeed {
    /// Instagram account id: the `entry.id` of its webhooks.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Page it is linked to; that Page's token may then send for it.
    pub page_id: Option<String>,
    /// App that the account is connected to.
    pub app_id: String,
    /// Token of an Instagram Login, when the app uses one.
    pub access_token: Option<String>,
    /// Webhook fields the app subscribes to. `None`: all. Empty: not subscribed.
    pub subscribed_fields: Option<Vec<String>>,
}

/// A WhatsApp business account.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WabaSeed {
    /// Account id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// App that the account is connected to.
    pub app_id: String,
    /// System user token with both WhatsApp scopes.
    pub access_token: String,
    /// Whether the app is subscribed to the account's webhooks.
    pub subscribed: bool,
    /// Business phone numbers.
    pub phones: Vec<PhoneSeed>,
    /// Approved message templates.
    pub templates: Vec<TemplateSeed>,
}

impl Default for WabaSeed {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            app_id: String::new(),
            access_token: String::new(),
            subscribed: true,
            phones: Vec::new(),
            templates: Vec::new(),
        }
    }
}

/// A business phone number on the Cloud API.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PhoneSeed {
    /// Phone number id: the node that messages are posted to.
    pub id: String,
    /// The number as people dial it.
    pub display_phone_number: String,
    /// Name shown to customers.
    pub verified_name: String,
}

/// A message template of a WhatsApp business account or of a Page.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct TemplateSeed {
    /// Business account or Page that owns it (only needed over the control interface).
    #[serde(alias = "waba", alias = "page")]
    pub owner: String,
    /// Template name.
    pub name: String,
    /// Language code, such as `en_US`.
    pub language: String,
    /// MARKETING, UTILITY or AUTHENTICATION. Empty means UTILITY.
    pub category: String,
    /// Body text; its `{{1}}` placeholders decide how many parameters are needed.
    pub body: String,
    /// All components in Meta's form, where the template is more than a body.
    pub components: Vec<serde_json::Value>,
    /// POSITIONAL or NAMED. Empty means POSITIONAL.
    pub parameter_format: String,
    /// APPROVED, PAUSED, DISABLED… Empty means APPROVED.
    pub status: String,
}

/// The kinds of access token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TokenKind {
    /// Token of a Page.
    #[default]
    Page,
    /// Token of a person.
    User,
    /// Token of a business' system user.
    SystemUser,
    /// App token (`APPID|SECRET`).
    App,
}

/// An access token.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenSeed {
    /// The token itself.
    pub token: String,
    /// App it was issued to.
    pub app_id: String,
    /// Its kind.
    pub kind: TokenKind,
    /// Page id or user id the token stands for (`/me`).
    pub subject: String,
    /// Accounts it reaches: Page, Instagram, WABA or phone ids.
    pub assets: Vec<String>,
    /// Granted scopes. `None`: every messaging scope.
    pub scopes: Option<Vec<String>>,
    /// End of life in seconds since 1970; 0 is never.
    pub expires_at: i64,
    /// When set, calls fail with error 190 and this subcode (460, 458…; 0 for none).
    pub revoked_subcode: Option<i64>,
    /// Pages: what the token's owner may do there, of MESSAGING, MODERATE, MANAGE. `None`: all.
    pub tasks: Option<Vec<String>>,
}

/// Whether messages reach a customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Messages arrive.
    #[default]
    Reachable,
    /// The customer cannot receive messages (551, WhatsApp 131026).
    Blocked,
    /// WhatsApp test number whose allow-list lacks the customer (131030).
    NotAllowed,
}

/// A person who writes to one account.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerSeed {
    /// Page, Instagram or phone number id.
    pub account: String,
    /// PSID, IGSID, or WhatsApp number in digits (`wa_id`).
    pub id: String,
    /// Full name.
    pub name: String,
    /// Instagram or WhatsApp user name.
    pub username: Option<String>,
    /// WhatsApp business-scoped user id. Default: derived from `id`.
    pub user_id: Option<String>,
    /// WhatsApp: leave the phone number out of webhooks.
    pub hide_phone: bool,
    /// Whether messages arrive.
    pub reach: Reach,
    /// Whether the person has a role on the app; see [`AppSeed::development`].
    pub has_role: bool,
}

/// Who answers the customers of one account (conversation routing).
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoutingSeed {
    /// Page, Instagram or phone number id.
    pub account: String,
    /// Page, Instagram: the app that idle conversations go to. `None`: Meta's
    /// "zero-config", in which every subscribed app may answer.
    pub default_app: Option<String>,
    /// Apps that may take control of a conversation.
    pub may_take: Vec<String>,
    /// WhatsApp: a Meta Business Agent answers, until an app does.
    pub business_agent: bool,
    /// Page, Instagram: where idle conversations go by the way in which a customer came. The
    /// first that fits counts.
    pub entry_points: Vec<EntryPoint>,
}

/// A way into a conversation that leads to an app of its own.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct EntryPoint {
    /// `ref` of an m.me or ig.me link. Only counts where a default app is set.
    pub r#ref: Option<String>,
    /// An ad that leads into a conversation.
    pub ad_id: Option<String>,
    /// The app that answers.
    pub app: String,
    /// For ads, `receiving_app_control_expiration`: days of control, 1 to 30; another number
    /// counts as one day. Without it control lapses as always.
    pub control_days: Option<i64>,
}
