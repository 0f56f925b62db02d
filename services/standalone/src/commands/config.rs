//! `switchboard config`.

use switchboard_chassis::settings::{DEFAULTS, Settings};

use super::{Error, say};
use crate::cli::Config;

pub(super) fn run(settings: &Settings, command: &Config) -> Result<(), Error> {
    match command {
        Config::Check => {
            say(settings.redacted().trim_end())?;
            say("\n# the configuration can be used")
        }
        Config::Default => say(DEFAULTS.trim_end()),
    }
}
