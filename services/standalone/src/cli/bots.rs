//! `switchboard bots`: the assistants.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Bots {
    /// Say whether a file of settings can be used, with the line of what cannot.
    Check {
        /// rules, knowledge, http, llm or meta.
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
    Add(AddBot),
    /// Change an assistant; what is not given stays. It answers so within seconds.
    Change(ChangeBot),
    /// Remove an assistant that no account has.
    Remove {
        /// Its name or its id.
        bot: String,
        /// The tenant, by name or id; may be left out when there is only one.
        #[arg(long)]
        workspace: Option<String>,
    },
    /// Make a token by which an assistant that was written for Meta's platform calls Switchboard, for
    /// one account. It is told once.
    Token {
        /// The tenant, by name or id; may be left out when there is only one.
        #[arg(long)]
        workspace: Option<String>,
        /// The assistant, by name.
        #[arg(long)]
        bot: String,
        /// The account that it speaks for, by name, or by Meta's id of it.
        #[arg(long)]
        account: String,
    },
    /// List the tokens of an assistant.
    Tokens {
        /// The tenant, by name or id; may be left out when there is only one.
        #[arg(long)]
        workspace: Option<String>,
        /// The assistant, by name.
        #[arg(long)]
        bot: String,
    },
    /// End a token of an assistant.
    Revoke {
        /// The tenant, by name or id; may be left out when there is only one.
        #[arg(long)]
        workspace: Option<String>,
        /// The assistant, by name.
        #[arg(long)]
        bot: String,
        /// The token's id, as they are listed.
        #[arg(long)]
        token: String,
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

/// What to add.
#[derive(Debug, Args)]
pub(crate) struct AddBot {
    /// The tenant, by name or id; may be left out when there is only one.
    #[arg(long)]
    pub(crate) workspace: Option<String>,
    /// For people.
    #[arg(long)]
    pub(crate) name: String,
    /// rules, knowledge, http, llm or meta.
    #[arg(long, default_value = "rules")]
    pub(crate) kind: String,
    /// Read a secret from standard input: what it signs with, or proves itself with.
    #[arg(long)]
    pub(crate) secret: bool,
    /// The file of its settings.
    pub(crate) file: PathBuf,
}

/// What to change.
#[derive(Debug, Args)]
pub(crate) struct ChangeBot {
    /// Its name or its id.
    pub(crate) bot: String,
    /// The tenant, by name or id; may be left out when there is only one.
    #[arg(long)]
    pub(crate) workspace: Option<String>,
    /// Another name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Read another secret from standard input.
    #[arg(long)]
    pub(crate) secret: bool,
    /// Forget the secret.
    #[arg(long, conflicts_with = "secret")]
    pub(crate) no_secret: bool,
    /// The file of other settings.
    pub(crate) file: Option<PathBuf>,
}
