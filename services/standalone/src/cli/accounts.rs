//! What `switchboard account` takes.

use std::path::PathBuf;

use clap::Args;
use switchboard_domain::Channel;

/// What to connect.
#[derive(Debug, Args)]
pub(crate) struct ConnectAccount {
    /// messenger, instagram or whatsapp.
    #[arg(long)]
    pub(crate) channel: Option<Channel>,
    /// The tenant, by name or id; may be left out when there is only one.
    #[arg(long)]
    pub(crate) workspace: Option<String>,
    /// The key of the app, or for a new one; may be left out when there is only one.
    #[arg(long)]
    pub(crate) app: Option<String>,
    /// Meta's id of the app. A new one is added with the secret that is given.
    #[arg(long)]
    pub(crate) app_id: Option<String>,
    /// Which Page, Instagram account or number (id, name or number), when the token reaches several.
    #[arg(long)]
    pub(crate) asset: Option<String>,
    /// Which WhatsApp business account (WABA), when the token does not say.
    #[arg(long)]
    pub(crate) business_id: Option<String>,
    /// For people; what Meta calls it when left out.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The name of the assistant that answers first; without it people answer.
    #[arg(long)]
    pub(crate) bot: Option<String>,
    /// The team that answers otherwise; may be left out when there is only one.
    #[arg(long)]
    pub(crate) team: Option<String>,
    /// A JSON file of what to set of the messenger profile: greeting, get_started, persistent_menu,
    /// ice_breakers.
    #[arg(long)]
    pub(crate) messenger_profile: Option<PathBuf>,
    /// A JSON file of what to set of the WhatsApp business profile: about, address, description,
    /// email, websites, vertical.
    #[arg(long)]
    pub(crate) business_profile: Option<PathBuf>,
    /// Send a line to this customer when it is connected: PSID, IGSID or phone number.
    #[arg(long)]
    pub(crate) test_to: Option<String>,
    /// For programs.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Who is to answer first.
#[derive(Debug, Args)]
pub(crate) struct BotOfAccount {
    /// messenger, instagram or whatsapp.
    #[arg(long)]
    pub(crate) channel: Channel,
    /// What webhooks call it.
    #[arg(long)]
    pub(crate) external_id: String,
    /// The name of the assistant that answers first; without it people answer.
    #[arg(long)]
    pub(crate) bot: Option<String>,
}

/// What to disconnect.
#[derive(Debug, Args)]
pub(crate) struct DisconnectAccount {
    /// messenger, instagram or whatsapp.
    #[arg(long)]
    pub(crate) channel: Channel,
    /// What webhooks call it.
    #[arg(long)]
    pub(crate) external_id: String,
    /// For programs.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What to connect.
#[derive(Debug, Args)]
pub(crate) struct AddAccount {
    /// The key of the app it is connected through.
    #[arg(long)]
    pub(crate) app: String,
    /// messenger, instagram or whatsapp.
    #[arg(long)]
    pub(crate) channel: Channel,
    /// What webhooks call it: Page id, Instagram account id, phone number id.
    #[arg(long)]
    pub(crate) external_id: String,
    /// The Graph node that sends, where it is another: the Page's id for an Instagram account.
    #[arg(long)]
    pub(crate) sender_id: Option<String>,
    /// The WhatsApp business account (WABA) that a number belongs to.
    #[arg(long)]
    pub(crate) business_id: Option<String>,
    /// For people.
    #[arg(long)]
    pub(crate) name: String,
    /// The name of the assistant that answers first; without it people answer.
    #[arg(long)]
    pub(crate) bot: Option<String>,
    /// The team that answers otherwise; may be left out when there is only one.
    #[arg(long)]
    pub(crate) team: Option<String>,
}
