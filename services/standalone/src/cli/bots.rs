//! `switchboard bots`: the assistants.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Bots {
    /// Say whether a file of settings can be used, with the line of what cannot.
    Check {
        /// rules, knowledge, http or llm.
        #[arg(long, default_value = "rules")]
        kind: String,
        /// The file.
        file: PathBuf,
    },
    /// Talk with rules at the terminal, as a customer does: a line is a message, a number presses a
    /// button, an empty line ends it.
    Try {
        /// The file.
        file: PathBuf,
    },
    /// Add an assistant.
    Add {
        /// The tenant, by name or id; may be left out when there is only one.
        #[arg(long)]
        workspace: Option<String>,
        /// For people.
        #[arg(long)]
        name: String,
        /// rules, knowledge, http or llm.
        #[arg(long, default_value = "rules")]
        kind: String,
        /// Read a secret from standard input: what it signs with, or proves itself with.
        #[arg(long)]
        secret: bool,
        /// The file of its settings.
        file: PathBuf,
    },
    /// List the assistants.
    List {
        /// The tenant, by name or id; may be left out when there is only one.
        #[arg(long)]
        workspace: Option<String>,
    },
    #[command(flatten)]
    Lessons(super::Lessons),
}
