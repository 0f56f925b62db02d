//! The server that takes mails.

use switchboard_chassis::settings::MailSettings;
use switchboard_mail::{Mailer, Settings, Unusable};

/// What gives mails to the server that is configured; `None`: there are none. Connects to nothing.
///
/// # Errors
/// [`Unusable`], naming the setting.
pub fn mailer(settings: &MailSettings) -> Result<Option<Mailer>, Unusable> {
    let Some(url) = &settings.url else { return Ok(None) };
    let ca_file = Some(settings.ca_file.clone()).filter(|path| !path.as_os_str().is_empty());
    Mailer::new(&Settings { url: url.secret(), from: settings.from.clone(), ca_file }).map(Some)
}
