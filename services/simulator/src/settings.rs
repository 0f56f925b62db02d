//! Behaviour that can be changed while the simulator runs.

use serde::{Deserialize, Serialize};

/// How WhatsApp reports a closed window or an unreachable recipient.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhatsAppRefusal {
    /// In the answer to the call.
    #[default]
    Sync,
    /// The call is accepted, a `failed` status follows.
    Async,
    /// An error answer and a `failed` status.
    Both,
}

/// Who decides about a template that was created or edited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateReview {
    /// It is approved as soon as the call is answered.
    #[default]
    Approve,
    /// It stays PENDING until `POST /_sim/templates/{id}/review`.
    Manual,
}

/// Behaviour of the simulator. Times are milliseconds.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Meta's hours of webhook back-off are divided by this.
    pub time_factor: f64,
    /// How long a webhook endpoint may take to answer.
    pub webhook_timeout_ms: u64,
    /// Pause between a call and the events it causes (echo, statuses).
    pub event_delay_ms: u64,
    /// How many events of one account may come in one POST; Meta allows 1000. Above
    /// one, what is ready at the same time goes together, in one lane per account.
    pub batch_max: usize,
    /// Hold a conversation's later webhooks while an earlier one is retried.
    /// Meta gives no such promise after a failure; turn off to see that.
    pub keep_order_on_retry: bool,
    /// Emit the `delivered` event by itself.
    pub auto_deliver: bool,
    /// Emit the `read` event by itself. When off, the phone page or the control
    /// interface marks messages read, and a customer's answer always does.
    pub auto_read: bool,
    /// Whether Instagram's echoes carry `metadata`, as Messenger's do. Meta does
    /// not document it.
    pub ig_echo_metadata: bool,
    /// Messenger and Instagram: an app whose webhooks fail for an hour loses its
    /// subscription to the account, as Meta does. The hour follows `time_factor`.
    pub unsubscribe_on_failure: bool,
    /// WhatsApp: a message's statuses come last first. Meta promises no order.
    pub statuses_out_of_order: bool,
    /// Messenger: take Log In buttons whose URL is not HTTPS, which Meta refuses.
    /// For gateways that run without TLS, in tests and demos.
    pub insecure_login: bool,
    /// Fetch the files that messages name by URL, as Meta does. For worlds without the
    /// network that the URLs lead to; turned off, every URL is believed.
    pub fetch_files: bool,
    /// How long such a file may take; Meta's time-out.
    pub fetch_timeout_ms: u64,
    /// The same for a video.
    pub video_fetch_timeout_ms: u64,
    /// How long a call hangs under a time-out fault.
    pub hang_ms: u64,
    /// How WhatsApp reports late refusals.
    pub whatsapp_refusal: WhatsAppRefusal,
    /// Who reviews WhatsApp's templates.
    pub template_review: TemplateReview,
    /// Send limits.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            time_factor: 60.0,
            webhook_timeout_ms: 5_000,
            event_delay_ms: 20,
            batch_max: 1,
            keep_order_on_retry: true,
            auto_deliver: true,
            auto_read: true,
            ig_echo_metadata: true,
            unsubscribe_on_failure: false,
            statuses_out_of_order: false,
            insecure_login: false,
            fetch_files: true,
            fetch_timeout_ms: 10_000,
            video_fetch_timeout_ms: 75_000,
            hang_ms: 120_000,
            whatsapp_refusal: WhatsAppRefusal::Sync,
            template_review: TemplateReview::Approve,
            limits: Limits::default(),
        }
    }
}

/// Send limits, with Meta's documented figures as default. A zero turns one off.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// WhatsApp messages per second and phone number (130429).
    pub number_per_second: u32,
    /// WhatsApp: one message per this time to one customer (131056).
    pub pair_interval_ms: u32,
    /// WhatsApp: messages to one customer that may run ahead of the interval.
    pub pair_burst: u32,
    /// Messenger and Instagram: text calls per second and account (613).
    pub text_per_second: u32,
    /// Messenger and Instagram: audio and video calls per second and account (613).
    pub media_per_second: u32,
    /// Calls of `messenger_profile` per ten minutes and account (613).
    pub profile_calls_per_10_minutes: u32,
    /// Messenger and Instagram: private replies per rolling hour and account (613).
    pub private_replies_per_hour: u32,
    /// WhatsApp: messages with one form (flow) per rolling hour (132069). Off by default: Meta
    /// slows down forms that do badly, to ten.
    pub flow_messages_per_hour: u32,
    /// Graph calls per rolling hour and app (4). Off by default: Meta's figure
    /// is 200 times the app's users.
    pub app_calls_per_hour: u32,
    /// Calls per rolling day and account (80006, 80002, 80007). Off by default:
    /// Meta's figure is 200 times the engaged users.
    pub account_calls_per_day: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            number_per_second: 80,
            pair_interval_ms: 6_000,
            pair_burst: 45,
            text_per_second: 300,
            media_per_second: 10,
            profile_calls_per_10_minutes: 10,
            private_replies_per_hour: 750,
            flow_messages_per_hour: 0,
            app_calls_per_hour: 0,
            account_calls_per_day: 0,
        }
    }
}
