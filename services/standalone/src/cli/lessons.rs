//! `switchboard bots teach` and its neighbours: what assistants learn from documents.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Lessons {
    /// Teach an assistant documents: Markdown, HTML, CSV (with columns question and answer), PDF,
    /// plain text. A file of the same name as before takes its place.
    Teach {
        #[command(flatten)]
        pupil: Pupil,
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// List what an assistant was taught.
    Documents {
        #[command(flatten)]
        pupil: Pupil,
    },
    /// Make an assistant forget documents.
    Forget {
        #[command(flatten)]
        pupil: Pupil,
        /// Their names.
        #[arg(required = true)]
        documents: Vec<String>,
    },
    /// Ask an assistant's documents as a customer does: shows the passages that are nearest, each with
    /// how sure it is and where it is from.
    Ask {
        #[command(flatten)]
        pupil: Pupil,
        /// The question.
        question: String,
    },
}

/// Whom it is about.
#[derive(Debug, Args)]
pub(crate) struct Pupil {
    /// The assistant's name.
    #[arg(long)]
    pub(crate) bot: String,
    /// The tenant, by name or id; may be left out when there is only one.
    #[arg(long)]
    pub(crate) workspace: Option<String>,
}
